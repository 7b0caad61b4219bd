import type { Estimate, IntervalKind, RegressionReport, Spec } from "@candor/core";
import { describeSpec } from "../../describe-spec.ts";
import { formatCount, formatEstimate, formatLevel, formatName, formatNumber, formatPValue } from "../../format.ts";
import { formatMeasured } from "../../regression/measure.ts";
import { isTest, regressionMetricName } from "../../regression/regression-words.ts";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { type Fact, factList, rowFacts, sourceTables } from "../source-parts.ts";
import { table } from "../table.ts";

const INTERVAL_WORDS: Readonly<Record<IntervalKind, string>> = {
  exact: "at every n",
  asymptotic: "as n grows",
  conservative: "at every n, often wider than needed",
  approximate: "approximately",
  none: "–",
};

const WITHOUT_UNIT = new Set([
  "r2",
  "negativeLogLikelihood",
  "miscalibrationArea",
  "meanAbsoluteCalibrationError",
  "rootMeanSquaredCalibrationError",
  "r2Correlation",
  "outcomeLineSlope",
  "crossedRows",
]);

/**
 * All numbers of forecasts as tables: metrics and tests.
 *
 * @param page the page it is for
 * @param document the report
 */
export function regressionAllNumbers(page: Page, { metrics }: RegressionReport): Section {
  const rows = Object.entries(metrics).flatMap(([key, estimate]) =>
    estimate === null || isTest(estimate) ? [] : [{ key, estimate }],
  );
  const tests = Object.entries(metrics).flatMap(([key, estimate]) =>
    estimate !== null && isTest(estimate) ? [{ key, estimate }] : [],
  );
  return section(
    page,
    { id: "numbers", short: "All numbers", title: "All numbers" },
    table(
      page,
      rows,
      [
        { title: "Metric", cell: ({ key }) => page.name(regressionMetricName(key)) },
        {
          title: "Value and interval",
          numeric: true,
          cell: ({ key, estimate }) => (WITHOUT_UNIT.has(key) ? formatEstimate(estimate) : formatMeasured(estimate)),
        },
        { title: "The interval holds", cell: ({ estimate }) => INTERVAL_WORDS[estimate.interval] },
      ],
      { caption: "Every metric, with its interval" },
    ),
    ...(tests.length === 0
      ? []
      : [
          table(
            page,
            tests,
            [
              { title: "Test", cell: ({ key }) => page.name(regressionMetricName(key)) },
              { title: "Statistic", numeric: true, cell: ({ estimate }) => formatNumber(estimate.value) },
              { title: "p", numeric: true, cell: ({ estimate }) => formatPValue(estimate.pValue, "") },
              {
                title: "Reading",
                words: true,
                cell: ({ estimate }) =>
                  estimate.pValue <= 0.05 ? "evidence against calibration" : "no evidence against calibration",
              },
            ],
            { caption: "Tests of calibration" },
          ),
        ]),
  );
}

interface SpecRow {
  readonly name: string;
  readonly spec: Spec;
  readonly level?: number;
  readonly n?: number;
}

function fromEstimate(name: string, estimate: Estimate | null | undefined): SpecRow[] {
  return estimate ? [{ name, spec: estimate.spec, level: estimate.level, n: estimate.n }] : [];
}

/** The spec of every number of a report on forecasts. */
export function regressionSpecRows(document: RegressionReport): SpecRow[] {
  const { metrics, intervals, quantileCurve, segments, overTime, specs } = document;
  const ofGroup = (name: string, [first]: RegressionReport["segments"]) => [
    ...fromEstimate(`${name}: coverage`, first?.coverage),
    ...fromEstimate(`${name}: bias`, first?.bias),
    ...fromEstimate(`${name}: CRPS`, first?.crps),
  ];
  const rows = [
    ...Object.entries(metrics).flatMap(([key, estimate]) => fromEstimate(regressionMetricName(key), estimate)),
    ...fromEstimate("Share below a quantile", quantileCurve[0]?.observed),
    ...fromEstimate("Share inside an interval", intervals[0]?.coverage),
    ...fromEstimate("Mean width", intervals[0]?.meanWidth),
    ...fromEstimate("Interval score", intervals[0]?.intervalScore),
    ...ofGroup("Per segment", segments),
    ...ofGroup("Over time", overTime),
  ];
  const known = new Set(rows.map(({ spec }) => JSON.stringify(spec)));
  const further = Object.entries(specs).filter(([, spec]) => !known.has(JSON.stringify(spec)));
  return [...rows, ...further.map(([name, spec]) => ({ name: regressionMetricName(name), spec }))];
}

/** The specs as a table, closed until asked for. */
export function regressionSpecTable(page: Page, rows: readonly SpecRow[]): HTMLElement {
  const { make } = page;
  const content = table(
    page,
    rows,
    [
      { title: "Number", cell: ({ name }) => page.name(name) },
      { title: "How it is computed", words: true, cell: ({ spec }) => formatName(describeSpec(spec), 400) },
      { title: "Level", numeric: true, cell: ({ level }) => (level === undefined ? "" : formatLevel(level)) },
      { title: "Rows", numeric: true, cell: ({ n }) => (n === undefined ? "" : formatCount(n)) },
      { title: "Spec", words: true, cell: ({ spec }) => make("code", {}, formatName(JSON.stringify(spec), 400)) },
    ],
    { caption: "The spec of every number", hidden: true },
  );
  return make("details", {}, make("summary", {}, "Show the spec of every number"), content);
}

/** How every number of a report on forecasts is computed. */
export function regressionSpecs(page: Page, document: RegressionReport): Section {
  return section(
    page,
    { id: "specs", short: "Specs", title: "How every number is computed" },
    page.make(
      "p",
      { class: "lead" },
      "Two numbers with the same name can mean different things. Each number here has a spec: every choice that changes its value.",
    ),
    regressionSpecTable(page, regressionSpecRows(document)),
  );
}

/** Where the rows come from: file, columns, rows used and left out, and what was done to them. */
export function regressionSource(
  page: Page,
  { source, n, effectiveN, weighted }: Pick<RegressionReport, "source" | "n" | "effectiveN" | "weighted">,
): Section {
  const facts: Fact[] = [
    ...rowFacts(page, source, n),
    ["Weights", weighted ? `yes; effective rows ${formatNumber(effectiveN, 1)}` : "none"],
  ];
  return section(
    page,
    { id: "source", short: "Source", title: "Source" },
    factList(page, facts),
    ...sourceTables(page, source),
  );
}
