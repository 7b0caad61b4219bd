import type { ReportVerdict, Task } from "@candor/core";
import type { StatusWords } from "./words/status-words.ts";

const WORDS: Readonly<Record<ReportVerdict["status"], StatusWords>> = {
  calibrated: { symbol: "✓", word: "Calibrated", tone: "good" },
  overconfident: { symbol: "▲", word: "Over-confident", tone: "warn" },
  underconfident: { symbol: "▼", word: "Under-confident", tone: "warn" },
  miscalibrated: { symbol: "◆", word: "Miscalibrated", tone: "warn" },
  "too-few-labels": { symbol: "?", word: "Too few labels", tone: "neutral" },
  "not-a-probability": { symbol: "↕", word: "A score, not a probability", tone: "neutral" },
};

/**
 * How to show the status of a verdict. A low probability of an event that is too low is not "under-confident", so binary
 * scores are called too high or too low.
 */
export function verdictWords(status: ReportVerdict["status"], task: Task): StatusWords {
  const words = WORDS[status];
  if (task !== "binary" || (status !== "overconfident" && status !== "underconfident")) return words;
  return { ...words, word: status === "overconfident" ? "Scores too high" : "Scores too low" };
}
