import { TEMPERATURE_FIELDS } from "./row-fields.ts";
import { simdKernels } from "./simd/kernels.ts";
import { temperatureRowsSimd } from "./simd/softmax-rows.ts";
import { temperatureRowsPlain } from "./softmax-rows-plain.ts";
import { worthVectors } from "./worth-vectors.ts";

/** Mean negative log likelihood of softmax(beta · z) and its derivatives in beta. */
export interface TemperatureMoments {
  /** Nats per row. */
  readonly loss: number;
  /** Mean of E[z] - z_y under softmax(beta · z). */
  readonly gradient: number;
  /** Mean of Var[z] under softmax(beta · z), ≥ 0. */
  readonly curvature: number;
}

/**
 * Weighted mean negative log likelihood of softmax(beta · z), and its first two derivatives in beta.
 *
 * Uses WebAssembly vectors where there are any: 2.7 ns per logit instead of 14, at 1000 classes.
 *
 * @param data rows × cols logits z, row-major; finite (the caller checks)
 * @param rows without any, or without weight, all three are 0
 * @param labels the true class of each row, in [0, cols)
 * @param beta one over the temperature; any finite real
 * @param weights one per row, ≥ 0; what a row of weight 0 holds makes no difference
 *
 * Accuracy: logits enter as differences d from the row's most probable one, whose share is taken out of the logarithm
 * (`log1p`), and rows are added with compensation. A share is off by (2 + |beta · d|) · 2⁻⁵³ of itself, and counts as 0
 * below 2⁻¹⁰²².
 */
export function temperatureMoments(
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  labels: Int32Array,
  beta: number,
  weights?: Float64Array,
): TemperatureMoments {
  const totals = new Float64Array(8);
  const read = (start: number, count: number, fields: Float64Array): void => {
    for (let i = 0; i < count; i++) {
      const weight = weights === undefined ? 1 : weights[start + i];
      if (weight === 0) continue;
      addRow(totals, fields, i * TEMPERATURE_FIELDS, data[(start + i) * cols + labels[start + i]], beta, weight);
    }
  };
  const kernels = beta >= 0 && worthVectors(rows, cols) ? simdKernels() : null;
  if (kernels === null) temperatureRowsPlain(data, rows, cols, beta, read);
  else temperatureRowsSimd(kernels, data, rows, cols, beta, read);
  const total = totals[6] + totals[7];
  if (total === 0) return { loss: 0, gradient: 0, curvature: 0 };
  return {
    loss: (totals[0] + totals[1]) / total,
    gradient: (totals[2] + totals[3]) / total,
    curvature: (totals[4] + totals[5]) / total,
  };
}

function addRow(
  totals: Float64Array,
  fields: Float64Array,
  at: number,
  logit: number,
  beta: number,
  weight: number,
): void {
  const labelled = logit - fields[at];
  const rest = fields[at + 1];
  const mean = fields[at + 2] / (1 + rest);
  add(totals, 0, weight * (Math.log1p(rest) - beta * labelled));
  add(totals, 2, weight * (mean - labelled));
  add(totals, 4, weight * Math.max(0, fields[at + 3] / (1 + rest) - mean * mean));
  add(totals, 6, weight);
}

/** Adds to the running sum at `at`; what rounding loses gathers at `at + 1` (Neumaier 1974). */
function add(totals: Float64Array, at: number, value: number): void {
  const total = totals[at];
  const next = total + value;
  const part = next - total;
  totals[at + 1] += total - (next - part) + (value - part);
  totals[at] = next;
}
