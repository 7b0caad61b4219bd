import type { Members } from "../ensembles/members.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random/random.ts";

/** Options of `batchBald`. */
export interface BatchBaldOptions {
  /** Rows to choose, integer in [1, n]. */
  readonly count: number;
  /** Draws joint labels where there are too many to go through. */
  readonly random: Random;
  /** Joint labels of the chosen rows that are gone through one by one, ≥ 1. Default 4096. */
  readonly mostExact?: number;
  /** Joint labels that are drawn beyond that, ≥ 1. Default 4096. */
  readonly draws?: number;
}

/** Rows chosen as a batch. */
export interface BatchBaldChoice {
  /** Row numbers in the order in which they were chosen. */
  readonly rows: Int32Array;
  /** Mutual information of the batch up to each of them, nats. */
  readonly information: Float64Array;
  /** How many of the choices went through every joint label; the others rest on draws. */
  readonly exact: number;
}

/** Joint labels of the rows chosen so far, by what each member makes of them. */
interface JointLabels {
  readonly count: number;
  /** count × M: probability of the joint label under each member. */
  readonly given: Float64Array;
  /** Weight of the joint label in the sum: 1 where all are there, 1/(draws · probability) where they were drawn. */
  readonly weight: Float64Array;
}

/**
 * A batch of rows whose labels together tell most about which member is right (BatchBALD), chosen greedily.
 *
 * Unlike the rows with the largest mutual information (`decomposeEntropy`, BALD), which may all be about the same thing, each row counts for what it adds. The
 * joint entropy is exact while the labels of the rows chosen have at most `mostExact` combinations, and an average over
 * drawn combinations after that. Equal gains go to the first row.
 *
 * @param members M ≥ 2 members
 * @returns rows, without repetition; which rows depends on the labels of none
 * @throws {InputError} `too-few` for one member; `out-of-range`
 *
 * Source: Kirsch, van Amersfoort and Gal (2019), "BatchBALD: efficient and diverse batch acquisition for deep Bayesian
 * active learning", NeurIPS, sections 3.2 and 3.4.
 * Accuracy: exact sums to 1e-12; drawn ones to about 1/√draws of an entropy.
 */
export function batchBald(members: Members, options: BatchBaldOptions): BatchBaldChoice {
  const { members: width, rows, classes } = members;
  if (width < 2) throw new InputError("too-few", `a batch by disagreement needs at least 2 members, got ${width}`);
  const { count, random, mostExact = 4096, draws = 4096 } = options;
  if (!(Number.isInteger(count) && count >= 1 && count <= rows))
    throw new InputError("out-of-range", `count must be a whole number in [1, ${rows}], got ${count}`);
  if (!(mostExact >= 1 && Number.isInteger(draws) && draws >= 1))
    throw new InputError("out-of-range", `expected mostExact and draws of 1 or more, got ${mostExact} and ${draws}`);
  const own = meanEntropies(members);
  const isChosen = new Uint8Array(rows);
  const chosen: number[] = [];
  const information = new Float64Array(count);
  let joint: JointLabels = { count: 1, given: new Float64Array(width).fill(1), weight: Float64Array.of(1) };
  let conditional = 0;
  let isExact = true;
  let exact = 0;
  for (let step = 0; step < count; step++) {
    let best = -1;
    let most = -Infinity;
    for (let i = 0; i < rows; i++) {
      if (isChosen[i] === 1) continue;
      const gain = jointEntropy(joint, members, i) - conditional - own[i];
      if (gain > most + 1e-12) {
        most = gain;
        best = i;
      }
    }
    if (isExact) exact++;
    isChosen[best] = 1;
    chosen.push(best);
    conditional += own[best];
    information[step] = Math.max(step === 0 ? 0 : information[step - 1], most);
    isExact = isExact && joint.count * classes <= mostExact;
    if (step + 1 < count) joint = isExact ? extended(joint, members, best) : drawn(members, chosen, draws, random);
  }
  return { rows: Int32Array.from(chosen), information, exact };
}

/** −x ln x, 0 at 0. */
function entropyTerm(x: number): number {
  return x > 0 ? -x * Math.log(x) : 0;
}

/** Mean over the members of the entropy of each row. */
function meanEntropies({ data, members, rows, classes }: Members): Float64Array {
  const result = new Float64Array(rows);
  for (let m = 0, at = 0; m < members; m++)
    for (let i = 0; i < rows; i++) for (let k = 0; k < classes; k++) result[i] += entropyTerm(data[at++]) / members;
  return result;
}

/** Entropy of the labels of the rows chosen so far and of one more. */
function jointEntropy({ count, given, weight }: JointLabels, members: Members, row: number): number {
  const { data, members: width, rows, classes } = members;
  const own = new Float64Array(width * classes);
  for (let m = 0; m < width; m++)
    for (let k = 0; k < classes; k++) own[k * width + m] = data[(m * rows + row) * classes + k] / width;
  let entropy = 0;
  for (let s = 0; s < count; s++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      let p = 0;
      for (let m = 0; m < width; m++) p += given[s * width + m] * own[k * width + m];
      sum += entropyTerm(p);
    }
    entropy += weight[s] * sum;
  }
  return entropy;
}

/** All joint labels of the rows chosen so far and of one more. */
function extended({ count, given }: JointLabels, members: Members, row: number): JointLabels {
  const { data, members: width, rows, classes } = members;
  const next = new Float64Array(count * classes * width);
  for (let s = 0; s < count; s++)
    for (let k = 0; k < classes; k++)
      for (let m = 0; m < width; m++)
        next[(s * classes + k) * width + m] = given[s * width + m] * data[(m * rows + row) * classes + k];
  return { count: count * classes, given: next, weight: new Float64Array(count * classes).fill(1) };
}

/** Joint labels drawn from the mean of the members: a member first, then the labels from it. */
function drawn(members: Members, chosen: readonly number[], draws: number, random: Random): JointLabels {
  const { data, members: width, rows, classes } = members;
  const given = new Float64Array(draws * width).fill(1);
  const weight = new Float64Array(draws);
  for (let s = 0; s < draws; s++) {
    const own = random.integer(width) * rows;
    for (const row of chosen) {
      const start = (own + row) * classes;
      let rest = random.uniform();
      let label = 0;
      while (label < classes - 1 && rest >= data[start + label]) rest -= data[start + label++];
      for (let m = 0; m < width; m++) given[s * width + m] *= data[(m * rows + row) * classes + label];
    }
    let p = 0;
    for (let m = 0; m < width; m++) p += given[s * width + m] / width;
    weight[s] = p > 0 ? 1 / (draws * p) : 0;
  }
  return { count: draws, given, weight };
}
