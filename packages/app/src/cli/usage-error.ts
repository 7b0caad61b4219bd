/** A command line that asks for something impossible or dangerous. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
