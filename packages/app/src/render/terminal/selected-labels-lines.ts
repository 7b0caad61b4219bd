import type { ReportDocument } from "@candor/core";
import {
  designNames,
  estimatorNames,
  estimatorsOf,
  formatCount,
  formatEstimate,
  formatInterval,
  formatNumber,
  formatPercent,
} from "@candor/pages";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

/** What labels of selected rows say of all rows. */
export function selectedLabelsLines({ selectedLabels: selected }: ReportDocument, pen: Pen): string[] {
  if (selected === undefined) return [];
  const { labelled, population, effectiveN, best, thresholds, labelsNeeded, notes, calibration } = selected;
  const rows = population === null ? "" : ` of ${formatCount(population)} rows`;
  const estimators = estimatorsOf(selected).map(({ name, estimate }) => {
    const line = [
      `  ${padEnd(estimatorNames[name], 34)}`,
      padStart(formatNumber(estimate.value, 4), 8),
      `  ${padEnd(formatInterval(estimate, 4), 18)}`,
      padStart(formatNumber(estimate.upper - estimate.lower, 4), 8),
    ].join("");
    return name === best ? pen.style("bold", line) : pen.style("dim", line);
  });
  const acted = thresholds.map(({ threshold, coverage, error, labels }) =>
    [
      `  act from ${padEnd(formatNumber(threshold, 2), 6)}`,
      padStart(formatPercent(coverage), 8),
      padStart(formatCount(labels), 9),
      `  ${error === null ? "no label there" : formatEstimate(error, 4)}`,
    ].join(""),
  );
  const needed =
    labelsNeeded === null
      ? []
      : [
          `  Labels until the interval is ${formatNumber(labelsNeeded.width)} wide (now ${formatNumber(labelsNeeded.now)}), about:`,
          ...labelsNeeded.designs.map(
            ({ design, labels }) =>
              `    ${padEnd(designNames[design], 38)}${padStart(labels === null ? "more than there are" : formatCount(labels), 20)}`,
          ),
        ];
  const detail = `${formatCount(labelled)} labels${rows}, worth ${formatCount(Math.round(effectiveN))} even ones`;
  return [
    ...heading(pen, "Labels of selected rows", detail),
    ...wrapText(safeName(selected.sentence, 1000), pen.columns - 2).map((line) => `  ${pen.style("bold", line)}`),
    pen.style("dim", `  ${padEnd("accuracy", 34)}${padStart("", 8)}  ${padEnd("interval", 18)}${padStart("width", 8)}`),
    ...estimators,
    `  ${padEnd("calibration error", 34)}${padStart(formatNumber(calibration.ece.value, 4), 8)}  ${formatInterval(calibration.ece, 4)}`,
    pen.style("dim", `  ${padEnd("", 15)}${padStart("of rows", 8)}${padStart("labels", 9)}  wrong among them`),
    ...acted,
    ...needed,
    ...notes.flatMap((note) =>
      wrapText(safeName(note, 400), pen.columns - 4).map((line) => pen.style("dim", `  ${line}`)),
    ),
  ];
}
