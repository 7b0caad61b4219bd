const names = [
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
] as const;

/** Name of a score in a document. */
export type ScoreName = (typeof names)[number];

/** The scores that every entry of a document has, missing ones as null. */
export const scoreNames: readonly ScoreName[] = names;

/** Scores that lie in [0, 1] and grow with confidence: those a calibrator can be fitted to. */
export const confidenceNames: readonly ScoreName[] = [
  "sequence",
  "lengthNormalised",
  "minToken",
  "minWindow",
  "meanMargin",
  "minMargin",
  "firstToken",
  "decisionToken",
];
