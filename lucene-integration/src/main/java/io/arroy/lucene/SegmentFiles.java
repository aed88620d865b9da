package io.arroy.lucene;

/** The names of the files of a segment. */
final class SegmentFiles {
  /** The companion: what must be known of the environment before it is read. */
  static final String COMPANION = "lmdbm";

  /** The environment as LMDB wrote it, and a codec footer. */
  static final String ENVIRONMENT = "lmdb";

  /** The same after a codec header padded to a page, for compound formats that ask for one. */
  static final String WRAPPED_ENVIRONMENT = "lmdbw";

  /** The environment of a segment whose other files are packed into a compound file. */
  static final String COMPOUND_ENVIRONMENT = "lmdbc";

  private SegmentFiles() {}

  /** Whether this is the name of an environment without a codec header. */
  static boolean isEnvironment(String name) {
    return name.endsWith("." + ENVIRONMENT);
  }

  /** Whether this is the name of an environment beside a compound file. */
  static boolean isCompoundEnvironment(String name) {
    return name.endsWith("." + COMPOUND_ENVIRONMENT);
  }

  /** What the environment is called once its segment is packed. */
  static String toCompound(String environment) {
    return withExtension(environment, COMPOUND_ENVIRONMENT);
  }

  /** What the environment was called before its segment was packed. */
  static String fromCompound(String environment) {
    return withExtension(environment, ENVIRONMENT);
  }

  private static String withExtension(String name, String extension) {
    return name.substring(0, name.lastIndexOf('.') + 1) + extension;
  }
}
