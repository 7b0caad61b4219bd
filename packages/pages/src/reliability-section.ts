import type { BandPoint, ReliabilityBin, ReportDocument } from "@candor/core";
import { reliabilityBinned, reliabilityCorp, reliabilitySmooth } from "@candor/plots";
import { figure } from "./figure.ts";
import { binnedFinding, corpFinding, smoothFinding } from "./findings.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import { formatCount, formatInterval, formatLevel, formatNumber, formatPercent } from "./words/format.ts";

const CURVE_ROWS = 21;

function binTable(page: Page, bins: readonly ReliabilityBin[], outcome: string): HTMLElement {
  return table(
    page,
    bins,
    [
      { title: "Scores", numeric: true, cell: (bin) => `${formatNumber(bin.lower, 3)}–${formatNumber(bin.upper, 3)}` },
      { title: "Rows", numeric: true, cell: (bin) => formatCount(bin.count) },
      { title: "Share", numeric: true, cell: (bin) => formatPercent(bin.share) },
      { title: "Stated", numeric: true, cell: (bin) => formatNumber(bin.meanConfidence) },
      { title: `Share ${outcome}`, numeric: true, cell: (bin) => formatNumber(bin.observed) },
      {
        title: "Interval",
        numeric: true,
        cell: (bin) => formatInterval({ lower: bin.observedLower, upper: bin.observedUpper }),
      },
      { title: "Gap", numeric: true, cell: (bin) => formatNumber(bin.meanConfidence - bin.observed) },
    ],
    { caption: "Bins: what was stated and what came true", hidden: true },
  );
}

function curveTable(page: Page, points: readonly BandPoint[], caption: string, outcome: string): HTMLElement {
  const step = Math.max(1, (points.length - 1) / (CURVE_ROWS - 1));
  const chosen = points.length <= CURVE_ROWS ? points : points.filter((_, i) => i % step < 1);
  return table(
    page,
    chosen,
    [
      { title: "Stated", numeric: true, cell: ({ x }) => formatNumber(x, 3) },
      { title: `Share ${outcome}`, numeric: true, cell: ({ y }) => formatNumber(y) },
      { title: "Band", numeric: true, cell: (point) => formatInterval(point) },
    ],
    { caption, hidden: true },
  );
}

/**
 * Do the scores mean what they say: the binned, smooth and CORP reliability diagrams.
 *
 * @param page the page it is for
 * @param document the report
 */
export function reliabilitySection(page: Page, { reliability }: ReportDocument): Section {
  const { axis, bins, smooth, corp } = reliability;
  const level = formatLevel(reliability.level);
  const outcome = axis === "probability" ? "positive" : "correct";
  const options = { document: page.document, width: 340 };
  const figures = [
    figure(page, {
      title: "By bins",
      finding: binnedFinding(reliability),
      draw: (label) => reliabilityBinned(reliability, { ...options, label }),
      reading: `Points: share ${outcome} per bin with its ${level} interval. Shaded: the gap to what was stated. Grey bars: where the rows are.`,
      data: binTable(page, bins, outcome),
    }),
  ];
  if (smooth.length > 0)
    figures.push(
      figure(page, {
        title: "Smooth",
        finding: smoothFinding(smooth),
        draw: (label) => reliabilitySmooth(reliability, { ...options, label }),
        reading: `A local average of the outcomes, free of bin edges, with its pointwise ${level} band.`,
        data: curveTable(page, smooth, "The smooth curve and its band", outcome),
      }),
    );
  if (corp.length > 0)
    figures.push(
      figure(page, {
        title: "CORP",
        finding: corpFinding(corp),
        draw: (label) => reliabilityCorp(reliability, { ...options, label }),
        reading: `The best monotone fit. Grey: where the line of a calibrated model would stay ${level} of the time.`,
        data: curveTable(page, corp, "The isotonic line and the band of a calibrated model", outcome),
      }),
    );
  const lead = page.make(
    "p",
    { class: "lead" },
    `A calibrated model sits on the dashed line: of all rows stated at 0.8, 80 % are ${outcome}. ` +
      "Below the line the scores are too high, above it too low.",
  );
  return section(
    page,
    { id: "reliability", short: "Reliability", title: "Do the scores mean what they say?" },
    lead,
    page.make("div", { class: "grid three" }, ...figures),
  );
}
