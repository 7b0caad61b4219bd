/** What is done with a prediction, in a word. */
export const decisionWords: Readonly<Record<"act" | "review" | "abstain", string>> = {
  act: "Act",
  review: "Review",
  abstain: "Abstain",
};

/** What turned out, for a task. */
export function outcomeWord(outcome: 0 | 1 | null, task: "binary" | "confidence"): string {
  if (outcome === null) return "Not known yet";
  if (task === "binary") return outcome === 1 ? "Positive" : "Negative";
  return outcome === 1 ? "Right" : "Wrong";
}

/** Whether a confidence of 80 % or more (20 % or less of the positive class) turned out wrong. */
export function isSurprise(confidence: number | null, outcome: 0 | 1 | null): boolean {
  return confidence !== null && outcome !== null && Math.abs(confidence - outcome) >= 0.8;
}
