import type { RegressionReport } from "@candor/core";
import { confidenceLevel, forecastWords, formatCount, formatLevel, regressionStatus } from "@candor/pages";
import { wrapText } from "../display-width.ts";
import { type Pen, type Style, safeName } from "../pen.ts";

/** A sentence behind its sign, wrapped. */
export function verdictLines(sentence: string, sign: string, style: Style, pen: Pen): string[] {
  const indent = " ".repeat(sign.length + 1);
  return wrapText(safeName(sentence, 1000), pen.columns - indent.length).map((line, i) =>
    i === 0 ? `${pen.style(style, sign)} ${pen.style("bold", line)}` : indent + pen.style("bold", line),
  );
}

/** The verdict in words, and what it was reached from. */
export function regressionHead(document: RegressionReport, pen: Pen): string[] {
  const { source, verdict, n, effectiveN, weighted } = document;
  const { signs } = pen;
  const { tone } = regressionStatus(document);
  const [sign, style]: [string, Style] =
    tone === "good"
      ? [signs.calibrated, "good"]
      : tone === "neutral"
        ? [signs.unknown, "doubt"]
        : [signs.notCalibrated, "bad"];
  const left = source.rows - n;
  const facts = [
    `${formatCount(n)} rows${left > 0 ? ` (${formatCount(left)} left out)` : ""}`,
    forecastWords(document),
    ...(weighted ? [`weighted, worth ${formatCount(effectiveN)} rows`] : []),
    `confidence ${formatLevel(confidenceLevel(document))}`,
  ];
  return [
    ...verdictLines(verdict.sentence, sign, style, pen),
    "",
    `  ${safeName(source.name, pen.columns - 2)}`,
    ...wrapText(facts.join(` ${signs.bullet} `), pen.columns - 2).map((line) => pen.style("dim", `  ${line}`)),
  ];
}
