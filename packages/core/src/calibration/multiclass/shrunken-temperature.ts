import { temperatureMoments } from "../../kernels/temperature-moments.ts";
import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { checkClassRows } from "./class-rows.ts";

/** Options of `fitShrunkenTemperature`. */
export interface ShrunkenTemperatureOptions extends FitOptions {
  /** Standard deviation of ln T that is expected before seeing the data, > 0. Default 1: T within a factor e of 1. */
  readonly spread?: number;
}

/** ln T is sought within this distance of 0. */
const FARTHEST = 50;
const MOST_STEPS = 200;

/**
 * Temperature scaling shrunk towards T = 1: the mode of ln T under a normal distribution of mean 0. Every sample has an
 * answer; with few rows it stays near the scores as they are, with many it is that of `fitTemperature`.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @returns parameters `temperature`; `complexity` is the share of the information that the rows contribute, in [0, 1]
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: maximum a posteriori estimation; Guo et al. (2017), section 4.2, is the limit of many rows.
 * Accuracy: Newton steps in ln T within a bracket, to a gradient of at most 1e-10.
 */
export function fitShrunkenTemperature(
  logits: Matrix,
  labels: Int32Array,
  options: ShrunkenTemperatureOptions = {},
): CalibrationFit<LinearMap> {
  const { spread = 1, ...fitOptions } = options;
  const rows = checkClassRows(logits, labels, fitOptions);
  const precision = 1 / (spread * spread * rows.effectiveN);
  let low = -FARTHEST;
  let high = FARTHEST;
  let theta = 0;
  for (let iterations = 1; ; iterations++) {
    const beta = Math.exp(theta);
    const { data, cols } = rows.logits;
    const moments = temperatureMoments(data, rows.labels.length, cols, rows.labels, beta, rows.weights);
    const gradient = moments.gradient * beta + precision * theta;
    const information = moments.curvature * beta * beta;
    const curvature = information + Math.max(0, moments.gradient * beta) + precision;
    if (Math.abs(gradient) <= 1e-13 || high - low <= 1e-15 || iterations === MOST_STEPS) {
      if (!(Math.abs(gradient) <= 1e-10))
        throw new Error(`the temperature did not converge: gradient ${gradient} after ${iterations} steps`);
      return {
        method: "shrunken-temperature",
        map: { kind: "linear", scale: beta, bias: null, prepare: null },
        parameters: { temperature: 1 / beta },
        certificate: {
          objective: moments.loss + 0.5 * precision * theta * theta,
          gradientNorm: Math.abs(gradient),
          iterations,
        },
        complexity: information / (information + precision),
        n: rows.n,
        effectiveN: rows.effectiveN,
        notes: [],
      };
    }
    if (gradient > 0) high = theta;
    else low = theta;
    const next = theta - gradient / curvature;
    const isInside = next > low && next < high && Math.abs(next - theta) < 4;
    theta = isInside ? next : Math.max(theta - 4, Math.min(theta + 4, (low + high) / 2));
  }
}
