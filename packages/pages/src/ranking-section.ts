import type { CurvePoint, ReportDocument, RiskCoveragePoint } from "@candor/core";
import { precisionRecall, riskCoverage, rocCurve, scoreHistogram } from "@candor/plots";
import { figure } from "./figure.ts";
import { histogramFinding, precisionRecallFinding, riskCoverageFinding, rocFinding } from "./findings.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import { formatEstimate, formatInterval, formatNumber, formatPercent } from "./words/format.ts";
import { metricName } from "./words/metric-name.ts";

const STEPS = Array.from({ length: 20 }, (_, i) => (i + 1) / 20);

function nearest<Point>(points: readonly Point[], position: (point: Point) => number): Point[] {
  const chosen = new Set<Point>();
  for (const step of STEPS) {
    const point = points.find((candidate) => position(candidate) >= step - 1e-12);
    if (point !== undefined) chosen.add(point);
  }
  return [...chosen];
}

function histogramFigure(page: Page, document: ReportDocument): HTMLElement {
  const { histogram, reliability, accuracy, meanConfidence, baseRate, meanProbability } = document;
  const { axis } = reliability;
  const outcome = axis === "probability" ? "positive" : "correct";
  const marks =
    axis === "probability" && baseRate !== null && meanProbability !== null
      ? [
          { value: meanProbability.value, name: "mean stated" },
          { value: baseRate.value, name: "base rate" },
        ]
      : [
          { value: meanConfidence.value, name: "mean stated" },
          { value: accuracy.value, name: "accuracy" },
        ];
  return figure(page, {
    title: "Where the scores lie",
    finding: histogramFinding(histogram, axis),
    draw: (label) => scoreHistogram(histogram, { document: page.document, axis, marks, label }),
    reading: `Bars: share of rows per interval of the score, split by outcome. Lines: what was stated on average, and what came true.`,
    data: table(
      page,
      histogram.shares.map((share, i) => ({
        share,
        observed: histogram.observed[i],
        from: histogram.edges[i],
        to: histogram.edges[i + 1],
      })),
      [
        { title: "Scores", numeric: true, cell: ({ from, to }) => `${formatNumber(from, 3)}–${formatNumber(to, 3)}` },
        { title: "Share of rows", numeric: true, cell: ({ share }) => formatPercent(share, 2) },
        { title: `Share ${outcome}`, numeric: true, cell: ({ observed }) => formatPercent(observed) },
      ],
      { caption: "Histogram of the scores", hidden: true },
    ),
  });
}

function riskCoverageFigure(page: Page, points: readonly RiskCoveragePoint[]): HTMLElement {
  return figure(page, {
    title: "What abstaining buys",
    finding: riskCoverageFinding(points),
    draw: (label) => riskCoverage(points, { document: page.document, label }),
    reading: "Risk-coverage: act only on the most confident rows, and see what share of them is wrong, with its band.",
    data: table(
      page,
      nearest(points, ({ coverage }) => coverage),
      [
        { title: "Coverage", numeric: true, cell: ({ coverage }) => formatPercent(coverage) },
        { title: "Risk", numeric: true, cell: ({ risk }) => formatPercent(risk, 2) },
        {
          title: "Interval, %",
          numeric: true,
          cell: ({ lower, upper }) => formatInterval({ lower: lower * 100, upper: upper * 100 }, 2),
        },
        { title: "Threshold", numeric: true, cell: ({ threshold }) => formatNumber(threshold) },
      ],
      { caption: "Risk by coverage", hidden: true },
    ),
  });
}

function curveTable(page: Page, points: readonly CurvePoint[], x: string, y: string, caption: string): HTMLElement {
  return table(
    page,
    nearest(points, (point) => point.x),
    [
      { title: x, numeric: true, cell: (point) => formatNumber(point.x, 3) },
      { title: y, numeric: true, cell: (point) => formatNumber(point.y, 3) },
      { title: "Threshold", numeric: true, cell: ({ threshold }) => formatNumber(threshold) },
    ],
    { caption, hidden: true },
  );
}

const IN_NUMBERS = ["auroc", "averagePrecision", "aurc", "eAurc", "augrc"];

function inNumbers(page: Page, { metrics }: ReportDocument): HTMLElement {
  const rows = IN_NUMBERS.flatMap((key) => {
    const estimate = metrics[key] ?? null;
    return estimate === null ? [] : [{ key, estimate }];
  });
  return page.make(
    "div",
    { class: "tile" },
    page.make("h3", {}, "In numbers"),
    table(
      page,
      rows,
      [
        { title: "Metric", cell: ({ key }) => metricName(key) },
        { title: "Value", numeric: true, cell: ({ estimate }) => formatEstimate(estimate) },
      ],
      { caption: "Ranking and selective prediction", hidden: true },
    ),
    page.make(
      "p",
      { class: "note" },
      "AUROC: 0.5 is chance, 1 is perfect. AURC is the mean risk over all coverages; E-AURC what a perfect ranking " +
        "would save of it; AUGRC the risk of acting on a row and being wrong. Lower is better.",
    ),
  );
}

/**
 * Where the scores lie and how well they rank: histogram, risk-coverage, ROC and precision-recall.
 *
 * @param page the page it is for
 * @param document the report
 */
export function rankingSection(page: Page, document: ReportDocument): Section {
  const { task, metrics, baseRate, accuracy, roc } = document;
  const target = task === "binary" ? "positive" : "correct";
  const onlyRanks = document.verdict.status === "not-a-probability";
  const figures = onlyRanks ? [] : [histogramFigure(page, document)];
  const curves: HTMLElement[] = [];
  if (document.riskCoverage.length > 0) figures.push(riskCoverageFigure(page, document.riskCoverage));
  if (roc.length > 0)
    curves.push(
      figure(page, {
        title: "ROC",
        finding: rocFinding(metrics.auroc, target),
        draw: (label) => rocCurve(roc, { document: page.document, width: 340, target, label }),
        reading: "All thresholds at once, from strict at the lower left to lenient at the upper right.",
        data: curveTable(page, roc, "False positive rate", "True positive rate", "The ROC curve"),
      }),
    );
  if (document.precisionRecall.length > 0)
    curves.push(
      figure(page, {
        title: "Precision and recall",
        finding: precisionRecallFinding(document.precisionRecall),
        draw: (label) =>
          precisionRecall(document.precisionRecall, {
            document: page.document,
            width: 340,
            target,
            baseRate: (baseRate ?? accuracy).value,
            label,
          }),
        reading: "What share of the rows taken is right, while more and more of the targets are found.",
        data: curveTable(page, document.precisionRecall, "Recall", "Precision", "The precision-recall curve"),
      }),
    );
  return section(
    page,
    {
      id: "ranking",
      short: "Ranking",
      title: onlyRanks ? "What does its order buy?" : "Where do the scores lie, and how well do they rank?",
    },
    page.make("div", { class: "grid two" }, ...figures),
    page.make("div", { class: "grid three" }, ...curves, inNumbers(page, document)),
  );
}
