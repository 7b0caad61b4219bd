import type { Estimate, RegressionReport } from "@candor/core";
import { type KeyNumber, keyNumberList } from "../key-number-list.ts";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { formatEstimate, formatInterval, formatLevel, formatNumber, formatPercent } from "../words/format.ts";
import { formatMeasureInterval, formatMeasureValue } from "../words/measure.ts";
import { groupLevel, regressionMetricName } from "../words/regression-words.ts";

function measured(key: string, estimate: Estimate | null | undefined, note: string): KeyNumber[] {
  if (estimate === null || estimate === undefined) return [];
  const label = regressionMetricName(key);
  return [{ label, value: formatMeasureValue(estimate), interval: formatMeasureInterval(estimate), note }];
}

function plain(key: string, estimate: Estimate | null | undefined, note: string): KeyNumber[] {
  if (estimate === null || estimate === undefined) return [];
  const [value = "", ...interval] = formatEstimate(estimate).split(" ");
  return [{ label: regressionMetricName(key), value, interval: interval.join(" "), note }];
}

function coverage(document: RegressionReport): KeyNumber[] {
  const level = groupLevel(document);
  const interval = document.intervals.find((one) => one.level === level);
  if (interval === undefined) return [];
  const { value, lower, upper } = interval.coverage;
  const width = { ...interval.meanWidth };
  return [
    {
      label: `Inside the ${formatLevel(interval.level)} interval`,
      value: formatPercent(value),
      interval: formatInterval({ lower: lower * 100, upper: upper * 100 }, 1),
      note: `of the outcomes; ${formatLevel(interval.level)} was promised`,
    },
    {
      label: `Mean width at ${formatLevel(interval.level)}`,
      value: formatMeasureValue(width),
      interval: formatMeasureInterval(width),
      note: "in the unit of the outcome",
    },
  ];
}

function cards(document: RegressionReport): KeyNumber[] {
  const { metrics } = document;
  return [
    ...coverage(document),
    ...plain("miscalibrationArea", metrics.miscalibrationArea, "0 is perfect; at most 0.5"),
    ...measured("crps", metrics.crps, "lower is better; in the unit of the outcome"),
    ...measured("weightedIntervalScore", metrics.weightedIntervalScore, "lower is better"),
    ...measured("bias", metrics.bias, "forecast minus outcome"),
    ...measured("mae", metrics.mae, "lower is better"),
    ...measured("rmse", metrics.rmse, "lower is better"),
    ...plain("r2", metrics.r2, "share of the variance explained"),
  ];
}

function parts({ metrics }: RegressionReport): string {
  const keys = [metrics.wisDispersion, metrics.wisOverprediction, metrics.wisUnderprediction];
  const [dispersion, over, under] = keys.map(
    (estimate) => estimate && formatMeasureValue({ ...estimate, interval: "none" }),
  );
  if (!dispersion || !over || !under) return "";
  return `Of the weighted interval score, ${dispersion} is the width of the intervals, ${over} comes from forecasts that were too high and ${under} from forecasts that were too low.`;
}

/**
 * The key numbers of forecasts: promise and coverage, scores and errors, with intervals.
 *
 * @param page the page it is for
 * @param document the report
 */
export function regressionKeyNumbers(page: Page, document: RegressionReport): Section {
  const { make } = page;
  const sentence = parts(document);
  const { pitTest } = document.metrics;
  const test =
    pitTest === null
      ? ""
      : `If the forecasts were perfect, outcomes as uneven as these would come with probability ${formatNumber(pitTest.pValue, pitTest.pValue < 0.001 ? 5 : 3)}.`;
  const text = [sentence, test].filter((one) => one !== "").join(" ");
  return section(
    page,
    { id: "key-numbers", short: "Key numbers", title: "Key numbers" },
    keyNumberList(page, cards(document)),
    ...(text === "" ? [] : [make("p", { class: "note after-cards" }, text)]),
  );
}
