import type { FitDocument, Reliability } from "@candor/core";
import {
  binnedFinding,
  figure,
  formatCount,
  formatInterval,
  formatLevel,
  formatNumber,
  formatPercent,
  type Page,
  type Section,
  section,
  smoothFinding,
  table,
} from "@candor/pages";
import { reliabilityBinned, reliabilityChange } from "@candor/plots";

const CURVE_ROWS = 21;

function outcomeOf({ axis }: Pick<Reliability, "axis">): string {
  return axis === "probability" ? "positive" : "correct";
}

function binTable(page: Page, reliability: Reliability, caption: string): HTMLElement {
  return table(
    page,
    reliability.bins,
    [
      { title: "Scores", numeric: true, cell: (bin) => `${formatNumber(bin.lower, 3)}–${formatNumber(bin.upper, 3)}` },
      { title: "Rows", numeric: true, cell: (bin) => formatCount(bin.count) },
      { title: "Share", numeric: true, cell: (bin) => formatPercent(bin.share) },
      { title: "Stated", numeric: true, cell: (bin) => formatNumber(bin.meanConfidence) },
      { title: `Share ${outcomeOf(reliability)}`, numeric: true, cell: (bin) => formatNumber(bin.observed) },
      {
        title: "Interval",
        numeric: true,
        cell: (bin) => formatInterval({ lower: bin.observedLower, upper: bin.observedUpper }),
      },
    ],
    { caption, hidden: true },
  );
}

function curveTable(page: Page, { before, after }: FitDocument["reliability"]): HTMLElement {
  const rows = (["before", "after"] as const).flatMap((when) => {
    const { smooth } = when === "before" ? before : after;
    const step = Math.max(1, (smooth.length - 1) / (CURVE_ROWS - 1));
    return smooth.filter((_, i) => i % step < 1).map((point) => ({ ...point, when }));
  });
  return table(
    page,
    rows,
    [
      { title: "Curve", cell: ({ when }) => when },
      { title: "Stated", numeric: true, cell: ({ x }) => formatNumber(x, 3) },
      { title: `Share ${outcomeOf(after)}`, numeric: true, cell: ({ y }) => formatNumber(y) },
      { title: "Band", numeric: true, cell: (point) => formatInterval(point) },
    ],
    { caption: "Both smooth curves and their bands", hidden: true },
  );
}

/** What the two curves show, in one line each. */
function changeFinding({ before, after }: FitDocument["reliability"]): string {
  const finding = (reliability: Reliability) => {
    const { smooth } = reliability;
    const text = smooth.length > 0 ? smoothFinding(smooth) : binnedFinding(reliability);
    return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  };
  return `Before: ${finding(before)} After: ${finding(after)}`;
}

/**
 * Both curves with what they show and how to read them, for readers who see such a picture for the first time.
 *
 * @param page the page it is for
 * @param reliability of the fit
 */
export function changePicture(page: Page, reliability: FitDocument["reliability"]): HTMLElement {
  const { make, document } = page;
  const { before, after } = reliability;
  const finding = changeFinding(reliability);
  return make(
    "figure",
    { class: "figure wide", "aria-label": "Reliability before and after" },
    make("h3", {}, "What was stated, and what came true"),
    make("p", { class: "finding" }, finding),
    make("div", { class: "picture" }, reliabilityChange(before, after, { document, width: 340, label: finding })),
    make(
      "figcaption",
      { class: "note" },
      `On the dashed diagonal scores mean what they say: of rows stated at 0.8, 80 % are ${outcomeOf(after)}. Orange is before, blue is after.`,
    ),
  );
}

/**
 * Do the scores mean what they say, before and after: both curves on one diagram, and either by bins.
 *
 * @param page the page it is for
 * @param document the fit
 */
export function changeReliability(page: Page, { reliability }: FitDocument): Section {
  const { before, after } = reliability;
  const level = formatLevel(after.level);
  const outcome = outcomeOf(after);
  const options = { document: page.document, width: 340 };
  const binned = (when: "before" | "after") =>
    figure(page, {
      title: when === "before" ? "Before, by bins" : "After, by bins",
      finding: binnedFinding(reliability[when]),
      draw: (label) => reliabilityBinned(reliability[when], { ...options, label }),
      reading: `Points: share ${outcome} per bin with its ${level} interval. Shaded: the gap to what was stated. Grey bars: where the rows are.`,
      data: binTable(page, reliability[when], `Bins ${when}: what was stated and what came true`),
    });
  return section(
    page,
    { id: "reliability", short: "Reliability", title: "Do the scores mean what they say?" },
    page.make(
      "p",
      { class: "lead" },
      `A calibrated model sits on the dashed diagonal: of all rows stated at 0.8, 80 % are ${outcome}. Below it the scores are ` +
        "too high, above it too low. All three pictures show the same rows, held out.",
    ),
    page.make(
      "div",
      { class: "grid three" },
      figure(page, {
        title: "Both curves",
        finding: changeFinding(reliability),
        draw: (label) => reliabilityChange(before, after, { ...options, label }),
        reading: `Orange, dashed: before. Blue, solid: after. Local averages of the outcomes with pointwise ${level} bands; bars: where the rows are, outlined before, filled after.`,
        data:
          before.smooth.length + after.smooth.length > 0
            ? curveTable(page, reliability)
            : binTable(page, after, "Bins after"),
      }),
      binned("before"),
      binned("after"),
    ),
  );
}
