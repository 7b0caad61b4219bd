/** The command worked and the answer is "no": exit code 1. */
export class GateFailed extends Error {
  override readonly name = "GateFailed";
}
