import type { EnsembleFitDocument } from "@candor/core";
import { formatCount, formatInterval, formatNumber, formatPercent, poolingOrderName } from "@candor/pages";
import { padEnd, padStart } from "./display-width.ts";
import { sentenceLines } from "./ensemble-lines.ts";
import { heading } from "./heading.ts";
import { safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";

/** A fit of the temperatures of an ensemble as text: what was fitted, and what every order is worth on rows held out. */
export function renderEnsembleFit(document: EnsembleFitDocument, options: TerminalOptions): string {
  const { calibrator, source, members, n, compared, folds, orders, notFitted, sentence } = document;
  const drawn = compared < n ? `, compared on ${formatCount(compared)} drawn` : "";
  return renderSections(options, (pen) => [
    [
      `${pen.style("bold", poolingOrderName(calibrator.order))}  ${safeName(source.name, 40)}`,
      pen.style("dim", `${formatCount(members)} members, ${formatCount(n)} rows${drawn}, ${folds} folds`),
      ...sentenceLines([sentence], pen),
    ],
    [
      ...heading(pen, "On rows held out", "log loss, lower is better; more than the chosen order is worse"),
      pen.style(
        "dim",
        `  ${padEnd("", 30)}${padStart("log loss", 9)}${padStart("Brier", 9)}${padStart("ECE", 9)}  more than the chosen`,
      ),
      ...orders.map(
        ({ order, logLoss, brier, ece, worse }) =>
          `  ${padEnd(`${order === calibrator.order ? pen.signs.point : " "} ${poolingOrderName(order)}`, 30)}${padStart(formatNumber(logLoss.value), 9)}${padStart(formatNumber(brier.value), 9)}${padStart(formatNumber(ece.value), 9)}${order === calibrator.order ? "" : `  ${worse.value > 0 ? "+" : ""}${formatNumber(worse.value)} ${formatInterval(worse)}`}`,
      ),
      ...notFitted.map(({ order, reason }) =>
        pen.style("dim", `  ${poolingOrderName(order)}: not fitted, ${safeName(reason, 120)}`),
      ),
    ],
    [
      ...heading(pen, "Temperatures", "above 1 lowers the confidence"),
      ...calibrator.temperatures.map(
        (temperature, m) => `  member ${padEnd(String(m), 6)}${formatNumber(temperature)}`,
      ),
      ...(calibrator.meanTemperature === 1 ? [] : [`  mean         ${formatNumber(calibrator.meanTemperature)}`]),
      ...orders
        .filter(({ order }) => order === "none" || order === calibrator.order)
        .map(({ order, meanConfidence, accuracy }) =>
          pen.style(
            "dim",
            `  ${poolingOrderName(order)}: states ${formatPercent(meanConfidence)} on average, right ${formatPercent(accuracy)}`,
          ),
        ),
    ],
    source.notes.length === 0 ? [] : [...heading(pen, "Notes"), ...sentenceLines(source.notes, pen)],
  ]);
}
