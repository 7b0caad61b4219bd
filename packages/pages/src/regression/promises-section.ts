import type { IntervalQuality, LevelCoverage, RegressionReport } from "@candor/core";
import { intervalCoverage, pitHistogram, quantileCalibration } from "@candor/plots";
import { figure } from "../figure.ts";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { type Column, table } from "../table.ts";
import { formatInterval, formatLevel, formatNumber, formatPercent } from "../words/format.ts";
import { formatMeasured } from "../words/measure.ts";
import { confidenceLevel, shownPit } from "../words/regression-words.ts";
import { coverageFinding, curveFinding, pitFinding } from "./regression-findings.ts";

type Pit = RegressionReport["pit"];

/** What the pictures show: one report, or one before and after a fit. */
export interface Promises {
  readonly report: RegressionReport;
  readonly before?: RegressionReport;
}

/** Its intervals in percent. */
export function shareText({ value, lower, upper }: IntervalQuality["coverage"]): string {
  return `${formatPercent(value)} ${formatInterval({ lower: lower * 100, upper: upper * 100 }, 1)}`;
}

function curveTable(page: Page, curve: readonly LevelCoverage[]): HTMLElement {
  return table(
    page,
    curve,
    [
      { title: "Quantile", numeric: true, cell: ({ level }) => formatLevel(level) },
      { title: "Outcomes below it", numeric: true, cell: ({ observed }) => shareText(observed) },
      {
        title: "Difference",
        numeric: true,
        cell: ({ level, observed }) => `${formatNumber((observed.value - level) * 100, 1)} points`,
      },
    ],
    { caption: "Share of outcomes below each quantile", hidden: true },
  );
}

function pitTable(page: Page, pit: Pit): HTMLElement {
  return table(
    page,
    pit,
    [
      { title: "Level", cell: ({ from, to }) => `${formatNumber(from, 2)}–${formatNumber(to, 2)}` },
      { title: "Share", numeric: true, cell: ({ share }) => formatPercent(share) },
      {
        title: "A perfect forecast shows",
        numeric: true,
        cell: ({ lower, upper }) => `${formatPercent(lower)} to ${formatPercent(upper)}`,
      },
    ],
    { caption: "Where the outcomes fell", hidden: true },
  );
}

/** The columns of a table of intervals. */
export function intervalColumns(): readonly Column<IntervalQuality>[] {
  return [
    { title: "Level", numeric: true, cell: ({ level }) => formatLevel(level) },
    { title: "Outcomes inside", numeric: true, cell: ({ coverage }) => shareText(coverage) },
    { title: "Mean width", numeric: true, cell: ({ meanWidth }) => formatMeasured(meanWidth) },
    { title: "Interval score", numeric: true, cell: ({ intervalScore }) => formatMeasured(intervalScore) },
  ];
}

function figures(page: Page, { report, before }: Promises): HTMLElement[] {
  const { quantileCurve, intervals } = report;
  const pit = shownPit(report);
  const level = formatLevel(confidenceLevel(report));
  const options = { document: page.document, width: 340 };
  const after = before === undefined ? "" : " Orange: before. Blue: after.";
  const found: HTMLElement[] = [];
  if (quantileCurve.length > 0)
    found.push(
      figure(page, {
        title: "By quantile",
        finding: curveFinding(quantileCurve),
        draw: (label) =>
          quantileCalibration(quantileCurve, {
            ...options,
            label,
            ...(before ? { before: before.quantileCurve } : {}),
          }),
        reading: `Share of outcomes at or below each forecast quantile with its ${level} interval. On the dashed line a quantile means what it says.${after}`,
        data: curveTable(page, quantileCurve),
      }),
    );
  if (intervals.length > 0)
    found.push(
      figure(page, {
        title: "By interval",
        finding: coverageFinding(intervals),
        draw: (label) =>
          intervalCoverage(intervals, { ...options, label, ...(before ? { before: before.intervals } : {}) }),
        reading: `How often central intervals held the outcome, with ${level} intervals. Below the dashed line they are too narrow, above it wider than promised.${after}`,
        data: table(page, intervals, intervalColumns(), { caption: "Coverage of the intervals", hidden: true }),
      }),
    );
  if (pit.length > 0)
    found.push(
      figure(page, {
        title: "Where the outcomes fell",
        finding: pitFinding(pit),
        draw: (label) =>
          pitHistogram(pit, { ...options, height: 330, label, ...(before ? { before: shownPit(before) } : {}) }),
        reading:
          "The level that each outcome reached in its own forecast. All bars are equally high for a perfect forecast, but for the grey band of chance; high ends mean too narrow, a high middle too wide, a slope means bias.",
        data: pitTable(page, pit),
      }),
    );
  return found;
}

/**
 * Do the forecasts keep their promises: quantiles, intervals and where the outcomes fell.
 *
 * @param page the page it is for
 * @param promises the report, and for a fit the one before
 * @returns undefined for forecasts that promise nothing
 */
export function promisesSection(page: Page, promises: Promises): Section | undefined {
  const { report, before } = promises;
  const pictures = figures(page, promises);
  if (pictures.length === 0) return undefined;
  const held = before === undefined ? "" : " All pictures are of rows that the fit judged by them had not seen.";
  const tables =
    report.intervals.length === 0
      ? []
      : [
          table(page, report.intervals, intervalColumns(), {
            caption: before === undefined ? "Intervals" : "Intervals after",
          }),
        ];
  return section(
    page,
    { id: "promises", short: "Promises", title: "Do the forecasts keep their promises?" },
    page.make(
      "p",
      { class: "lead" },
      `A 90 % interval promises to hold nine outcomes of ten, and the 0.9 quantile to lie above nine of ten.${held}`,
    ),
    page.make("div", { class: "grid three" }, ...pictures),
    ...tables,
  );
}
