package io.arroy.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What the user can ask for. */
final class Settings {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${sys:arroy.demo.data:-data}",
      description =
          "Folder with base.f16, docs.jsonl.gz, queries.jsonl and queries.f32 "
              + "(default: the 20,000 WordNet entries that come with the demo).")
  Path data;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many queries to show; measurements use all (default: ${DEFAULT-VALUE}).")
  int queries;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which queries to show (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--hits",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many hits to show for a query (default: ${DEFAULT-VALUE}).")
  int hits;

  @Option(
      names = "--filter",
      paramLabel = "EXPR",
      description =
          "Show and measure with this filter instead of the suggested ones; given several "
              + "times, all must hold. FIELD=VALUE, FIELD=ONE,TWO, FIELD!=VALUE, FIELD=LOW..HIGH, "
              + "or FIELD=own for what fits the wanted answer.")
  List<String> filters = new ArrayList<>();

  @Option(
      names = "--like",
      paramLabel = "WORD",
      description =
          "Instead of the queries, look for entries like the one of this title, or the first "
              + "that lists it; nothing is measured.")
  String like;

  @Option(
      names = {"-k", "--k"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many neighbours to find when measuring (default: ${DEFAULT-VALUE}).")
  int k;

  @Option(
      names = "--budget",
      paramLabel = "N",
      description =
          "How many codes a forest search may score; more finds more and takes longer "
              + "(default: the codec's).")
  Integer budget;

  @Option(
      names = "--ef",
      paramLabel = "N",
      description =
          "How many candidates HNSW collects in its second columns, at least k; the first have k "
              + "(default: five times k).")
  Integer ef;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "How long to measure searches, after half as long to warm up; every query is asked at "
              + "least once (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--skip-table",
      description = "Show queries only: no HNSW index, no measurements.")
  boolean skipTable;

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description =
          "Write the indexes to this folder and keep them; it must be empty or absent "
              + "(default: a temporary folder, removed at the end).")
  Path index;

  /** Refuses numbers that make no sense. */
  void check() {
    atLeast("--queries", queries, 0);
    atLeast("--hits", hits, 1);
    atLeast("--k", k, 1);
    if (ef != null) {
      atLeast("--ef", ef, k);
    }
    atLeast("--seconds", seconds, 0);
    if (budget != null) {
      atLeast("--budget", budget, 1);
    }
  }

  /** Refuses to look for more than there is. */
  void check(int entries) {
    atMost("--hits", hits, entries);
    atMost("--k", k, entries);
    if (ef != null) {
      atMost("--ef", ef, entries);
    }
  }

  private static void atMost(String option, int value, int entries) {
    if (value > entries) {
      throw new DemoException(option + " is " + value + ", but there are " + entries + " entries");
    }
  }

  private static void atLeast(String option, int value, int least) {
    if (value < least) {
      throw new DemoException(option + " is " + value + ", expected at least " + least);
    }
  }
}
