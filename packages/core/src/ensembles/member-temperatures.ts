import type { FitCertificate } from "../calibration/fit.ts";
import { checkClassRows } from "../calibration/multiclass/class-rows.ts";
import { temperatureOptimum } from "../calibration/multiclass/temperature.ts";
import { InputError } from "../errors.ts";
import { softmax } from "../kernels/softmax.ts";
import { findRoot } from "../optimize/brent.ts";
import { memberShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";

/** Probabilities below this count as this in a logarithm. */
export const MEMBER_CLIP = 1e-12;

/** Choices of `fitMemberTemperatures`. */
export interface MemberTemperatureOptions extends MemberOptions {
  /** One weight per row, ≥ 0; only ratios matter. Default: all equal. */
  readonly weights?: Float64Array;
  /**
   * `each`: every member gets the temperature that is best for itself. `together`: one temperature for all of them, the one with
   * which their mean has the least log loss. Default `each`.
   */
  readonly fit?: "each" | "together";
}

/** Temperatures of members, one each, with the proof that they are optima. */
export interface MemberTemperatures {
  readonly temperatures: readonly number[];
  /** One per member, or a single one for `together`. */
  readonly certificates: readonly FitCertificate[];
}

/**
 * Members with each of their predictions made flatter (T > 1) or sharper (T < 1): softmax(ln p / T).
 *
 * @param temperatures one per member, > 0
 * @throws {InputError} `shape-mismatch`, `out-of-range` with the member
 */
export function temperedMembers(members: Members, temperatures: readonly number[]): Members {
  if (temperatures.length !== members.members)
    throw new InputError(
      "shape-mismatch",
      `there are ${members.members} members but ${temperatures.length} temperatures`,
    );
  const { rows, classes } = members;
  const data = new Float64Array(members.data.length);
  temperatures.forEach((temperature, m) => {
    if (!(temperature > 0 && temperature < Infinity))
      throw new InputError("out-of-range", `temperature ${temperature} of member ${m} is not a finite number > 0`, m);
    const size = rows * classes;
    const logits = memberLogits(members, m);
    for (let j = 0; j < size; j++) logits[j] /= temperature;
    data.set(softmax({ data: logits, rows, cols: classes }).data, m * size);
  });
  return { ...members, data };
}

/** ln p of one member, rows × classes. */
function memberLogits({ data, rows, classes }: Members, m: number): Float64Array {
  const size = rows * classes;
  return data.slice(m * size, (m + 1) * size).map((p) => Math.log(p > MEMBER_CLIP ? p : MEMBER_CLIP));
}

/**
 * Temperatures that make members fit to be averaged.
 *
 * @param labels one class per row
 * @throws {InputError} `incompatible` where there is no optimum (every row right, or logits that say nothing of the label),
 *   with the member; `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: Rahaman and Thiery (2021), "Uncertainty quantification and deep ensembles", NeurIPS, section 4, for the orders of
 * pooling and calibration.
 * Accuracy: `each` as `fitTemperature`; `together` is a root of the derivative in ln T, next to the
 * least of a grid of steps of 0.5 in ln T from e⁻⁵ to e⁵ on some 4,000 rows.
 */
export function fitMemberTemperatures(
  members: Members,
  labels: Int32Array,
  options: MemberTemperatureOptions = {},
): MemberTemperatures {
  const { fit = "each", weights } = options;
  const shares = memberShares(members.members, options);
  if (fit === "together") return together(members, labels, shares, weights);
  const certificates: FitCertificate[] = [];
  const temperatures = Array.from({ length: members.members }, (_, m) => {
    if (!(shares[m] > 0)) return 1;
    const logits = { data: memberLogits(members, m), rows: members.rows, cols: members.classes };
    try {
      const { beta, certificate } = temperatureOptimum(checkClassRows(logits, labels, weights ? { weights } : {}));
      certificates.push(certificate);
      return 1 / beta;
    } catch (error) {
      if (InputError.is(error)) throw new InputError(error.code, `member ${m}: ${error.message}`, m);
      throw error;
    }
  });
  return { temperatures, certificates };
}

const GRID_END = 5;
const GRID_STEP = 0.5;
/** Rows that a first look takes; the optimum itself is of all. */
const GRID_ROWS = 4000;
const LARGEST_GRADIENT = 1e-10;

function together(
  members: Members,
  labels: Int32Array,
  shares: Float64Array,
  weights: Float64Array | undefined,
): MemberTemperatures {
  const { rows, classes } = members;
  const logits = Array.from(shares, (_, m) => memberLogits(members, m));
  checkClassRows({ data: logits[0], rows, cols: classes }, labels, weights ? { weights } : {});
  const used = weights?.map((weight) => weight / sumOf(weights));
  const at = (t: number, stride = 1) =>
    pooledLoss(logits, labels, { classes, shares, weights: used, beta: Math.exp(t), stride });
  const stride = Math.max(1, Math.floor(rows / GRID_ROWS));
  const grid = Array.from({ length: Math.round((2 * GRID_END) / GRID_STEP) + 1 }, (_, g) => {
    const t = -GRID_END + g * GRID_STEP;
    return { t, ...at(t, stride) };
  });
  const least = grid.reduce((lowest, point) => (point.loss < lowest.loss ? point : lowest));
  const bracket = aroundRoot(least.t, (t) => at(t).gradient);
  const found = bracket && findRoot((t) => at(t).gradient, bracket.low, bracket.high);
  const ends = Math.min(at(-GRID_END).loss, at(GRID_END).loss);
  if (bracket === undefined || found === undefined || !(at(found.root).loss < ends))
    throw new InputError(
      "incompatible",
      "a temperature shared by all members has no finite optimum: the mean is best at the end of the range",
    );
  const iterations = grid.length + bracket.steps + found.iterations;
  const best = { t: found.root, loss: at(found.root).loss };
  const gradientNorm = Math.abs(at(best.t).gradient);
  if (!(gradientNorm <= LARGEST_GRADIENT))
    throw new InputError(
      "incompatible",
      `the shared temperature found no optimum: the gradient stays at ${gradientNorm}`,
    );
  const temperature = Math.exp(-best.t);
  return {
    temperatures: Array.from(shares, () => temperature),
    certificates: [{ objective: best.loss, gradientNorm, iterations }],
  };
}

/** Where the gradient changes from falling to rising, in steps outward from a guess; undefined where it does not in the range. */
function aroundRoot(
  guess: number,
  gradient: (t: number) => number,
): { readonly low: number; readonly high: number; readonly steps: number } | undefined {
  const isRising = gradient(guess) >= 0;
  let near = guess;
  for (let steps = 1; ; steps++) {
    const far = near + (isRising ? -1 : 1) * (steps === 1 ? GRID_STEP / 4 : GRID_STEP);
    if (Math.abs(far) > GRID_END) return undefined;
    if (gradient(far) >= 0 !== isRising)
      return isRising ? { low: far, high: near, steps } : { low: near, high: far, steps };
    near = far;
  }
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

interface PooledAt {
  readonly classes: number;
  readonly shares: Float64Array;
  /** Summing to 1. */
  readonly weights: Float64Array | undefined;
  /** 1/T. */
  readonly beta: number;
  /** Every so many rows. */
  readonly stride: number;
}

/** Mean log loss of the pooled prediction at β = 1/T, and its derivative in ln β. */
function pooledLoss(
  logits: readonly Float64Array[],
  labels: Int32Array,
  { classes, shares, weights, beta, stride }: PooledAt,
): { loss: number; gradient: number } {
  const rows = labels.length;
  const sums = new Float64Array(2);
  for (let i = 0; i < rows; i += stride) {
    const weight = weights ? weights[i] : 1 / rows;
    if (weight === 0) continue;
    let truth = 0;
    let slope = 0;
    for (let m = 0; m < logits.length; m++) {
      if (!(shares[m] > 0)) continue;
      const z = logits[m];
      const start = i * classes;
      let top = -Infinity;
      for (let k = start; k < start + classes; k++) if (z[k] > top) top = z[k];
      let sum = 0;
      let mean = 0;
      for (let k = start; k < start + classes; k++) {
        const e = Math.exp(beta * (z[k] - top));
        sum += e;
        mean += e * z[k];
      }
      const label = z[start + labels[i]];
      const p = (shares[m] * Math.exp(beta * (label - top))) / sum;
      truth += p;
      slope += p * (label - mean / sum);
    }
    // So far below 1 that it rounds to 0: the members hold the true class for impossible at this sharpness.
    const floor = Math.max(truth, Number.MIN_VALUE);
    sums[0] -= weight * Math.log(floor);
    sums[1] -= truth > 0 ? (weight * beta * slope) / truth : -weight * beta;
  }
  return { loss: sums[0], gradient: sums[1] };
}
