import { type CapacityPoint, type PolicyDocument, type PolicyPoint, thresholdText } from "@candor/core";
import {
  type Column,
  figure,
  formatCount,
  formatInterval,
  formatPercent,
  type Page,
  type Section,
  section,
  table,
} from "@candor/pages";
import { costCurve, precisionRecall, reviewCapacity, reviewVolume, riskCoverageChoice } from "@candor/plots";
import { costDigits, costEstimate, costText, shareEstimate, shareText } from "../../policy-words.ts";

type Outcome = NonNullable<PolicyDocument["expected"]>;

function withInterval({ value, interval }: { readonly value: string; readonly interval: string }): string {
  return interval === "" ? value : `${value} ${interval}`;
}

const STEPS = 20;

/** At most 20 points, evenly in coverage. */
function some(curve: readonly PolicyPoint[]): PolicyPoint[] {
  const chosen = new Set<PolicyPoint>();
  for (let k = 1; k <= STEPS; k++) {
    const point = curve.find(({ coverage }) => coverage >= k / STEPS - 1e-12);
    if (point !== undefined) chosen.add(point);
  }
  return [...chosen];
}

const threshold: Column<PolicyPoint> = {
  title: "Act from",
  numeric: true,
  cell: (point) => thresholdText(point.threshold),
};
const coverage: Column<PolicyPoint> = {
  title: "Acted on",
  numeric: true,
  cell: (point) => formatPercent(point.coverage),
};
const errors: readonly Column<PolicyPoint>[] = [
  { title: "Wrong", numeric: true, cell: ({ error }) => formatPercent(error, 2) },
  {
    title: "Interval, %",
    numeric: true,
    cell: ({ errorLower, errorUpper }) => formatInterval({ lower: errorLower * 100, upper: errorUpper * 100 }, 2),
  },
];

function riskFigure(page: Page, { curve, objective, rule }: PolicyDocument, expected: Outcome | null): HTMLElement {
  const target =
    objective.kind === "risk" ? objective.maxError : objective.kind === "precision" ? 1 - objective.target : undefined;
  const error = expected?.error ?? null;
  const wrong = rule.kind !== "least-cost" && rule.on === "positive" ? "negative" : "wrong";
  const chosen =
    expected === null || error === null
      ? undefined
      : { coverage: expected.coverage.value, error: error.value, lower: error.lower, upper: error.upper };
  return figure(page, {
    title: "What acting on fewer rows buys",
    finding:
      expected === null || error === null
        ? "The policy acts on no row."
        : `Acting on ${withInterval(shareEstimate(expected.coverage))} of rows, ${withInterval(shareEstimate(error))} of those are ${wrong}.`,
    draw: (label) =>
      riskCoverageChoice(curve, {
        document: page.document,
        label,
        ...(chosen === undefined ? {} : { chosen }),
        ...(target === undefined ? {} : { maxError: target }),
      }),
    reading: `Share ${wrong} among the rows acted on, surest first, with its band${target === undefined ? "" : `; dashed, the ${shareText(target)} allowed`}. Diamond: the policy.`,
    data: table(page, some(curve), [coverage, threshold, ...errors], { caption: "Risk by coverage", hidden: true }),
  });
}

function costFigure(page: Page, { curve, alternatives }: PolicyDocument, expected: Outcome | null): HTMLElement {
  const own = expected?.cost ?? null;
  const digits = costDigits(curve.map(({ cost }) => cost ?? 0));
  const others = alternatives.flatMap(({ name, expected: { coverage: acted, cost } }) =>
    cost === null ? [] : [{ name, coverage: acted.value, cost: cost.value }],
  );
  const chosen =
    expected === null || own === null
      ? undefined
      : { coverage: expected.coverage.value, cost: own.value, lower: own.lower, upper: own.upper };
  const compared = others.map(({ name, cost }) => `${name} ${costText(cost, digits)}`).join(", ");
  return figure(page, {
    title: "What it costs",
    finding: `${own === null ? "Cost per row" : `The policy costs ${withInterval(costEstimate(own, digits))} per row`}${compared === "" ? "" : `; ${compared}`}.`,
    draw: (label) =>
      costCurve(curve, { document: page.document, label, others, ...(chosen === undefined ? {} : { chosen }) }),
    reading:
      "Mean cost per row when the surest rows are acted on and the rest is reviewed, or left alone where nobody reviews.",
    data: table(
      page,
      some(curve),
      [
        coverage,
        threshold,
        { title: "Cost per row", numeric: true, cell: ({ cost }) => (cost === null ? "" : costText(cost, digits)) },
      ],
      { caption: "Cost by coverage", hidden: true },
    ),
  });
}

function volumeFigure(page: Page, { curve, thresholds, rule }: PolicyDocument, expected: Outcome): HTMLElement {
  const on = rule.kind === "least-cost" ? "confidence" : rule.on;
  const { reviewVolume: reviewed, abstention } = expected;
  return figure(page, {
    title: "How many rows are reviewed",
    finding: `${withInterval(shareEstimate(reviewed))} of rows are reviewed${abstention.value === 0 ? "" : `, ${withInterval(shareEstimate(abstention))} left alone`}.`,
    draw: (label) =>
      reviewVolume(curve, {
        document: page.document,
        label,
        thresholds,
        reviewed: reviewed.value,
        abstained: abstention.value,
        on,
      }),
    reading:
      "Share of rows whose score lies below each value. Dashed: the thresholds; shaded: what becomes of the rows.",
    data: table(
      page,
      some(curve),
      [threshold, { title: "Rows below", numeric: true, cell: (point) => formatPercent(1 - point.coverage) }, coverage],
      { caption: "Rows below each threshold", hidden: true },
    ),
  });
}

function recallFigure(page: Page, { curve }: PolicyDocument, expected: Outcome | null): HTMLElement {
  const points = curve.flatMap(({ threshold: at, precision, recall }) =>
    precision === null || recall === null ? [] : [{ x: recall, y: precision, threshold: at }],
  );
  const recall = expected?.recall ?? null;
  return figure(page, {
    title: "Precision and recall",
    finding:
      recall === null
        ? "No positives are acted on."
        : `The policy acts on ${withInterval(shareEstimate(recall))} of the positives.`,
    draw: (label) => precisionRecall(points, { document: page.document, label, target: "positive" }),
    reading: "What share of the rows acted on is positive, while more and more of the positives are found.",
    data: table(
      page,
      some(curve),
      [
        threshold,
        { title: "Recall", numeric: true, cell: (point) => formatPercent(point.recall) },
        { title: "Precision", numeric: true, cell: (point) => formatPercent(point.precision) },
        {
          title: "Interval, %",
          numeric: true,
          cell: ({ errorLower, errorUpper }) =>
            formatInterval({ lower: (1 - errorUpper) * 100, upper: (1 - errorLower) * 100 }, 2),
        },
      ],
      { caption: "Precision by recall", hidden: true },
    ),
  });
}

/** The thresholds there are to choose from, with the choice. Undefined where the document has none. */
export function choiceSection(page: Page, document: PolicyDocument): Section | undefined {
  const { curve, expected, rule } = document;
  if (curve.length === 0 || rule.kind === "least-cost") return undefined;
  return section(
    page,
    { id: "choice", short: "The choice", title: "What there was to choose from" },
    page.make(
      "div",
      { class: "grid two" },
      riskFigure(page, document, expected),
      ...(curve.some(({ cost }) => cost !== null) ? [costFigure(page, document, expected)] : []),
      ...(expected === null ? [] : [volumeFigure(page, document, expected)]),
      ...(curve.some(({ recall }) => recall !== null) ? [recallFigure(page, document, expected)] : []),
    ),
  );
}

function capacityFinding(points: readonly CapacityPoint[], reviews: number, period: string): string {
  const now = points.find((point) => point.reviews === reviews);
  const [none, most] = [points[0], points.at(-1)];
  const wrong = (point: CapacityPoint | undefined) =>
    point === undefined || point.error === null ? "nothing is acted on" : `${formatPercent(point.error)} are wrong`;
  const parts = [
    ...(now === undefined ? [] : [`With ${formatCount(reviews)} reviews a ${period}, ${wrong(now)}`]),
    ...(none === undefined || none === now ? [] : [`with ${formatCount(none.reviews)}, ${wrong(none)}`]),
    ...(most === undefined || most === now || most === none
      ? []
      : [`with ${formatCount(most.reviews)}, ${wrong(most)}`]),
  ];
  return `${parts.join("; ")}.`;
}

/** What becomes of errors and cost when the capacity changes. Undefined where there is no capacity. */
export function capacitySection(page: Page, { capacity, capacityCurve }: PolicyDocument): Section | undefined {
  if (capacity === null || capacityCurve.length === 0) return undefined;
  const { reviews, period } = capacity;
  const hasCost = capacityCurve.some(({ cost }) => cost !== null);
  const digits = costDigits(capacityCurve.map(({ cost }) => cost ?? 0));
  const now = capacityCurve.find((point) => point.reviews === reviews);
  const data = () =>
    table(
      page,
      capacityCurve,
      [
        { title: "Reviews", numeric: true, cell: (point) => formatCount(point.reviews) },
        {
          title: "Act from",
          numeric: true,
          cell: ({ thresholds: { act } }) => (act === null ? "never" : thresholdText(act)),
        },
        { title: "Acted on", numeric: true, cell: (point) => formatPercent(point.coverage) },
        { title: "Wrong", numeric: true, cell: ({ error }) => (error === null ? "none" : formatPercent(error, 2)) },
        ...(hasCost
          ? [
              {
                title: "Cost per row",
                numeric: true,
                cell: ({ cost }: CapacityPoint) => (cost === null ? "" : costText(cost, digits)),
              },
            ]
          : []),
      ],
      { caption: "What each capacity means", hidden: true },
    );
  const draw = (quantity: "error" | "cost") => (label: string) =>
    reviewCapacity(capacityCurve, { document: page.document, label, quantity, reviews, period });
  const reading = "One point per capacity, each with the thresholds that use it up. Diamond: the capacity there is.";
  return section(
    page,
    { id: "capacity", short: "Capacity", title: "What if more or fewer rows could be reviewed?" },
    page.make(
      "div",
      { class: "grid two" },
      figure(page, {
        title: "Errors by capacity",
        finding: capacityFinding(capacityCurve, reviews, period),
        draw: draw("error"),
        reading,
        data: data(),
      }),
      ...(hasCost
        ? [
            figure(page, {
              title: "Cost by capacity",
              finding:
                now === undefined || now.cost === null
                  ? "Mean cost per row at each capacity."
                  : `With ${formatCount(reviews)} reviews a ${period}, a row costs ${costText(now.cost, digits)} on average.`,
              draw: draw("cost"),
              reading,
              data: data(),
            }),
          ]
        : []),
    ),
  );
}
