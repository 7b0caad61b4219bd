import { createSha256, type Sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { Forecast, RegressionPredictions } from "../../regression/forecasts.ts";
import { forecastRows } from "./interval-base.ts";

const CHUNK = 8192;

/**
 * Which rows intervals were fitted on: SHA-256 over a header line and the columns in order.
 *
 * The header is ASCII and ends with a line feed: `candor.regression-data/1`, the kind of forecast, its levels joined by
 * commas where it has any, rows, then `weighted` where rows have weights, with a space between. The columns of the
 * forecast follow (quantiles row after row; lower, upper and point of intervals), then the outcomes, then the weights,
 * as float64, little-endian, without padding.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function intervalsDataHash({ forecast, outcomes, weights }: RegressionPredictions): string {
  const hash = createSha256();
  const words = ["candor.regression-data/1", forecast.kind, ...levelsOf(forecast), String(forecastRows(forecast))];
  if (weights !== undefined) words.push("weighted");
  hash.update(utf8(`${words.join(" ")}\n`));
  for (const column of columnsOf(forecast)) addNumbers(hash, column);
  addNumbers(hash, outcomes);
  if (weights !== undefined) addNumbers(hash, weights);
  return `sha256:${hash.digest()}`;
}

function levelsOf(forecast: Forecast): string[] {
  if (forecast.kind === "quantiles") return [forecast.levels.join(",")];
  return forecast.kind === "interval" ? [String(forecast.level)] : [];
}

function columnsOf(forecast: Forecast): Float64Array[] {
  switch (forecast.kind) {
    case "point":
      return [forecast.point];
    case "point-and-sigma":
      return [forecast.point, forecast.sigma];
    case "quantiles":
      return [forecast.values.data];
    case "interval":
      return forecast.point === null
        ? [forecast.lower, forecast.upper]
        : [forecast.lower, forecast.upper, forecast.point];
  }
}

function addNumbers(hash: Sha256, values: Float64Array): void {
  const bytes = new Uint8Array(8 * Math.min(CHUNK, values.length));
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < values.length; start += CHUNK) {
    const end = Math.min(start + CHUNK, values.length);
    for (let i = start; i < end; i++) view.setFloat64(8 * (i - start), values[i], true);
    hash.update(bytes.subarray(0, 8 * (end - start)));
  }
}
