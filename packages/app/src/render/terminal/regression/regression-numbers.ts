import type { Estimate, RegressionReport, TestEstimate } from "@candor/core";
import {
  formatEstimate,
  formatMeasureInterval,
  formatMeasureValue,
  formatNumber,
  formatPValue,
  isTest,
  regressionMetricName,
} from "@candor/pages";
import { displayWidth, padEnd, padStart } from "../display-width.ts";
import { heading } from "../heading.ts";
import type { Pen } from "../pen.ts";

const nameColumns = 26;
const valueColumns = 10;
const intervalColumns = 20;

type Metrics = RegressionReport["metrics"];

/** One number: name, value, interval, and what it means where there is room. */
function row(pen: Pen, name: string, value: string, interval: string, remark = ""): string {
  const start = `  ${padEnd(name, nameColumns)}${padStart(value, valueColumns)} `;
  const field = Math.max(intervalColumns, displayWidth(interval));
  const hasRoom = remark !== "" && displayWidth(start) + field + 2 + displayWidth(remark) <= pen.columns;
  if (!hasRoom) return `${start}${interval}`.trimEnd();
  return `${start}${padEnd(interval, field)}${pen.style("dim", `  ${remark}`)}`;
}

/** A number in the unit of the outcome. */
function measured(pen: Pen, key: string, { [key]: estimate }: Partial<Metrics>, remark = ""): string[] {
  if (estimate === null || estimate === undefined) return [];
  return [row(pen, regressionMetricName(key), formatMeasureValue(estimate), formatMeasureInterval(estimate), remark)];
}

/** A number without a unit. */
function plain(pen: Pen, key: string, { [key]: estimate }: Metrics, remark = ""): string[] {
  if (estimate === null || estimate === undefined) return [];
  const isLarge = [estimate.value, estimate.lower, estimate.upper].some((x) => Math.abs(x) >= 1e4);
  if (isLarge) return measured(pen, key, { [key]: estimate }, remark);
  const [value = "", ...interval] = formatEstimate(estimate).split(" ");
  return [row(pen, regressionMetricName(key), value, interval.join(" "), remark)];
}

function testRow(pen: Pen, key: string, test: Estimate | TestEstimate | null): string[] {
  if (test === null || !isTest(test)) return [];
  const z = test.z === undefined ? "" : `z = ${formatNumber(test.z, 2)}`;
  return [row(pen, regressionMetricName(key), formatPValue(test.pValue), z)];
}

function part(pen: Pen, title: string, detail: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", ...heading(pen, title, detail), ...lines];
}

function biasRemark({ bias }: Metrics): string {
  if (bias === null || (bias.lower <= 0 && bias.upper >= 0)) return "forecast − outcome";
  return bias.value > 0 ? "forecasts too high" : "forecasts too low";
}

/** The numbers behind the verdict, each with its interval. */
export function regressionNumbers({ metrics }: RegressionReport, pen: Pen): string[] {
  const parts = ["wisDispersion", "wisOverprediction", "wisUnderprediction"].flatMap((key) => {
    const estimate = metrics[key];
    if (estimate === null || estimate === undefined) return [];
    return [pen.style("dim", row(pen, `  ${regressionMetricName(key)}`, formatMeasureValue(estimate), ""))];
  });
  return [
    ...part(pen, "Error", "in the unit of the outcome", [
      ...measured(pen, "bias", metrics, biasRemark(metrics)),
      ...measured(pen, "mae", metrics),
      ...measured(pen, "rmse", metrics),
      ...plain(pen, "r2", metrics),
    ]),
    ...part(pen, "Calibration", "0 is perfect", [
      ...plain(pen, "miscalibrationArea", metrics),
      ...plain(pen, "meanAbsoluteCalibrationError", metrics),
      ...plain(pen, "rootMeanSquaredCalibrationError", metrics),
      ...testRow(pen, "pitTest", metrics.pitTest),
    ]),
    ...part(pen, "Scores", "lower is better; in the unit of the outcome", [
      ...measured(pen, "crps", metrics),
      ...measured(pen, "pinball", metrics, "mean over the levels"),
      ...measured(pen, "weightedIntervalScore", metrics),
      ...parts,
      ...plain(pen, "negativeLogLikelihood", metrics, "in nats"),
      ...measured(pen, "sharpness", metrics, "spread of the forecasts"),
    ]),
  ].slice(1);
}
