import type { AuditResult, Estimate, FitDocument, SegmentFit } from "@candor/core";
import {
  figure,
  formatCount,
  formatEstimate,
  formatName,
  formatNumber,
  formatPercent,
  formatPValue,
  leftOut,
  type Page,
  type Section,
  section,
  table,
} from "@candor/pages";
import { segmentGaps } from "@candor/plots";

const DRAWN = 16;

function isOff({ lower, upper }: Estimate): boolean {
  return lower > 0 || upper < 0;
}

function segmentsFinding(segments: readonly SegmentFit[]): string {
  const total = formatCount(segments.length);
  const pooled = formatCount(segments.filter(({ gapPooled }) => isOff(gapPooled)).length);
  const own = formatCount(segments.filter(({ gapOwn }) => isOff(gapOwn)).length);
  return `Of ${total} segments, the gap leaves out zero in ${pooled} under one calibrator for all, and in ${own} with their own corrections.`;
}

/** Segments by size, the largest first. */
export function largestFirst(segments: readonly SegmentFit[]): SegmentFit[] {
  return segments.toSorted((a, b) => b.n - a.n);
}

/**
 * The corrections per segment.
 *
 * @param page the page it is for
 * @param document the fit, with at least one segment
 */
export function segmentsSection(page: Page, { segments, calibrator }: FitDocument): Section {
  const ranked = largestFirst(segments);
  const drawn = ranked.slice(0, DRAWN).map((segment) => ({ ...segment, name: formatName(segment.name, 60) }));
  const columns = [...new Set(ranked.map(({ by }) => by))];
  const item = figure(page, {
    title: "One calibrator for all, or one for each?",
    finding: segmentsFinding(segments),
    draw: (label) => segmentGaps(drawn, { document: page.document, label }),
    reading:
      `Mean score minus the share that came true, held out. A segment moves away from the common calibrator only as far as its own rows justify. ${leftOut(ranked.length, drawn.length)}`.trim(),
    data: table(
      page,
      ranked,
      [
        { title: "Segment", cell: ({ name }) => page.name(name) },
        { title: "Gap, common", numeric: true, cell: ({ gapPooled }) => formatEstimate(gapPooled) },
        { title: "Gap, own", numeric: true, cell: ({ gapOwn }) => formatEstimate(gapOwn) },
      ],
      { caption: "Gap of each segment", hidden: true },
    ),
    wide: true,
  });
  item.setAttribute("class", "figure wide tall");
  return section(
    page,
    { id: "segments", short: "Segments", title: "Segments" },
    page.make(
      "p",
      { class: "lead" },
      calibrator.segments === null ? "Compared by " : "Each segment has a correction of its own, by ",
      ...columns.flatMap((by, i) => (i === 0 ? [page.name(by, 60)] : [", ", page.name(by, 60)])),
      calibrator.segments === null
        ? ": the segments do not differ by more than chance explains, so the common calibrator serves all of them."
        : ". Its weight says how much of it was used: 0 % is the common calibrator, 100 % the segment's own fit.",
    ),
    item,
    table(
      page,
      ranked,
      [
        { title: "Segment", cell: ({ name }) => page.name(name) },
        { title: "Column", cell: ({ by }) => page.name(by, 30) },
        { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
        { title: "Own weight", numeric: true, cell: ({ shrinkage }) => formatPercent(shrinkage, 0) },
        { title: "Log loss before", numeric: true, cell: ({ logLossBefore }) => formatNumber(logLossBefore) },
        { title: "Common", numeric: true, cell: ({ logLossPooled }) => formatNumber(logLossPooled) },
        { title: "Own", numeric: true, cell: ({ logLossOwn }) => formatNumber(logLossOwn) },
        { title: "Gap, common", numeric: true, cell: ({ gapPooled }) => formatEstimate(gapPooled) },
        { title: "Gap, own", numeric: true, cell: ({ gapOwn }) => formatEstimate(gapOwn) },
      ],
      { caption: "All segments, the largest first" },
    ),
  );
}

/** What the audit found, in a sentence. */
export function auditFinding(audit: readonly AuditResult[]): string {
  const flagged = audit.filter((result) => result.flagged).length;
  const total = `${formatCount(audit.length)} segments and pairs of segments`;
  return flagged === 0
    ? `None of ${total} is off by more than chance explains, once their number is taken into account.`
    : `${formatCount(flagged)} of ${total} ${flagged === 1 ? "is" : "are"} off by more than chance explains, at a false discovery rate of 5 %.`;
}

/**
 * Where the calibrated scores still do not hold.
 *
 * @param page the page it is for
 * @param audit of the fit, at least one
 */
export function auditSection(page: Page, audit: FitDocument["audit"]): Section {
  const { make } = page;
  const ranked = audit.toSorted((a, b) => a.qValue - b.qValue || b.n - a.n);
  const flag = ({ flagged, gap }: AuditResult) =>
    flagged
      ? make("span", { class: "flagged" }, gap.lower > 0 ? "▲ too high" : gap.upper < 0 ? "▼ too low" : "◆ off")
      : make("span", { class: "unflagged" }, "○ none");
  return section(
    page,
    { id: "audit", short: "Audit", title: "Where the calibrated scores still do not hold" },
    make("p", { class: "lead" }, auditFinding(audit)),
    table(
      page,
      ranked,
      [
        { title: "Segment", cell: ({ name }) => page.name(name) },
        { title: "Column", cell: ({ by }) => page.name(by, 60) },
        { title: "Evidence", cell: flag },
        { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
        { title: "Gap", numeric: true, cell: ({ gap }) => formatEstimate(gap) },
        { title: "p", numeric: true, cell: ({ pValue }) => formatPValue(pValue, "") },
        { title: "Adjusted p", numeric: true, cell: ({ qValue }) => formatPValue(qValue, "") },
      ],
      { caption: "Segments tested after calibration, strongest evidence first" },
    ),
  );
}
