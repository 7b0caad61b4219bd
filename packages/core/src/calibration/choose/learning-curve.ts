import { createRandom } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { FitDocument, LearningPoint } from "../fit-document.ts";
import type { Candidate } from "./candidate.ts";
import { evidenceRows } from "./choose-among.ts";
import { type FoldPlan, fitOrRefusal, heldOutFolds, rowsWhere, trainingRows } from "./cross-fit.ts";
import { pairedEstimate, pairedMean } from "./paired-mean.ts";
import { emptyEvidence, rowLogLoss } from "./row-evidence.ts";
import type { OwnCrossFit } from "./structured-blend.ts";
import type { CalibrationTask } from "./task.ts";

/** Fewest rows that a part of the training rows has. */
const SMALLEST = 20;
/** Most sizes measured below that of a whole training set; each is half of the next. */
const HALVINGS = 4;
/** The same for a method that is tuned by cross-validation, whose fits take long. */
const TUNED_HALVINGS = 2;
/** How many labels more the sentence is about, for so many rows. */
const moreLabels = (n: number): number => (n < 100 ? 100 : n < 2000 ? 200 : 10 ** Math.floor(Math.log10(n)));

/**
 * What more labels would bring: the held-out log loss of the method after fits on nested parts of the training rows, and
 * a + b/n through them, drawn on to n and beyond.
 *
 * The curve is a linear function of the losses at the sizes measured, row by row, so that its interval is that of a mean
 * over rows: it holds the noise of the held-out rows and the pairing of the sizes. a and b are at least 0.
 *
 * @param learner the method and its fits without each fold
 * @param weight share of the fit in its blend with the scores as they are
 * @returns null where fewer than two sizes could be fitted
 *
 * Source: the excess loss of a fit with d parameters on n rows is about d/2n (Akaike 1973); Cortes et al. (1994),
 * "Learning curves: asymptotic values and rate of convergence", NIPS 6.
 */
export function learningCurve<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  learner: Learner<Data, FittedMap>,
  weight: number,
  plan: FoldPlan,
  { n, level, seed }: { readonly n: number; readonly level: number; readonly seed: number },
): FitDocument["learningCurve"] {
  const measured = measuredSizes(task, learner, weight, plan, seed);
  if (measured.length < 2) return null;
  const rows = rowsWhere(plan, (fold) => plan.scheme !== "time" || fold > 0);
  const sample = evidenceRows(task.data, rows);
  const point = (size: number, isMeasured: boolean, loss: (row: number) => number): LearningPoint => {
    const spec = { metric: "log-loss", validation: "held out", labels: size };
    const { value, lower, upper } = pairedEstimate(pairedMean(loss, sample), n, spec, { level, min: 0 });
    return { n: size, logLoss: value, lower, upper, measured: isMeasured };
  };
  const points = measured.map(({ size, losses }) => point(size, true, (row) => losses[row]));
  const isFalling = curveSlope(points) > 0;
  const limit = curveShares(points, Infinity, isFalling).reduce((sum, share, s) => sum + share * points[s].logLoss, 0);
  const drawnOn = (size: number): LearningPoint => {
    const shares = limit < 0 ? sharesToZero(points, size) : curveShares(points, size, isFalling);
    return point(size, false, (row) => measured.reduce((sum, { losses }, s) => sum + shares[s] * losses[row], 0));
  };
  const more = moreLabels(n);
  const [now, then, far] = [drawnOn(n), drawnOn(n + more), drawnOn(4 * n)];
  return { points: [...points, now, then, far].sort((a, b) => a.n - b.n), sentence: sentence(now, then, more) };
}

/** A method whose curve is drawn. */
export interface Learner<Data extends CalibrationData, FittedMap> {
  readonly candidate: Candidate<Data, FittedMap>;
  /** By fold: the map of all rows outside; it serves as the largest size. */
  readonly maps: readonly (FittedMap | null)[];
  /** What a method that tunes itself learned about tuning; it is kept for all sizes. */
  readonly own: OwnCrossFit<Data, FittedMap> | null;
}

interface MeasuredSize {
  /** Rows fitted on, the mean over the folds. */
  readonly size: number;
  /** Log loss of each row when held out. */
  readonly losses: Float64Array;
}

function measuredSizes<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  { candidate, maps, own }: Learner<Data, FittedMap>,
  weight: number,
  plan: FoldPlan,
  seed: number,
): MeasuredSize[] {
  const fitted = (part: Data): FittedMap | null => {
    if (own) return own.refit(part);
    const fit = fitOrRefusal(candidate, part);
    return typeof fit === "string" ? null : fit.map;
  };
  const random = createRandom(seed).fork();
  const folds = heldOutFolds(plan).map((k) => {
    const rows = rowsWhere(plan, (fold) => fold === k);
    return { rows, whole: maps[k], data: task.subset(rows), train: shuffle(trainingRows(plan, k), random) };
  });
  const sizes: MeasuredSize[] = [];
  for (let halvings = own ? TUNED_HALVINGS : HALVINGS; halvings >= 0; halvings--) {
    const evidence = emptyEvidence(task.data.rows);
    const losses = new Float64Array(task.data.rows);
    let total = 0;
    const isFitted = folds.every(({ rows, whole, data, train }) => {
      const part = train.subarray(0, Math.floor(train.length / 2 ** halvings));
      if (part.length < SMALLEST) return false;
      const bare = halvings === 0 ? whole : fitted(task.subset(part));
      if (bare === null) return false;
      const map = weight === 1 ? bare : task.blend(bare, weight);
      task.judge(task.predict(map, data), data, rows, evidence);
      for (const row of rows) losses[row] = rowLogLoss(evidence.truth[row]);
      total += part.length;
      return true;
    });
    if (isFitted) sizes.push({ size: Math.round(total / folds.length), losses });
  }
  return sizes;
}

/** Weighted least squares in 1/n with weights n²: what a fit loses, and how much that varies, shrinks as 1/n. */
function moments(points: readonly LearningPoint[]): { total: number; centre: number; spread: number } {
  const total = points.reduce((sum, { n }) => sum + n * n, 0);
  const centre = points.reduce((sum, { n }) => sum + n, 0) / total;
  const spread = points.reduce((sum, { n }) => sum + n * n * (1 / n - centre) ** 2, 0);
  return { total, centre, spread };
}

function curveSlope(points: readonly LearningPoint[]): number {
  const { centre, spread } = moments(points);
  return spread > 0 ? points.reduce((sum, { n, logLoss }) => sum + n * n * (1 / n - centre) * logLoss, 0) / spread : 0;
}

/** What each measured loss contributes to the curve at `size`; they sum to 1. */
function curveShares(points: readonly LearningPoint[], size: number, isFalling: boolean): number[] {
  const { total, centre, spread } = moments(points);
  return points.map(
    ({ n }) => (n * n) / total + (isFalling ? (n * n * (1 / n - centre) * (1 / size - centre)) / spread : 0),
  );
}

/** The same for a curve without a, which fits better than any other where a would be below 0. */
function sharesToZero(points: readonly LearningPoint[], size: number): number[] {
  return points.map(({ n }) => n / (points.length * size));
}

function sentence(now: LearningPoint, then: LearningPoint, more: number): string {
  const gain = now.logLoss - then.logLoss;
  if (gain < 0.0005)
    return `${more.toLocaleString("en")} more labels are not expected to lower the log loss, now about ${now.logLoss.toFixed(3)}.`;
  const digits = gain < 0.005 ? 4 : 3;
  const text = (x: number): string => x.toFixed(digits);
  return `With ${more.toLocaleString("en")} more labels expect a log loss of about ${text(then.logLoss)} [${text(then.lower)}, ${text(then.upper)}] instead of ${text(now.logLoss)}.`;
}
