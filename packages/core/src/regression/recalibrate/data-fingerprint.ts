import { createSha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { RegressionPredictions } from "../forecasts.ts";

const CHUNK_ROWS = 1024;

/**
 * Which data a repair was fitted on: SHA-256 over a header line and the rows in order.
 *
 * The header is ASCII and ends with a line feed: `candor.regression-data/1`, the kind of forecast, its levels joined by
 * commas (`-` for none), then `point` for intervals with one and `weighted` where it holds. A row is its numbers as float64
 * in the order of the columns (point, sigma; quantiles; lower, upper, point), its outcome, then its weight where there is
 * one; little-endian, without padding.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function regressionDataFingerprint({ forecast, outcomes, weights }: RegressionPredictions): string {
  const blocks: { data: Float64Array; cols: number }[] = [];
  let levels: readonly number[] = [];
  if (forecast.kind === "quantiles") {
    levels = forecast.levels;
    blocks.push({ data: forecast.values.data, cols: forecast.values.cols });
  } else if (forecast.kind === "interval") {
    levels = [forecast.level];
    blocks.push({ data: forecast.lower, cols: 1 }, { data: forecast.upper, cols: 1 });
    if (forecast.point) blocks.push({ data: forecast.point, cols: 1 });
  } else {
    blocks.push({ data: forecast.point, cols: 1 });
    if (forecast.kind === "point-and-sigma") blocks.push({ data: forecast.sigma, cols: 1 });
  }
  blocks.push({ data: outcomes, cols: 1 });
  if (weights) blocks.push({ data: weights, cols: 1 });
  const marks = `${forecast.kind === "interval" && forecast.point ? " point" : ""}${weights ? " weighted" : ""}`;
  const hash = createSha256();
  hash.update(utf8(`candor.regression-data/1 ${forecast.kind} ${levels.join(",") || "-"}${marks}\n`));
  const rowBytes = 8 * blocks.reduce((sum, { cols }) => sum + cols, 0);
  const bytes = new Uint8Array(CHUNK_ROWS * rowBytes);
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < outcomes.length; start += CHUNK_ROWS) {
    const end = Math.min(start + CHUNK_ROWS, outcomes.length);
    let at = 0;
    for (let i = start; i < end; i++)
      for (const { data, cols } of blocks)
        for (let j = i * cols; j < (i + 1) * cols; j++, at += 8) view.setFloat64(at, data[j], true);
    hash.update(bytes.subarray(0, at));
  }
  return `sha256:${hash.digest()}`;
}
