package io.arroy.forest.tree;

import java.io.IOException;

/** Follows a build and may end it. Called from every thread that takes part, often. */
public interface BuildMonitor {
  /** Follows nothing and never ends a build. */
  BuildMonitor NONE = new BuildMonitor() {};

  /**
   * Returns normally to let the build go on.
   *
   * @throws IOException to end it; the build passes it on after its threads have stopped
   */
  default void check() throws IOException {}

  /**
   * Tells how far the build is. Called seldom, by one thread or another.
   *
   * @param phase what is being done, such as {@code "route"}; {@code "build"} and {@code "update"}
   *     tell that the next tree begins
   * @param done how much of this phase is done
   * @param total what the phase consists of: trees, items, groups or leaves
   */
  default void progress(String phase, long done, long total) {}
}
