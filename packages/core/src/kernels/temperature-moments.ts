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
 * @param data rows × cols logits z, row-major; finite (the caller checks)
 * @param rows without any, or without weight, all three are 0
 * @param labels the true class of each row, in [0, cols)
 * @param beta one over the temperature; any finite real
 * @param weights one per row, ≥ 0; a row of weight 0 is not read
 *
 * Accuracy: logits enter as differences from the row's most probable one, whose share is taken out of the logarithm
 * (`log1p`), and rows are added with compensation; relative error of each row about cols · 2⁻⁵³.
 */
export function temperatureMoments(
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  labels: Int32Array,
  beta: number,
  weights?: Float64Array,
): TemperatureMoments {
  const row = new Float64Array(3);
  const totals = new Float64Array(8);
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    if (weight === 0) continue;
    rowMoments(data, i * cols, cols, labels[i], beta, row);
    add(totals, 0, weight * row[0]);
    add(totals, 2, weight * row[1]);
    add(totals, 4, weight * row[2]);
    add(totals, 6, weight);
  }
  const total = totals[6] + totals[7];
  if (total === 0) return { loss: 0, gradient: 0, curvature: 0 };
  return {
    loss: (totals[0] + totals[1]) / total,
    gradient: (totals[2] + totals[3]) / total,
    curvature: (totals[4] + totals[5]) / total,
  };
}

/** Adds to the running sum at `at`; what rounding loses gathers at `at + 1` (Neumaier 1974). */
function add(totals: Float64Array, at: number, value: number): void {
  const total = totals[at];
  const next = total + value;
  const part = next - total;
  totals[at + 1] += total - (next - part) + (value - part);
  totals[at] = next;
}

/** Loss, gradient and curvature of one row, to `out`. */
function rowMoments(
  data: Float64Array | Float32Array,
  start: number,
  cols: number,
  label: number,
  beta: number,
  out: Float64Array,
): void {
  let at = start;
  if (beta < 0) {
    for (let j = start + 1; j < start + cols; j++) if (data[j] < data[at]) at = j;
  } else for (let j = start + 1; j < start + cols; j++) if (data[j] > data[at]) at = j;
  const top = data[at];

  let rest = 0;
  let first = 0;
  let second = 0;
  for (let j = start; j < start + cols; j++) {
    if (j === at) continue;
    const distance = data[j] - top;
    const share = Math.exp(beta * distance);
    rest += share;
    first += share * distance;
    second += share * distance * distance;
  }
  const mean = first / (1 + rest);
  const labelled = data[start + label] - top;
  out[0] = Math.log1p(rest) - beta * labelled;
  out[1] = mean - labelled;
  out[2] = Math.max(0, second / (1 + rest) - mean * mean);
}
