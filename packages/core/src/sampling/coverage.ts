import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import type { Random } from "../random/random.ts";

/** Options of choices that cover the rows. */
export interface CoverageOptions {
  /** Rows to choose, integer in [1, n]. */
  readonly count: number;
  /** Rows that are labelled already: they count as covered, and are not chosen again. Default: none. */
  readonly labelled?: Int32Array;
}

/** Squared distances between row `i` and every row, written to `into` where they are smaller than what is there. */
type NearerThan = (i: number, into: Float64Array) => void;

/**
 * Rows such that every row is close to one of them: the row farthest from all chosen so far, again and again.
 *
 * @param features n × d, finite
 * @returns row numbers in the order in which they were chosen; without labelled rows the first is the one farthest from
 *   the mean. The largest distance to a chosen row is at most twice the smallest possible. Equal distances: the first row
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Gonzalez (1985), Theor. Comput. Sci. 38; Sener and Savarese (2018), "Active learning for convolutional neural
 * networks: a core-set approach", ICLR.
 */
export function coverByDistance(features: Matrix, options: CoverageOptions): Int32Array {
  checkFeatures(features);
  const { rows } = features;
  const taken = takenRows(rows, options);
  const nearer = euclidean(features);
  const distance = new Float64Array(rows).fill(Infinity);
  for (const i of options.labelled ?? []) nearer(i, distance);
  const first = options.labelled?.length ? undefined : squaredFromMean(features);
  return greedy(options.count, taken, (step) => {
    const from = step === 0 && first ? first : distance;
    const best = farthest(from, taken);
    nearer(best, distance);
    return best;
  });
}

/**
 * Rows that spread over the clusters of the features: each drawn with a probability proportional to its squared distance
 * from the nearest row chosen so far (the seeding of k-means++).
 *
 * @param features n × d, finite
 * @param options with the source of the draws
 * @returns row numbers in the order in which they were chosen, the first any row with equal probability
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Arthur and Vassilvitskii (2007), "k-means++: the advantages of careful seeding", SODA.
 */
export function coverByClusters(features: Matrix, options: CoverageOptions & { readonly random: Random }): Int32Array {
  checkFeatures(features);
  const { rows } = features;
  const { random, count, labelled } = options;
  const taken = takenRows(rows, options);
  const nearer = euclidean(features);
  const distance = new Float64Array(rows).fill(Infinity);
  for (const i of labelled ?? []) nearer(i, distance);
  const hasNone = (labelled?.length ?? 0) === 0;
  return greedy(count, taken, (step) => {
    const best = step === 0 && hasNone ? random.integer(rows) : drawFarther(distance, taken, random);
    nearer(best, distance);
    return best;
  });
}

/**
 * A batch that is unsure and diverse (BADGE): k-means++ seeding on the gradients that the last layer would have if the
 * prediction were right, (p − onehot(argmax p)) ⊗ features. The first row is the one with the largest gradient.
 *
 * @param probabilities n × k
 * @param features n × d, what the last layer reads
 * @param options with the source of the draws
 * @returns row numbers in the order in which they were chosen
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Ash, Zhang, Krishnamurthy, Langford and Agarwal (2020), "Deep batch active learning by diverse, uncertain
 * gradient lower bounds", ICLR; the first row as in their code (JordanAsh/badge, badge_sampling.py).
 */
export function badge(
  probabilities: Matrix,
  features: Matrix,
  options: CoverageOptions & { readonly random: Random },
): Int32Array {
  checkFeatures(features);
  checkFeatures(probabilities, "probability");
  if (probabilities.rows !== features.rows)
    throw new InputError(
      "shape-mismatch",
      `there are ${probabilities.rows} rows of probabilities but ${features.rows} rows of features`,
    );
  const { rows } = features;
  const { random, count, labelled } = options;
  const taken = takenRows(rows, options);
  const errors = lastLayerErrors(probabilities);
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) norms[i] = dot(errors, i, i) * dot(features, i, i);
  const nearer: NearerThan = (i, into) => {
    for (let j = 0; j < rows; j++) {
      const d = Math.max(0, norms[i] + norms[j] - 2 * dot(errors, i, j) * dot(features, i, j));
      if (d < into[j]) into[j] = d;
    }
    into[i] = 0;
  };
  const distance = new Float64Array(rows).fill(Infinity);
  for (const i of labelled ?? []) nearer(i, distance);
  const hasNone = (labelled?.length ?? 0) === 0;
  return greedy(count, taken, (step) => {
    const best = step === 0 && hasNone ? farthest(norms, taken) : drawFarther(distance, taken, random);
    nearer(best, distance);
    return best;
  });
}

/** Chooses `count` rows one after the other. */
function greedy(count: number, taken: Uint8Array, next: (step: number) => number): Int32Array {
  const chosen = new Int32Array(count);
  for (let step = 0; step < count; step++) {
    chosen[step] = next(step);
    taken[chosen[step]] = 1;
  }
  return chosen;
}

function farthest(distance: Float64Array, taken: Uint8Array): number {
  let best = -1;
  for (let i = 0; i < distance.length; i++) if (taken[i] === 0 && (best < 0 || distance[i] > distance[best])) best = i;
  return best;
}

/** A row with a probability proportional to its distance; where all that are left have none, any of them. */
function drawFarther(distance: Float64Array, taken: Uint8Array, random: Random): number {
  let total = 0;
  let left = 0;
  for (let i = 0; i < distance.length; i++)
    if (taken[i] === 0) {
      total += distance[i];
      left++;
    }
  const isEven = !(total > 0);
  let rest = random.uniform() * (isEven ? left : total);
  let last = -1;
  for (let i = 0; i < distance.length; i++) {
    if (taken[i] === 1 || (!isEven && distance[i] === 0)) continue;
    last = i;
    rest -= isEven ? 1 : distance[i];
    if (rest < 0) break;
  }
  return last;
}

function euclidean(features: Matrix): NearerThan {
  const { data, rows, cols } = features;
  return (i, into) => {
    const own = i * cols;
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0, at = j * cols; k < cols; k++) {
        const d = data[own + k] - data[at + k];
        sum += d * d;
      }
      if (sum < into[j]) into[j] = sum;
    }
  };
}

function squaredFromMean({ data, rows, cols }: Matrix): Float64Array {
  const mean = new Float64Array(cols);
  for (let j = 0; j < data.length; j++) mean[j % cols] += data[j] / rows;
  const result = new Float64Array(rows);
  for (let j = 0; j < data.length; j++) result[Math.floor(j / cols)] += (data[j] - mean[j % cols]) ** 2;
  return result;
}

/** p − onehot(argmax p); equal probabilities: the first class. */
function lastLayerErrors({ data, rows, cols }: Matrix): Matrix {
  const errors = data.slice();
  for (let i = 0; i < rows; i++) {
    let best = i * cols;
    for (let j = best + 1; j < (i + 1) * cols; j++) if (data[j] > data[best]) best = j;
    errors[best] -= 1;
  }
  return { data: errors, rows, cols };
}

function dot({ data, cols }: Matrix, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < cols; k++) sum += data[i * cols + k] * data[j * cols + k];
  return sum;
}

function checkFeatures({ data, rows, cols }: Matrix, what = "feature"): void {
  if (rows === 0 || cols === 0) throw new InputError("empty", `at least one ${what} is needed, got ${rows} × ${cols}`);
  if (data.length !== rows * cols)
    throw new InputError("shape-mismatch", `${rows} × ${cols} needs ${rows * cols} values, got ${data.length}`);
  const bad = data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    const row = Math.floor(bad / cols);
    throw new InputError("not-finite", `${what} ${bad % cols} at row ${row} is ${data[bad]}`, row);
  }
}

function takenRows(rows: number, { count, labelled = new Int32Array(0) }: CoverageOptions): Uint8Array {
  const taken = new Uint8Array(rows);
  for (const i of labelled) {
    if (!(i >= 0 && i < rows)) throw new InputError("out-of-range", `labelled row ${i} is not in [0, ${rows})`);
    taken[i] = 1;
  }
  const left = rows - taken.reduce((sum, x) => sum + x, 0);
  if (!(Number.isInteger(count) && count >= 1 && count <= left))
    throw new InputError("out-of-range", `count must be a whole number in [1, ${left}], got ${count}`);
  return taken;
}
