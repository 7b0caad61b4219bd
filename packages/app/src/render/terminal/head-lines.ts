import type { ReportDocument, ReportVerdict } from "@candor/core";
import { formatCount, formatLevel } from "@candor/pages";
import { type Pen, safeName } from "./pen.ts";
import { factLines, type VerdictTone, verdictLines } from "./verdict-head.ts";

function toneOf(status: ReportVerdict["status"]): VerdictTone {
  if (status === "calibrated") return "good";
  return status === "too-few-labels" || status === "not-a-probability" ? "neutral" : "bad";
}

function taskWords({ task, classes, classNames }: ReportDocument): string {
  if (task === "confidence") return "confidence and correctness";
  if (task === "multiclass") return `${formatCount(classes)} classes`;
  return `probability of "${safeName(classNames[1] ?? "1", 24)}"`;
}

/** The verdict in words, and what it was reached from. */
export function headLines(document: ReportDocument, pen: Pen): string[] {
  const { source, verdict, n, effectiveN, weighted, metrics } = document;
  const left = source.rows - n;
  const facts = [
    `${formatCount(n)} rows${left > 0 ? ` (${formatCount(left)} left out)` : ""}`,
    taskWords(document),
    ...(weighted ? [`weighted, worth ${formatCount(effectiveN)} rows`] : []),
    `intervals at ${formatLevel(metrics.ece.level)}`,
  ];
  return [
    ...verdictLines(verdict.sentence, toneOf(verdict.status), pen),
    "",
    `  ${safeName(source.name, pen.columns - 2)}`,
    ...factLines(facts, pen),
  ];
}
