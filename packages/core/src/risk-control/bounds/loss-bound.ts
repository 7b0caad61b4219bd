/** Choices of bounds of a mean loss. */
export interface LossBoundOptions {
  /** Largest possible loss B, finite and > 0: losses lie in [0, B]. Default 1. */
  readonly bound?: number;
}
