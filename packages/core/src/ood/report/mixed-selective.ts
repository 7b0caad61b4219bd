import type { Estimate } from "../../estimate.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { aurc } from "../../metrics/selective/aurc.ts";
import { selectiveAccuracy } from "../../metrics/selective/operating-point.ts";
import { riskCoverageCurve } from "../../metrics/selective/risk-coverage-curve.ts";
import type { MixedSelective, SelectiveCurve, SelectiveOrder } from "./document.ts";

/** Rows of one kind, for taking the surest of all. */
export interface SelectiveRows {
  /** How sure the model is of its prediction, larger is surer. */
  readonly confidence: Float64Array;
  /** Larger for rows more like the training data. */
  readonly scores: Float64Array;
  /** 1 for rows at or below the level; null without p-values. */
  readonly isCut: Uint8Array | null;
}

const SHARES = [0, 0.1, 0.25, 0.5];
const COVERAGES = [0.5, 0.8, 0.9];
const MOST_POINTS = 100;

/**
 * Accuracy among accepted rows for several shares of outside rows. Rows are weighted so that the outside ones make up the
 * share; every outside row is an error.
 *
 * @param correct 1 for inside rows whose prediction is right
 * @param cut level at which p-values are cut
 */
export function mixedSelective(
  inside: SelectiveRows & { readonly correct: Uint8Array },
  outside: SelectiveRows,
  cut: number,
  level: number,
): MixedSelective[] {
  return SHARES.map((outsideShare) => {
    const rows = joined(inside, outside, outsideShare);
    const { weights, correct, isCut } = rows;
    const options = weights === undefined ? { level } : { level, weights };
    return {
      outsideShare,
      accuracy: weightedShare(correct, undefined, options, "mixed-accuracy", outsideShare),
      curves: ordersOf(isCut).map((order) => curveOf(order, rows, options, outsideShare)),
      demanded: isCut && {
        level: cut,
        coverage: weightedShare(isCut, undefined, options, "inside-coverage", outsideShare, true),
        accuracy: isCut.every((one) => one === 1)
          ? null
          : weightedShare(correct, isCut, options, "inside-accuracy", outsideShare),
      },
    };
  });
}

function ordersOf(isCut: Uint8Array | null): SelectiveOrder[] {
  return isCut === null ? ["confidence", "detector"] : ["confidence", "detector", "both"];
}

interface Joined extends SelectiveRows {
  readonly correct: Uint8Array;
  readonly weights: Float64Array | undefined;
}

function joined(inside: Parameters<typeof mixedSelective>[0], outside: SelectiveRows, share: number): Joined {
  if (share === 0) return { ...inside, weights: undefined };
  const [n, m] = [inside.scores.length, outside.scores.length];
  const both = (a: Float64Array, b: Float64Array): Float64Array => {
    const all = new Float64Array(n + m);
    all.set(a);
    all.set(b, n);
    return all;
  };
  const correct = new Uint8Array(n + m);
  correct.set(inside.correct);
  const isCut = inside.isCut && outside.isCut && new Uint8Array(n + m);
  if (isCut && inside.isCut && outside.isCut) {
    isCut.set(inside.isCut);
    isCut.set(outside.isCut, n);
  }
  const weights = new Float64Array(n + m).fill((1 - share) / n, 0, n).fill(share / m, n);
  return {
    confidence: both(inside.confidence, outside.confidence),
    scores: both(inside.scores, outside.scores),
    isCut,
    correct,
    weights,
  };
}

interface WeightOptions {
  readonly level: number;
  readonly weights?: Float64Array;
}

function curveOf(order: SelectiveOrder, rows: Joined, options: WeightOptions, outsideShare: number): SelectiveCurve {
  const ranks = ranksOf(order, rows);
  const sorted = { ...options, order: argsort(ranks) };
  const named = <T extends Estimate>(estimate: T): T => ({
    ...estimate,
    spec: { ...estimate.spec, order, outsideShare },
  });
  return {
    order,
    aurc: named(aurc(ranks, rows.correct, { ...sorted, convention: "expected-ties" })),
    accuracy: COVERAGES.map((coverage) => ({
      coverage,
      estimate: named(selectiveAccuracy(ranks, rows.correct, coverage, sorted)),
    })),
    points: riskCoverageCurve(ranks, rows.correct, { ...sorted, maxPoints: MOST_POINTS }),
  };
}

/** Numbers to rank rows by: for both, confidences in their order, those of cut rows below all others. */
function ranksOf(order: SelectiveOrder, { confidence, scores, isCut }: Joined): Float64Array {
  if (order === "detector") return scores;
  if (order === "confidence" || isCut === null) return confidence;
  let least = Infinity;
  let most = -Infinity;
  for (const value of confidence) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const below = most - least + 1;
  return confidence.map((value, i) => (isCut[i] === 1 ? value - below : value));
}

function weightedShare(
  hits: Uint8Array,
  left: Uint8Array | undefined,
  { level, weights }: WeightOptions,
  metric: string,
  outsideShare: number,
  isComplement = false,
): Estimate {
  const rows: number[] = [];
  for (let i = 0; i < hits.length; i++) if (left === undefined || left[i] === 0) rows.push(i);
  const own = weights && Float64Array.from(rows, (i) => weights[i]);
  const sample = checkSample(rows.length, own ? { level, weights: own } : { level });
  let mass = 0;
  for (let k = 0; k < rows.length; k++) if ((hits[rows[k]] === 1) !== isComplement) mass += own ? own[k] : 1;
  const spec = { metric, outsideShare };
  return proportionEstimate(mass / sample.totalWeight, spec, sample.n, sample.effectiveN, level);
}
