/** Stopped by Ctrl-C after something was done; the message says what, and how to go on. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
