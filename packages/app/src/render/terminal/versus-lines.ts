import type { Estimate, ReportDocument } from "@candor/core";
import { formatInterval, formatNumber, metricName } from "@candor/pages";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";

/** Metrics of which more is better; a higher value of the others is a loss. */
const gains = new Set(["auroc", "accuracy", "averagePrecision"]);

function finding(key: string, { lower, upper }: Estimate): { words: string; style: Style } {
  if (lower <= 0 && upper >= 0) return { words: "not clear", style: "dim" };
  return lower > 0 === gains.has(key) ? { words: "better", style: "good" } : { words: "worse", style: "bad" };
}

/** The comparison with another model on the same rows. */
export function versusLines({ versus }: ReportDocument, pen: Pen): string[] {
  if (versus === null) return [];
  const rows = Object.entries(versus.metrics).map(([key, { self, other, difference }]) => {
    const { words, style } = finding(key, difference);
    return [
      `  ${padEnd(shortName(key), 18)}`,
      padStart(formatNumber(self), 9),
      padStart(formatNumber(other), 9),
      padStart((difference.value > 0 ? "+" : "") + formatNumber(difference.value), 10),
      `  ${padEnd(formatInterval(difference, 4), 18)}`,
      ` ${pen.style(style, words)}`,
    ].join("");
  });
  return [
    ...heading(pen, "Versus", safeName(versus.name, pen.columns - 8)),
    ...wrapText(safeName(versus.sentence, 1000), pen.columns - 2).map((line) => `  ${line}`),
    pen.style(
      "dim",
      `${" ".repeat(20)}${padStart("this", 9)}${padStart("other", 9)}  ${padEnd("other − this", 28)} other is`,
    ),
    ...rows,
  ];
}

function shortName(key: string): string {
  return metricName(key).replace(/ \(.*\)$/, "");
}
