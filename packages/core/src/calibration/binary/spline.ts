import { InputError } from "../../errors.ts";
import type { SplineMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { checkClip, DEFAULT_CLIP } from "./logistic-terms.ts";
import { isNonDecreasing, lineParameters, type NaturalSpline, naturalSpline, segmentPiece } from "./natural-spline.ts";
import { fitPenalizedSpline, leaveOneOutLoss, type SplineOptimum, type WeightedCells } from "./penalized-spline.ts";
import { fitPlatt } from "./platt.ts";
import { type Levels, poolLevels, runningTotals } from "./pool-levels.ts";
import { sortPairs } from "./sort-pairs.ts";

/** Cells that the strength of the penalty is chosen on; the fit itself is on all rows. */
const MAX_CELLS = 2000;
/** Share of the rows beyond the first and the last knot. */
const TAIL = 0.025;
/** Least distance of knots, as a share of that of the outer ones. */
const LEAST_GAP = 0.02;
/** Strengths tried: half decades. A parabola whose arc rises by d above its chord costs 32·d²·strength nats. */
const STRENGTHS: readonly number[] = Array.from({ length: 13 }, (_, i) => 10 ** (i / 2 - 5));

/** Options of `fitSpline`. */
export interface SplineOptions extends FitOptions {
  /** 3 to 30, at evenly spaced quantiles of the log-odds; fewer where scores are tied. Default 8. */
  readonly knots?: number;
  /**
   * Strength of the penalty, ≥ 0 nats per roughness L³∫s″² with L the distance of the outer knots. Default: chosen from 1e-5 to
   * 10 and Platt's straight line by approximate leave-one-out log loss.
   */
  readonly penalty?: number;
  /** True (default) tries only strengths whose spline decreases nowhere; not used with a given `penalty`. */
  readonly monotone?: boolean;
  /** Scores are taken into [clip, 1 - clip] before the logit, 0 < clip < 0.5. Default as `fitPlatt`. */
  readonly clip?: number;
}

/**
 * Spline calibration: the log odds of a positive are a natural cubic spline of the log-odds of the score, penalised for its
 * curvature, so that the limit of strong penalty is Platt scaling. Straight lines continue it beyond the data.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns `parameters.penalty` is the strength and `effectiveParameters` what it leaves free (2: the straight line, which
 *   then has no `penalty`). Without `monotone`, or where the scores rank backwards, `notes` say where it decreases
 * @throws {InputError} exactly where Platt scaling on hard labels has no optimum: `one-class`, `too-few`, `incompatible`;
 *   `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Green & Silverman (1994), "Nonparametric regression and generalized linear models", chapter 5; Lucena (2018),
 * "Spline-based probability calibration", arXiv 1809.07751, for calibration.
 * Accuracy: Newton's method on all rows to a gradient of 1e-10 of the mean objective. The strength is chosen on at most
 * 2000 cells of neighbouring scores.
 */
export function fitSpline(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: SplineOptions = {},
): CalibrationFit<SplineMap> {
  const { knots: knotCount = 8, penalty, monotone = true, clip = DEFAULT_CLIP } = options;
  checkClip(clip);
  if (!(Number.isInteger(knotCount) && knotCount >= 3 && knotCount <= 30))
    throw new InputError("out-of-range", `knots must be a whole number from 3 to 30, got ${knotCount}`);
  if (penalty !== undefined && !(penalty >= 0 && penalty < Infinity))
    throw new InputError("out-of-range", `penalty must be finite and >= 0, got ${penalty}`);
  const { weights, merged } = options;
  const platt = fitPlatt(scores, outcomes, {
    ...(weights && { weights }),
    ...(merged && { merged }),
    input: "logit",
    targets: "hard",
    clip,
  });
  const { slope, intercept } = platt.parameters;
  if (typeof slope !== "number" || typeof intercept !== "number")
    throw new Error("a Platt fit has a slope and an intercept");

  const cells = logitCells(poolLevels(sortPairs(scores, outcomes, options)), clip);
  const knots = quantileKnots(cells, knotCount);
  const line = (): CalibrationFit<SplineMap> => ({
    ...platt,
    method: "spline",
    map: straightLine(cells, slope, intercept, clip),
    parameters: { knots: 2, effectiveParameters: 2 },
  });
  if (knots.length < 3) return line();

  const spline = naturalSpline(knots);
  const start = lineParameters(knots, intercept, slope);
  const isRequired = penalty === undefined && monotone && slope > 0;
  const candidates: readonly Candidate[] =
    penalty === undefined
      ? rankStrengths(cells, spline, start, isRequired)
      : [{ strength: penalty, parameters: start }];
  for (const { strength, parameters } of candidates) {
    if (strength === Infinity) break;
    const optimum = fitPenalizedSpline(cells, spline, strength, parameters);
    const rises = isNonDecreasing(spline, optimum.parameters);
    if (isRequired && !rises) continue;
    return {
      ...platt,
      method: "spline",
      map: splineMap(spline, optimum, clip),
      parameters: {
        knots: knots.length,
        penalty: strength,
        effectiveParameters: optimum.effectiveParameters,
      },
      certificate: optimum.certificate,
      complexity: optimum.effectiveParameters,
      notes: rises ? platt.notes : [...platt.notes, fallingNote(spline, optimum.parameters)],
    };
  }
  return line();
}

function logitCells({ x, weights, positives }: Levels, clip: number): WeightedCells {
  const logits = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const p = Math.min(1 - clip, Math.max(clip, x[i]));
    logits[i] = Math.log(p) - Math.log1p(-p);
  }
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  return { x: logits, weights, positives, total };
}

/** Evenly spaced quantiles, without those that are close to others beside the distance of the outer ones. */
function quantileKnots({ x, weights, total }: WeightedCells, count: number): Float64Array {
  const knots: number[] = [];
  let i = 0;
  let before = weights[0];
  for (let k = 0; k < count; k++) {
    const goal = (TAIL + ((1 - 2 * TAIL) * k) / (count - 1)) * total;
    while (before < goal && i < x.length - 1) before += weights[++i];
    knots.push(x[i]);
  }
  const [first, last] = [knots[0], knots[count - 1]];
  const least = LEAST_GAP * (last - first);
  const kept = [first];
  for (const knot of knots) if (knot - kept[kept.length - 1] > least && last - knot > least) kept.push(knot);
  if (last > first) kept.push(last);
  return Float64Array.from(kept);
}

/** A strength with parameters to start from. */
interface Candidate {
  readonly strength: number;
  readonly parameters: Float64Array;
}

/** Strengths by leave-one-out loss on cells, the best first, with the straight line as Infinity. */
function rankStrengths(
  all: WeightedCells,
  spline: NaturalSpline,
  start: Float64Array,
  isRequired: boolean,
): readonly Candidate[] {
  const cells = coarser(all);
  const tried: (Candidate & { readonly loss: number })[] = [];
  let parameters = start;
  for (const strength of STRENGTHS.toReversed()) {
    const optimum = fitPenalizedSpline(cells, spline, strength, parameters);
    parameters = optimum.parameters;
    if (isRequired && !isNonDecreasing(spline, parameters)) continue;
    tried.push({ strength, parameters, loss: leaveOneOutLoss(cells, spline, optimum) });
  }
  const ends = Float64Array.of(0, spline.knots.length - 1);
  const chord = naturalSpline(ends.map((k) => spline.knots[k]));
  const line = fitPenalizedSpline(
    cells,
    chord,
    0,
    ends.map((k) => start[k]),
  );
  tried.push({ strength: Infinity, parameters: start, loss: leaveOneOutLoss(cells, chord, line) });
  return tried.sort((a, b) => a.loss - b.loss || b.strength - a.strength);
}

/** Runs of neighbouring cells of nearly equal weight, each at its mean; the cells themselves where they are few. */
function coarser(cells: WeightedCells): WeightedCells {
  const { x, weights, positives, total } = cells;
  if (x.length <= MAX_CELLS) return cells;
  const coarse = new Float64Array(MAX_CELLS);
  const mass = new Float64Array(MAX_CELLS);
  const hits = new Float64Array(MAX_CELLS);
  const totals = runningTotals(weights);
  let cell = -1;
  let last = -1;
  for (let i = 0; i < x.length; i++) {
    const place = Math.min(MAX_CELLS - 1, Math.floor(((totals[i] + weights[i] / 2) / total) * MAX_CELLS));
    if (place !== last) cell++;
    last = place;
    mass[cell] += weights[i];
    hits[cell] += positives[i];
    coarse[cell] += (weights[i] / mass[cell]) * (x[i] - coarse[cell]);
  }
  const count = cell + 1;
  return { x: coarse.subarray(0, count), weights: mass.subarray(0, count), positives: hits.subarray(0, count), total };
}

function splineMap(spline: NaturalSpline, { parameters }: SplineOptimum, clip: number): SplineMap {
  const pieces = spline.segments.slice(1, -1).map((segment) => segmentPiece(segment, parameters));
  return { kind: "spline", knots: Array.from(spline.knots), pieces, clip };
}

function straightLine({ x }: WeightedCells, slope: number, intercept: number, clip: number): SplineMap {
  const first = x[0];
  return {
    kind: "spline",
    knots: [first, x[x.length - 1]],
    pieces: [[intercept + slope * first, slope, 0, 0]],
    clip,
  };
}

function fallingNote({ knots, segments }: NaturalSpline, parameters: Float64Array): string {
  const scoreOf = (logit: number): string => (1 / (1 + Math.exp(-logit))).toPrecision(3);
  const falling: number[] = [];
  for (let i = 1; i < knots.length; i++)
    for (let step = 0; step <= 20; step++) {
      const t = (step / 20) * (knots[i] - knots[i - 1]);
      const [, c1, c2, c3] = segmentPiece(segments[i], parameters);
      if (c1 + t * (2 * c2 + 3 * c3 * t) < 0) falling.push(knots[i - 1] + t);
    }
  const [low, high] = [falling[0] ?? knots[0], falling[falling.length - 1] ?? knots[knots.length - 1]];
  return `The curve decreases somewhere between the scores ${scoreOf(low)} and ${scoreOf(high)}: it does not keep the order of the scores.`;
}
