/** Answers to one question, compared. */
export interface Compared {
  readonly answers: number;
  readonly consensus: string;
  readonly agreement: number;
  readonly semanticEntropy: number;
  /** For each answer, the share that agrees with it. */
  readonly shares: readonly number[];
}

/** Which answers are the same. */
export function compareAnswers(_texts: readonly string[]): Compared {
  throw new Error("not yet");
}
