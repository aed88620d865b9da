package io.arroy.benchmarks.standalone;

/** A peer cannot be measured here, for lack of a toolchain most of the time. */
public final class SkippedPeerException extends Exception {
  private static final long serialVersionUID = 1;

  SkippedPeerException(String reason) {
    super(reason);
  }
}
