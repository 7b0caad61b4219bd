import type { FitDocument } from "@candor/core";

/** A verdict in a symbol, a word and a tone; the symbol and the word alone are enough. */
export interface StatusWords {
  readonly symbol: string;
  readonly word: string;
  readonly tone: "good" | "warn" | "neutral";
}

const WORDS: Readonly<Record<FitDocument["verdict"]["status"], StatusWords>> = {
  improved: { symbol: "✓", word: "Improved", tone: "good" },
  "likely-improved": { symbol: "≈", word: "Probably improved", tone: "neutral" },
  identity: { symbol: "=", word: "No gain shown", tone: "neutral" },
  worse: { symbol: "▼", word: "Worse", tone: "warn" },
  "too-few-labels": { symbol: "?", word: "Too few labels", tone: "neutral" },
};

/** How to show the verdict of a fit. */
export function statusWords({ verdict, method }: Pick<FitDocument, "verdict" | "method">): StatusWords {
  const words = WORDS[verdict.status];
  return verdict.status === "identity" && method === "identity" ? { ...words, word: "Left as they are" } : words;
}
