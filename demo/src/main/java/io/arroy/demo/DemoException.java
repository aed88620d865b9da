package io.arroy.demo;

/** Something the user can put right; the message is one line and says what. */
public final class DemoException extends RuntimeException {
  /** Says what was wrong and, where it helps, what was expected. */
  public DemoException(String message) {
    super(message);
  }

  /** The same, keeping the cause for those who debug the demo itself. */
  public DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
