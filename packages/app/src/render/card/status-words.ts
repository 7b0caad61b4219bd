import type { FitDocument } from "@candor/core";
import type { StatusWords } from "@candor/pages";

const WORDS: Readonly<Record<FitDocument["verdict"]["status"], StatusWords>> = {
  improved: { symbol: "✓", word: "Improved", tone: "good" },
  "likely-improved": { symbol: "≈", word: "Probably improved", tone: "neutral" },
  identity: { symbol: "=", word: "No gain shown", tone: "neutral" },
  worse: { symbol: "▼", word: "Worse", tone: "warn" },
  "too-few-labels": { symbol: "?", word: "Too few labels", tone: "neutral" },
};

/** True where the calibrator gives every score as it came. */
export function isLeftAlone({ method, calibrator }: Pick<FitDocument, "method" | "calibrator">): boolean {
  return method === "identity" && calibrator.segments === null;
}

/** How to show the verdict of a fit. */
export function statusWords(document: Pick<FitDocument, "verdict" | "method" | "calibrator">): StatusWords {
  const { status } = document.verdict;
  const words = WORDS[status];
  return status === "identity" && isLeftAlone(document) ? { ...words, word: "Left as they are" } : words;
}
