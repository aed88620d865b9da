package io.arroy.demo.filter;

import io.arroy.demo.data.Question;
import io.arroy.demo.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A filter as the user writes it. Each expression is {@code field=value}, {@code field=one,two},
 * {@code field!=value}, {@code field=low..high} with either end optional, or {@code field=own}:
 * what is known of the wanted answer, which differs from question to question. Its string form is
 * for people.
 */
public final class FilterTemplate {
  /** No filter at all. */
  public static final FilterTemplate NONE = new FilterTemplate(List.of());

  private final List<Expression> expressions;

  private FilterTemplate(List<Expression> expressions) {
    this.expressions = expressions;
  }

  /** Understands expressions over the fields of a data set, or says what is wrong with them. */
  public static FilterTemplate parse(List<String> texts, Schema schema) {
    return new FilterTemplate(texts.stream().map(text -> Expression.parse(text, schema)).toList());
  }

  /** The filter for a question, or null where it depends on what is not known of its answer. */
  public Filter filter(Question question) {
    List<Condition> conditions = new ArrayList<>();
    for (Expression expression : expressions) {
      Condition condition = expression.condition(question);
      if (condition == null) {
        return null;
      }
      conditions.add(condition);
    }
    return new Filter(conditions);
  }

  @Override
  public String toString() {
    return expressions.isEmpty()
        ? "none"
        : expressions.stream().map(Expression::toString).collect(Collectors.joining(", "));
  }
}
