import type { RegressionReport } from "@candor/core";
import { confidenceLevel, forecastWords, formatCount, formatLevel, regressionStatus } from "@candor/pages";
import type { Pen } from "../pen.ts";
import { verdictHead } from "../verdict-head.ts";

/** The verdict in words, and what it was reached from. */
export function regressionHead(document: RegressionReport, pen: Pen): string[] {
  const { source, verdict, n, effectiveN, weighted } = document;
  const { tone } = regressionStatus(document);
  const left = source.rows - n;
  const facts = [
    `${formatCount(n)} rows${left > 0 ? ` (${formatCount(left)} left out)` : ""}`,
    forecastWords(document),
    ...(weighted ? [`weighted, worth ${formatCount(effectiveN)} rows`] : []),
    `confidence ${formatLevel(confidenceLevel(document))}`,
  ];
  return verdictHead({ sentence: verdict.sentence, tone, name: source.name, facts }, pen);
}
