import type { RegressionReport } from "@candor/core";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { rowFacts, sourceOf } from "../source-parts.ts";
import { type SpecRow, specDetails, specRow } from "../spec-parts.ts";
import { table } from "../table.ts";
import { intervalHolds, isTest, testReading } from "../words/estimate-words.ts";
import { formatEstimate, formatNumber, formatPValue } from "../words/format.ts";
import { formatMeasured } from "../words/measure.ts";
import { regressionMetricName } from "../words/regression-words.ts";

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
        { title: "The interval holds", cell: ({ estimate }) => intervalHolds(estimate) },
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
                cell: ({ estimate }) => testReading(estimate),
              },
            ],
            { caption: "Tests of calibration" },
          ),
        ]),
  );
}

/** The spec of every number of a report on forecasts. */
export function regressionSpecRows(document: RegressionReport): SpecRow[] {
  const { metrics, intervals, quantileCurve, segments, overTime, specs } = document;
  const ofGroup = (name: string, [first]: RegressionReport["segments"]) => [
    ...specRow(`${name}: coverage`, first?.coverage),
    ...specRow(`${name}: bias`, first?.bias),
    ...specRow(`${name}: CRPS`, first?.crps),
  ];
  const rows = [
    ...Object.entries(metrics).flatMap(([key, estimate]) => specRow(regressionMetricName(key), estimate)),
    ...specRow("Share below a quantile", quantileCurve[0]?.observed),
    ...specRow("Share inside an interval", intervals[0]?.coverage),
    ...specRow("Mean width", intervals[0]?.meanWidth),
    ...specRow("Interval score", intervals[0]?.intervalScore),
    ...ofGroup("Per segment", segments),
    ...ofGroup("Over time", overTime),
  ];
  const known = new Set(rows.map(({ spec }) => JSON.stringify(spec)));
  const further = Object.entries(specs).filter(([, spec]) => !known.has(JSON.stringify(spec)));
  return [...rows, ...further.map(([name, spec]) => ({ name: regressionMetricName(name), spec }))];
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
    specDetails(page, regressionSpecRows(document), page.name),
  );
}

/** Where the rows come from: file, columns, rows used and left out, and what was done to them. */
export function regressionSource(
  page: Page,
  { source, n, effectiveN, weighted }: Pick<RegressionReport, "source" | "n" | "effectiveN" | "weighted">,
): Section {
  return sourceOf(page, source, [
    ...rowFacts(page, source, n),
    ["Weights", weighted ? `yes; effective rows ${formatNumber(effectiveN, 1)}` : "none"],
  ]);
}
