package io.arroy.benchmarks;

/** Options that make no sense together. */
final class UserErrorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UserErrorException(String message) {
    super(message);
  }
}
