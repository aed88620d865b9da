package io.arroy.demo.data;

import io.arroy.demo.DemoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * What a data folder holds; the README of the demo's own describes the layout.
 *
 * @param entries the texts, by row
 * @param schema the fields to filter them by
 * @param vectors their embeddings, by row
 * @param questions the queries with their embeddings
 */
public record DataFolder(
    List<Entry> entries, Schema schema, HalfVectors vectors, List<Question> questions) {
  private static final String ENTRIES = "docs.jsonl.gz";
  private static final String VECTORS = "base.f16";
  private static final String QUESTIONS = "queries.jsonl";
  private static final String QUESTION_VECTORS = "queries.f32";

  /**
   * Reads a folder and checks that its files belong together.
   *
   * @param folder the folder
   * @param progress told how many entries have been read
   */
  public static DataFolder read(Path folder, IntConsumer progress) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new DemoException("no data folder " + folder);
    }
    for (String name : List.of(ENTRIES, VECTORS, QUESTIONS, QUESTION_VECTORS)) {
      if (!Files.isReadable(folder.resolve(name))) {
        throw new DemoException("data folder " + folder + " has no readable file " + name);
      }
    }
    List<Entry> entries = readEntries(folder.resolve(ENTRIES), progress);
    List<Question> questions = readQuestions(folder, entries);
    int dimension = questions.get(0).vector().length;
    HalfVectors vectors = HalfVectors.map(folder.resolve(VECTORS), entries.size(), dimension);
    checkFinite(folder.resolve(VECTORS), vectors);
    return new DataFolder(entries, Schema.of(entries), vectors, questions);
  }

  private static List<Entry> readEntries(Path file, IntConsumer progress) throws IOException {
    List<Entry> entries = new ArrayList<>();
    EntryReader reader = new EntryReader();
    try (JsonLines lines = JsonLines.open(file)) {
      for (JsonLine line = lines.next(); line != null; line = lines.next()) {
        entries.add(reader.read(line, entries.size()));
        progress.accept(entries.size());
      }
    }
    if (entries.isEmpty()) {
      throw new DemoException(file + " holds no entry");
    }
    return List.copyOf(entries);
  }

  private static List<Question> readQuestions(Path folder, List<Entry> entries) throws IOException {
    Path file = folder.resolve(QUESTIONS);
    List<JsonLine> lines = new ArrayList<>();
    try (JsonLines in = JsonLines.open(file)) {
      for (JsonLine line = in.next(); line != null; line = in.next()) {
        lines.add(line);
      }
    }
    if (lines.isEmpty()) {
      throw new DemoException(file + " holds no query");
    }
    FloatBuffer floats = readFloats(folder.resolve(QUESTION_VECTORS), lines.size());
    int dimension = floats.remaining() / lines.size();
    QuestionReader reader = new QuestionReader(entries);
    List<Question> questions = new ArrayList<>();
    for (JsonLine line : lines) {
      float[] vector = new float[dimension];
      floats.get(vector);
      if (!isFinite(vector)) {
        throw line.error("its row in " + QUESTION_VECTORS + " is not finite");
      }
      questions.add(reader.read(line, vector));
    }
    return List.copyOf(questions);
  }

  private static FloatBuffer readFloats(Path file, int rows) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length == 0 || bytes.length % (rows * Float.BYTES) != 0) {
      throw new DemoException(
          String.format(
              Locale.ROOT,
              "%s holds %,d bytes, which is not a whole number of floats for each of %,d queries",
              file,
              bytes.length,
              rows));
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private static void checkFinite(Path file, HalfVectors vectors) {
    float[] vector = new float[vectors.dimension()];
    for (int row = 0; row < vectors.size(); row++) {
      vectors.read(row, vector);
      if (!isFinite(vector)) {
        throw new DemoException(file + ": the vector of row " + row + " is not finite");
      }
    }
  }

  private static boolean isFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
