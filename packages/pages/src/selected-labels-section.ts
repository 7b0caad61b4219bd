import type { Reliability, ReliabilityBin, SelectedLabelsReport } from "@candor/core";
import { reliabilityBinned } from "@candor/plots";
import { figure } from "./figure.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { factList } from "./source-parts.ts";
import { specDetails, specRow } from "./spec-parts.ts";
import { table } from "./table.ts";
import {
  formatCount,
  formatEstimate,
  formatLevel,
  formatName,
  formatNumber,
  formatPercent,
  formatShare,
} from "./words/format.ts";
import { designNames, estimatorNames, estimatorsOf } from "./words/selected-labels-words.ts";

const TEXT_LIMIT = 600;

/** The bins that have labels, as a diagram draws them. */
function drawnBins({ calibration }: SelectedLabelsReport): ReliabilityBin[] {
  return calibration.bins.flatMap(({ labels, observed, observedLower, observedUpper, ...bin }) =>
    observed === null || observedLower === null || observedUpper === null
      ? []
      : [{ ...bin, count: labels, observed, observedLower, observedUpper }],
  );
}

function binTable(page: Page, { calibration }: SelectedLabelsReport): HTMLElement {
  return table(
    page,
    calibration.bins,
    [
      { title: "Confidence", cell: ({ lower, upper }) => `${formatPercent(lower)} to ${formatPercent(upper)}` },
      { title: "Share of rows", numeric: true, cell: ({ share }) => formatPercent(share) },
      { title: "Labels", numeric: true, cell: ({ labels }) => formatCount(labels) },
      { title: "Stated", numeric: true, cell: ({ meanConfidence }) => formatNumber(meanConfidence) },
      {
        title: "Observed",
        numeric: true,
        cell: ({ observed, observedLower, observedUpper }) =>
          observed === null
            ? "no label"
            : formatEstimate({
                value: observed,
                lower: observedLower ?? 0,
                upper: observedUpper ?? 1,
                interval: "asymptotic",
              }),
      },
    ],
    { caption: "Bins of confidence, estimated for all rows", hidden: true },
  );
}

/**
 * What labels of selected rows say of all rows: accuracy by estimator, calibration, errors by threshold, labels needed.
 *
 * @param page the page it is for
 * @param selected of the report
 * @param axis what the confidences are
 */
export function selectedLabelsSection(page: Page, selected: SelectedLabelsReport, axis: Reliability["axis"]): Section {
  const { make } = page;
  const { labelled, unlabelled, population, effectiveN, smallestPropensity, largestPropensity, calibration } = selected;
  const { ece, eceDebiased } = calibration;
  const estimators = estimatorsOf(selected);
  const specs = [
    ...estimators.flatMap(({ name, estimate }) => specRow(estimatorNames[name], estimate)),
    ...specRow("Calibration error", ece),
    ...specRow("Calibration error, debiased", eceDebiased),
  ];
  const needed = selected.labelsNeeded;
  return section(
    page,
    { id: "selected-labels", short: "Selected labels", title: "What do the selected labels say of all rows?" },
    make("p", { class: "lead" }, formatName(selected.sentence, TEXT_LIMIT)),
    factList(page, [
      ["Labels", formatCount(labelled)],
      ["Worth", `${formatNumber(effectiveN, 1)} even ones`],
      ["Selected, no label yet", formatCount(unlabelled)],
      ["Rows they stand for", population === null ? "not given" : formatCount(population)],
      ["Propensity", `${formatNumber(smallestPropensity)} to ${formatNumber(largestPropensity)}`],
      ["Calibration error", formatEstimate(ece)],
    ]),
    table(
      page,
      estimators,
      [
        {
          title: "Accuracy",
          cell: ({ name }) => `${estimatorNames[name]}${name === selected.best ? " (quoted)" : ""}`,
        },
        { title: "Estimate", numeric: true, cell: ({ estimate }) => formatShare(estimate) },
        {
          title: "Width, points",
          numeric: true,
          cell: ({ estimate }) => formatNumber(100 * (estimate.upper - estimate.lower), 1),
        },
      ],
      { caption: `The accuracy by estimator, intervals at ${formatLevel(ece.level)}` },
    ),
    figure(page, {
      title: "Calibration of all rows",
      finding: `Calibration error ${formatEstimate(ece)}; ${formatNumber(eceDebiased.value)} without the part that is noise.`,
      draw: (label) => reliabilityBinned({ axis, bins: drawnBins(selected) }, { document: page.document, label }),
      reading:
        "Each bin is estimated from its labels, weighted by 1/propensity; the shares below are those of all rows.",
      data: make("div", {}, binTable(page, selected), specDetails(page, specs, page.name)),
    }),
    table(
      page,
      selected.thresholds,
      [
        { title: "Act from", numeric: true, cell: ({ threshold }) => formatNumber(threshold, 2) },
        { title: "Share of rows", numeric: true, cell: ({ coverage }) => formatPercent(coverage) },
        { title: "Labels", numeric: true, cell: ({ labels }) => formatCount(labels) },
        {
          title: "Wrong among them",
          numeric: true,
          cell: ({ error }) => (error === null ? "no label" : formatShare(error)),
        },
      ],
      { caption: "Errors among the rows acted on" },
    ),
    ...(needed === null
      ? []
      : [
          table(
            page,
            needed.designs,
            [
              { title: "Rows selected", cell: ({ design }) => designNames[design] },
              {
                title: "Labels in all",
                numeric: true,
                cell: ({ labels }) => (labels === null ? "more than there are rows" : formatCount(labels)),
              },
            ],
            {
              caption: `Labels until the interval of the accuracy is ${formatNumber(100 * needed.width, 1)} points wide; now ${formatNumber(100 * needed.now, 1)}`,
            },
          ),
        ]),
    ...selected.notes.map((note) => make("p", { class: "note" }, formatName(note, TEXT_LIMIT))),
  );
}
