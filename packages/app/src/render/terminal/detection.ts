import type { BoxCalibrator, DetectionDocument, DetectionGroup } from "@candor/core";
import { formatCount, formatInterval, formatLevel, formatNumber, formatPercent } from "@candor/pages";
import { cutoffText, detectionTone, namedErrors, namedPrecisions } from "../detection-words.ts";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import { reliabilityLines } from "./reliability-lines.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { verdictHead } from "./verdict-head.ts";

const nameColumns = 22;
const valueColumns = 9;
const intervalColumns = 19;
const mostClasses = 8;

/**
 * The report on detections as text for a terminal.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderDetection(document: DetectionDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    precisionLines(document, pen),
    cutoffLines(document, pen),
    errorLines(document, pen),
    document.calibration === null
      ? []
      : reliabilityLines(
          {
            reliability: {
              axis: "confidence",
              bins: document.calibration.reliability,
              smooth: [],
              corp: [],
              level: document.level,
              specs: { bins: { metric: "reliability" }, smooth: { metric: "none" }, corp: { metric: "none" } },
            },
            classNames: [],
          },
          pen,
        ),
    groupLines(document, pen),
    noteLines(document.warnings, document.source, pen),
  ]);
}

function headLines(document: DetectionDocument, pen: Pen): string[] {
  const { tone } = detectionTone(document);
  const { source, verdict, n, truths, images, classes, iou, maxDets } = document;
  const facts = [
    `${formatCount(n)} detections`,
    `${formatCount(truths)} true boxes`,
    `${formatCount(images)} ${images === 1 ? "image" : "images"}`,
    `${formatCount(classes)} ${classes === 1 ? "class" : "classes"}`,
    `right from an overlap of ${iou}`,
    `best ${formatCount(maxDets)} per image and class`,
  ];
  return verdictHead({ sentence: verdict.sentence, tone, name: source.name, facts }, pen);
}

function row(name: string, value: string, interval = "", detail = ""): string {
  return `  ${padEnd(name, nameColumns)}${padStart(value, valueColumns)}  ${padEnd(interval, intervalColumns)}${detail}`;
}

function precisionLines(document: DetectionDocument, pen: Pen): string[] {
  const rows = namedPrecisions(document).map(({ name, estimate }) =>
    row(name, formatNumber(estimate.value), formatInterval(estimate)),
  );
  if (rows.length === 0) return [];
  return [
    ...heading(pen, "Average precision", `as COCO defines it, ${formatLevel(document.level)} intervals by image`),
    ...rows,
  ];
}

function cutoffLines({ cutoffs }: DetectionDocument, pen: Pen): string[] {
  if (cutoffs === null || cutoffs.best === null) return [];
  const { best, targets } = cutoffs;
  const share = (value: number | null): string => (value === null ? "" : formatPercent(value));
  return [
    ...heading(pen, "Cutoffs", "of the score, all classes together"),
    pen.style("dim", row("precision wanted", "observed", "recall there", "sure (whole curve)")),
    ...targets.map(({ precision, cutoff, recall, sureCutoff, sureRecall }) =>
      row(
        `  ${formatPercent(precision, 0)}`,
        cutoffText(cutoff),
        share(recall),
        `${cutoffText(sureCutoff)}${sureRecall === null ? "" : `, recall ${share(sureRecall)}`}`,
      ),
    ),
    row(
      "largest F1",
      formatNumber(best.cutoff, 3),
      share(best.recall.value),
      `precision ${share(best.precision.value)}, F1 ${formatNumber(best.f1.value, 3)}`,
    ),
  ];
}

function errorLines(document: DetectionDocument, pen: Pen): string[] {
  const rows = namedErrors(document).map(({ name, error: { error, floor, debiased } }) =>
    row(
      name,
      formatNumber(error.value),
      formatInterval(error),
      padStart(formatNumber(floor.value), 7) + padStart(formatNumber(debiased.value), 15),
    ),
  );
  return rows.length === 0
    ? []
    : [
        ...heading(pen, "Calibration error", "scores against the share that is right"),
        pen.style("dim", row("", "error", "", "perfect  without noise")),
        ...rows,
      ];
}

function groupRow(group: DetectionGroup, pen: Pen): string {
  const { name, n, meanScore, precision, gap, flagged } = group;
  const found = !flagged
    ? ""
    : pen.style("bad", gap.value > 0 ? `${pen.signs.over} too high` : `${pen.signs.under} too low`);
  const shown =
    gap.interval === "none" ? "too few images" : formatInterval({ lower: gap.lower * 100, upper: gap.upper * 100 }, 1);
  return `  ${padEnd(safeName(name, 16), 16)}${padStart(formatCount(n), 9)}${padStart(formatPercent(meanScore), 9)}${padStart(formatPercent(precision), 9)}  ${padEnd(shown, 16)} ${found}`;
}

function groupLines({ sizes, perClass }: DetectionDocument, pen: Pen): string[] {
  if (sizes.length === 0) return [];
  const worst = perClass.toSorted(
    (a, b) => Number(b.flagged) - Number(a.flagged) || Math.abs(b.gap.value) - Math.abs(a.gap.value),
  );
  const head = `  ${padEnd("", 16)}${padStart("rows", 9)}${padStart("stated", 9)}${padStart("right", 9)}  gap, points`;
  return [
    ...heading(pen, "Sizes and classes", "flags: at most 5 % false alarms in each list"),
    pen.style("dim", head),
    ...sizes.map((group) => groupRow(group, pen)),
    "",
    ...worst.slice(0, mostClasses).map((group) => groupRow(group, pen)),
    ...(worst.length > mostClasses
      ? [pen.style("dim", `  ${worst.length - mostClasses} more classes: --json or --html`)]
      : []),
  ];
}

interface Source {
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly notes: readonly string[];
}

function noteLines(warnings: readonly string[], { skipped, notes }: Source, pen: Pen): string[] {
  const left = skipped.map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${reason}`,
  );
  const lines = (text: string, style: Style): string[] =>
    wrapText(safeName(text, 600), pen.columns - 4).map((part, i) =>
      pen.style(style, `  ${i === 0 ? pen.signs.bullet : " "} ${part}`),
    );
  return [
    ...warnings.flatMap((text) => lines(text, "doubt")),
    ...[...left, ...notes].flatMap((text) => lines(text, "dim")),
  ];
}

/** A calibrator of score, place and size as text for a terminal. */
export function renderBoxCalibrator(calibrator: BoxCalibrator, options: TerminalOptions): string {
  const { evidence, n, images, data } = calibrator;
  return renderSections(options, (pen) => {
    const isBetter = evidence !== null && evidence.overScoreOnly.lower > 0;
    const sentence =
      evidence === null
        ? "Nothing was held out, so there is no evidence that this helps."
        : isBetter
          ? "Place and size say more than the score alone, on images that were not fitted."
          : "No sign that place and size say more than the score alone, on images that were not fitted.";
    const sign = isBetter ? pen.style("good", pen.signs.calibrated) : pen.style("doubt", pen.signs.unknown);
    const facts = `${formatCount(n)} detections ${pen.signs.bullet} ${formatCount(images)} images ${pen.signs.bullet} logistic in score, place and size`;
    const head = [
      `${sign} ${pen.style("bold", sentence)}`,
      "",
      `  ${safeName(data.name, pen.columns - 2)}`,
      pen.style("dim", `  ${facts}`),
    ];
    if (evidence === null) return [head];
    const { before, scoreOnly, after, improvement, overScoreOnly } = evidence;
    return [
      head,
      [
        ...heading(
          pen,
          "Log loss",
          `${evidence.folds} folds of whole images, ${formatLevel(before.level)} intervals by image`,
        ),
        row("as they are", formatNumber(before.value), formatInterval(before)),
        row("calibrated by score", formatNumber(scoreOnly.value), formatInterval(scoreOnly)),
        row("by score, place, size", formatNumber(after.value), formatInterval(after)),
        row("better than as they are", formatNumber(improvement.value), formatInterval(improvement)),
        row("better than by score", formatNumber(overScoreOnly.value), formatInterval(overScoreOnly)),
      ],
    ];
  });
}
