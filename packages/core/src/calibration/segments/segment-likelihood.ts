import type { CheckedSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import { rowsPerWeight } from "../binary/logistic-terms.ts";

/** Where `evaluate` puts what it computes: the loss, its two first and its three second derivatives (00, 01, 11). */
export type LossPoint = Float64Array;

/**
 * Negative log likelihood of each segment as a function of two numbers that are 0 for the pooled map. Weights
 * that are all integers are counts of rows; others are scaled to sum to the effective rows of their segment.
 */
export interface SegmentLikelihood {
  readonly segments: number;
  /** Rows of each segment as they count, (Σw)²/Σw² where weights are not counts; 0 where no row weighs anything. */
  readonly effectiveN: Float64Array;
  evaluate(segment: number, first: number, second: number, out: LossPoint): void;
}

/** Rows brought together by segment. */
interface Sorted {
  readonly order: Uint32Array;
  /** Where the rows of each segment start in `order`; the last entry is their number. */
  readonly starts: Uint32Array;
  readonly weights: Float64Array;
  readonly effectiveN: Float64Array;
}

function sortRows(codes: Int32Array, segments: number, sample: CheckedSample, rows: Uint32Array | undefined): Sorted {
  const { weights, squaredWeights } = sample;
  const areCounts = rowsPerWeight(sample) === 1;
  const used = rows ?? Uint32Array.from(codes, (_, i) => i);
  const starts = new Uint32Array(segments + 1);
  for (const i of used) starts[codes[i] + 1]++;
  for (let s = 0; s < segments; s++) starts[s + 1] += starts[s];
  const next = starts.slice(0, segments);
  const order = new Uint32Array(used.length);
  for (const i of used) order[next[codes[i]]++] = i;
  const scaled = new Float64Array(used.length);
  const effectiveN = new Float64Array(segments);
  for (let s = 0; s < segments; s++) {
    let total = 0;
    let squares = 0;
    for (let k = starts[s]; k < starts[s + 1]; k++) {
      const w = weights ? weights[order[k]] : 1;
      total += w;
      squares += squaredWeights ? squaredWeights[order[k]] : w * w;
    }
    if (!(squares > 0)) continue;
    const scale = areCounts ? 1 : total / squares;
    effectiveN[s] = total * scale;
    for (let k = starts[s]; k < starts[s + 1]; k++) scaled[k] = (weights ? weights[order[k]] : 1) * scale;
  }
  return { order, starts, weights: scaled, effectiveN };
}

/**
 * The likelihood of ln q - ln(1 - q) = logit + first + second · logit.
 *
 * @param logits one per row, finite
 * @param rows which rows to use. Default: all
 */
export function logitLikelihood(
  logits: Float64Array,
  outcomes: Uint8Array,
  codes: Int32Array,
  segments: number,
  sample: CheckedSample,
  rows?: Uint32Array,
): SegmentLikelihood {
  const { order, starts, weights, effectiveN } = sortRows(codes, segments, sample, rows);
  const l = Float64Array.from(order, (i) => logits[i]);
  const signs = Int8Array.from(order, (i) => (outcomes[i] === 1 ? 1 : -1));
  return {
    segments,
    effectiveN,
    evaluate(segment, first, second, out) {
      out.fill(0);
      for (let k = starts[segment]; k < starts[segment + 1]; k += CHUNK)
        addRows(l, signs, weights, k, Math.min(k + CHUNK, starts[segment + 1]), first, 1 + second, out);
    },
  };
}

/** Rows that one call of an inner loop takes, so that the engine compiles it between calls. */
const CHUNK = 8192;

function addRows(
  l: Float64Array,
  signs: Int8Array,
  weights: Float64Array,
  from: number,
  to: number,
  intercept: number,
  slope: number,
  out: LossPoint,
): void {
  let loss = 0;
  let g0 = 0;
  let g1 = 0;
  let h00 = 0;
  let h01 = 0;
  let h11 = 0;
  for (let k = from; k < to; k++) {
    const x = l[k];
    const sign = signs[k];
    const margin = sign * (intercept + slope * x);
    const tail = Math.exp(-Math.abs(margin));
    const inverse = 1 / (1 + tail);
    const w = weights[k];
    loss += w * (Math.log1p(tail) + (margin < 0 ? -margin : 0));
    const pull = -sign * w * (margin > 0 ? tail * inverse : inverse);
    const curve = w * tail * inverse * inverse;
    g0 += pull;
    g1 += pull * x;
    h00 += curve;
    h01 += curve * x;
    h11 += curve * x * x;
  }
  out[0] += loss;
  out[1] += g0;
  out[2] += g1;
  out[3] += h00;
  out[4] += h01;
  out[5] += h11;
}

/**
 * The likelihood of softmax(exp(first) · logits); the second number is not used.
 *
 * @param logits rows × classes, finite; log probabilities are logits
 * @param rows which rows to use. Default: all
 */
export function temperatureLikelihood(
  logits: Matrix,
  labels: Int32Array,
  codes: Int32Array,
  segments: number,
  sample: CheckedSample,
  rows?: Uint32Array,
): SegmentLikelihood {
  const { order, starts, weights, effectiveN } = sortRows(codes, segments, sample, rows);
  return {
    segments,
    effectiveN,
    evaluate(segment, first, _second, out) {
      const scale = Math.exp(first);
      out.fill(0);
      for (let k = starts[segment]; k < starts[segment + 1]; k++)
        addClassRow(logits, labels, order[k], weights[k], scale, out);
      const gradient = scale * out[1];
      const information = scale * scale * out[3];
      out[1] = gradient;
      out[3] = Math.max(information + gradient, information / 2);
    },
  };
}

function addClassRow(
  { data, cols }: Matrix,
  labels: Int32Array,
  row: number,
  w: number,
  scale: number,
  out: LossPoint,
): void {
  const start = row * cols;
  const end = start + cols;
  let top = -Infinity;
  for (let j = start; j < end; j++) if (data[j] > top) top = data[j];
  let total = 0;
  let first = 0;
  let second = 0;
  for (let j = start; j < end; j++) {
    const x = data[j] - top;
    const e = Math.exp(scale * x);
    total += e;
    first += e * x;
    second += e * x * x;
  }
  const mean = first / total;
  const own = data[start + labels[row]] - top;
  out[0] += w * (Math.log(total) - scale * own);
  out[1] += w * (mean - own);
  out[3] += w * Math.max(0, second / total - mean * mean);
}
