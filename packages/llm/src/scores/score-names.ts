import type { TraceScores } from "./score-trace.ts";

/** Name of a score of a trace. */
export type ScoreName = keyof TraceScores;

/** Scores that lie in [0, 1] and grow with confidence: those a calibrator can be fitted to. */
export type ConfidenceName = Exclude<ScoreName, "perplexity" | "meanEntropy" | "maxEntropy">;

/** All of them, in the order in which documents have them. */
export const scoreNames: readonly ScoreName[] = [
  "sequence",
  "lengthNormalised",
  "perplexity",
  "minToken",
  "minWindow",
  "meanEntropy",
  "maxEntropy",
  "meanMargin",
  "minMargin",
  "firstToken",
  "decisionToken",
];

/** Those that a calibrator can be fitted to. */
export const confidenceNames: readonly ConfidenceName[] = [
  "sequence",
  "lengthNormalised",
  "minToken",
  "minWindow",
  "meanMargin",
  "minMargin",
  "firstToken",
  "decisionToken",
];
