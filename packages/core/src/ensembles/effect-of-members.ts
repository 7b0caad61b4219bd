import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { estimateFromInfluence, meanEstimate } from "../intervals/mean.ts";
import { expectedCalibrationError } from "../metrics/calibration/binned-calibration-error.ts";
import { createRandom, type Random } from "../random/random.ts";
import { shuffle } from "../random/shuffle.ts";
import { decomposeVariance } from "./decompose-variance.ts";
import type { Members } from "./members.ts";
import { selectMemberRows } from "./select-members.ts";

/** Choices of `effectOfMembers`. */
export interface EffectOptions {
  /** One weight per row, ≥ 0; only ratios matter. Default: all equal. */
  readonly weights?: Float64Array;
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Of the subsets and rows that are drawn where there are too many. Default 0. */
  readonly seed?: number;
  /** Rows that are used at most; more are drawn without replacement. Default 20 000. */
  readonly mostRows?: number;
}

/** How an ensemble of so many members does, on average over which members they are. */
export interface MemberCountPoint {
  readonly members: number;
  /** Subsets that were averaged. */
  readonly subsets: number;
  readonly accuracy: Estimate;
  readonly logLoss: Estimate;
  /** Summed over classes. */
  readonly brier: Estimate;
  /** Mean over subsets; so are the ends of its interval. */
  readonly ece: Estimate;
  /** Mean mutual information as a share of the mean entropy of the mean; `null` for one member. */
  readonly epistemicShare: Estimate | null;
}

/** How the number of members matters, and what one more would bring. */
export interface EffectOfMembers {
  /** Ascending numbers of members, up to all there are. */
  readonly points: readonly MemberCountPoint[];
  /** True where every subset was averaged, false for seeded draws. */
  readonly isExhaustive: boolean;
  readonly rows: number;
  /** By how much the Brier score would fall with one more member like these, and with infinitely many. */
  readonly nextBrier: Estimate;
  readonly allBrier: Estimate;
  /** By how much the log loss would fall with one more; `null` for two members, which do not show how fast it falls. */
  readonly nextLogLoss: Estimate | null;
  readonly sentence: string;
}

/** All subsets up to so many members, 127 of seven; draws from there on. */
const MOST_EXHAUSTIVE = 7;
const FEWEST_ORDERS = 8;
const MOST_ORDERS = 40;
/** Values that may be added up for the draws, M × rows × classes each. */
const BUDGET = 4e8;
/** Subsets of one size whose calibration error gets an interval. */
const MOST_INTERVALS = 10;
const MOST_SIZES = 12;

/**
 * How accuracy, log loss, Brier score, calibration error and the share of the unknown change from 1 to M members, averaged over
 * subsets of the members, with intervals for the sampling of rows.
 *
 * The Brier score falls as V/m over random subsets of size m, exactly, with V the mean variance over members, so the
 * estimates of what further members bring are unbiased. The log loss does so to first order; its next step is the last one seen
 * times (M − 1)/(M + 1). Both suppose members that are drawn alike, such as seeds, resamples and dropout passes.
 *
 * @param labels one class per row
 * @throws {InputError} `too-few` for fewer than 2 members; `shape-mismatch`, `out-of-range`
 */
export function effectOfMembers(members: Members, labels: Int32Array, options: EffectOptions = {}): EffectOfMembers {
  const { level = 0.95, seed = 0, mostRows = 20_000 } = options;
  if (members.members < 2)
    throw new InputError("too-few", `the effect of members needs at least 2 of them, got ${members.members}`);
  if (labels.length !== members.rows)
    throw new InputError("shape-mismatch", `members have ${members.rows} rows but there are ${labels.length} labels`);
  labels.forEach((label, i) => {
    if (!(label >= 0 && label < members.classes))
      throw new InputError("out-of-range", `label ${label} at row ${i} is not in [0, ${members.classes})`, i);
  });
  const random = createRandom(seed);
  const drawn = drawRows(members, labels, options.weights, mostRows, random);
  const sample = { level, ...(drawn.weights ? { weights: drawn.weights } : {}) };
  const count = members.members;
  const isExhaustive = count <= MOST_EXHAUSTIVE;
  const sums = isExhaustive ? overSubsets(drawn, sample) : overOrders(drawn, sample, random);
  const points = [...sums].sort(([a], [b]) => a - b).map(([m, sum]) => pointOf(m, sum, sample));
  const spread = decomposeVariance(drawn.members).epistemic;
  const mean = (values: Float64Array, spec: Spec) => meanEstimate(values, spec, sample);
  const nextBrier = mean(
    spread.map((v) => v / ((count - 1) * (count + 1))),
    { metric: "brier-gain", members: "one more" },
  );
  const allBrier = mean(
    spread.map((v) => v / (count - 1)),
    { metric: "brier-gain", members: "infinitely many" },
  );
  const last = sums.get(count);
  const before = sums.get(count - 1);
  const nextLogLoss =
    count < 3 || last === undefined || before === undefined
      ? null
      : mean(
          last.logLoss.map(
            (loss, i) => ((before.logLoss[i] / before.subsets - loss / last.subsets) * (count - 1)) / (count + 1),
          ),
          { metric: "log-loss-gain", members: "one more", law: "1/members" },
        );
  const found = { points, isExhaustive, rows: drawn.labels.length, nextBrier, allBrier, nextLogLoss };
  return { ...found, sentence: sentenceOf(found) };
}

interface DrawnRows {
  readonly members: Members;
  readonly labels: Int32Array;
  readonly weights: Float64Array | undefined;
}

function drawRows(
  members: Members,
  labels: Int32Array,
  weights: Float64Array | undefined,
  mostRows: number,
  random: Random,
): DrawnRows {
  if (members.rows <= mostRows) return { members, labels, weights };
  const picked = shuffle(
    Int32Array.from(labels, (_, i) => i),
    random,
  )
    .slice(0, mostRows)
    .sort();
  return {
    members: selectMemberRows(members, picked),
    labels: Int32Array.from(picked, (row) => labels[row]),
    weights: weights && Float64Array.from(picked, (row) => weights[row]),
  };
}

interface SizeSums {
  subsets: number;
  readonly correct: Float64Array;
  readonly logLoss: Float64Array;
  readonly brier: Float64Array;
  readonly total: Float64Array;
  readonly aleatoric: Float64Array;
  readonly eces: Estimate[];
}

function emptySums(rows: number): SizeSums {
  const blank = (): Float64Array => new Float64Array(rows);
  return {
    subsets: 0,
    correct: blank(),
    logLoss: blank(),
    brier: blank(),
    total: blank(),
    aleatoric: blank(),
    eces: [],
  };
}

interface RowOptions {
  readonly level: number;
  readonly weights?: Float64Array;
}

/** Sums over all subsets of the members, by their size. */
function overSubsets(drawn: DrawnRows, sample: RowOptions): Map<number, SizeSums> {
  const { members } = drawn;
  const entropies = memberEntropies(members);
  const sums = new Map<number, SizeSums>();
  for (let mask = 1; mask < 1 << members.members; mask++) {
    const mean = new Float64Array(members.rows * members.classes);
    const entropy = new Float64Array(members.rows);
    let size = 0;
    for (let m = 0; m < members.members; m++)
      if ((mask >> m) & 1) {
        addTo(mean, members.data, m * mean.length);
        addTo(entropy, entropies, m * entropy.length);
        size++;
      }
    addSubset(sums, size, mean, entropy, drawn, sample);
  }
  return sums;
}

/** Sums over beginnings of random orders of the members; of some sizes, where there are many members. */
function overOrders(drawn: DrawnRows, sample: RowOptions, random: Random): Map<number, SizeSums> {
  const { members } = drawn;
  const entropies = memberEntropies(members);
  const orders = Math.max(FEWEST_ORDERS, Math.min(MOST_ORDERS, Math.floor(BUDGET / members.data.length)));
  const wanted = new Set(sizesOf(members.members));
  const sums = new Map<number, SizeSums>();
  for (let o = 0; o < orders; o++) {
    const order = shuffle(
      Int32Array.from({ length: members.members }, (_, m) => m),
      random,
    );
    const mean = new Float64Array(members.rows * members.classes);
    const entropy = new Float64Array(members.rows);
    order.forEach((m, at) => {
      addTo(mean, members.data, m * mean.length);
      addTo(entropy, entropies, m * entropy.length);
      if (wanted.has(at + 1) && (at + 1 < members.members || o === 0))
        addSubset(sums, at + 1, mean, entropy, drawn, sample);
    });
  }
  return sums;
}

function sizesOf(members: number): number[] {
  const sizes = [1, 2, 3, 5, 8, 12, 20, 32, 50, 80, 125, 200, 320, 500, 800].filter((size) => size < members - 1);
  return [...sizes.slice(0, MOST_SIZES - 2), members - 1, members];
}

function addTo(sum: Float64Array, data: Float64Array, from: number): void {
  for (let j = 0; j < sum.length; j++) sum[j] += data[from + j];
}

/** Entropy of each member, members × rows. */
function memberEntropies({ data, members, rows, classes }: Members): Float64Array {
  const out = new Float64Array(members * rows);
  for (let r = 0; r < out.length; r++) {
    let sum = 0;
    for (let k = r * classes; k < (r + 1) * classes; k++) if (data[k] > 0) sum -= data[k] * Math.log(data[k]);
    out[r] = sum;
  }
  return out;
}

/** Adds what the mean of a subset is worth. `mean` and `entropy` are sums over its members. */
function addSubset(
  sums: Map<number, SizeSums>,
  size: number,
  mean: Float64Array,
  entropy: Float64Array,
  { labels, members: { classes, rows } }: DrawnRows,
  sample: RowOptions,
): void {
  const sum = sums.get(size) ?? emptySums(rows);
  sums.set(size, sum);
  sum.subsets++;
  const confidence = new Float64Array(rows);
  const correct = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * classes;
    let top = start;
    let squares = 0;
    let total = 0;
    for (let k = start; k < start + classes; k++) {
      const p = mean[k] / size;
      if (mean[k] > mean[top]) top = k;
      squares += (p - (k - start === labels[i] ? 1 : 0)) ** 2;
      if (p > 0) total -= p * Math.log(p);
    }
    confidence[i] = Math.min(1, mean[top] / size);
    correct[i] = top - start === labels[i] ? 1 : 0;
    sum.correct[i] += correct[i];
    sum.logLoss[i] -= Math.log(Math.max(1e-15, mean[start + labels[i]] / size));
    sum.brier[i] += squares;
    sum.total[i] += total;
    sum.aleatoric[i] += entropy[i] / size;
  }
  if (sum.eces.length < MOST_INTERVALS)
    sum.eces.push(expectedCalibrationError(confidence, correct, { ...sample, label: "top-label" }));
}

function pointOf(members: number, sums: SizeSums, sample: RowOptions): MemberCountPoint {
  const average = (values: Float64Array, metric: string, range: { min?: number; max?: number } = { min: 0 }) =>
    meanEstimate(
      values.map((value) => value / sums.subsets),
      { metric, average: "subsets of members", members },
      { ...sample, ...range },
    );
  const middle = (part: "value" | "lower" | "upper") =>
    sums.eces.reduce((sum, ece) => sum + ece[part], 0) / sums.eces.length;
  const ece = sums.eces[0];
  return {
    members,
    subsets: sums.subsets,
    accuracy: average(sums.correct, "accuracy", { min: 0, max: 1 }),
    logLoss: average(sums.logLoss, "log-loss"),
    brier: average(sums.brier, "brier-score"),
    ece: {
      ...ece,
      value: middle("value"),
      lower: middle("lower"),
      upper: middle("upper"),
      interval: sums.eces.length > 1 ? "approximate" : ece.interval,
      spec: { ...ece.spec, average: "subsets of members", subsets: sums.eces.length, members },
    },
    epistemicShare: members < 2 ? null : shareEstimate(sums.total, sums.aleatoric, sample, { members }),
  };
}

/**
 * The epistemic part of all uncertainty: Σ w (total − aleatoric) / Σ w total; 0 where there is none at all.
 *
 * @param choices further choices of the spec
 */
export function shareEstimate(
  total: Float64Array,
  aleatoric: Float64Array,
  sample: RowOptions,
  choices: Readonly<Record<string, string | number>> = {},
): Estimate {
  const spec = { metric: "epistemic-share", of: "sums over rows", ...choices };
  const { value: whole } = meanEstimate(total, spec, sample);
  const { value: noise } = meanEstimate(aleatoric, spec, sample);
  const share = whole > 0 ? Math.min(1, Math.max(0, (whole - noise) / whole)) : 0;
  const influence = total.map((t, i) => (whole > 0 ? (t - aleatoric[i] - share * t) / whole : 0));
  return estimateFromInfluence(share, influence, spec, { ...sample, min: 0, max: 1 });
}

function sentenceOf({ points, nextBrier, allBrier, nextLogLoss }: Omit<EffectOfMembers, "sentence">): string {
  const count = points[points.length - 1].members;
  const brier = `One more member like these ${count} would lower the Brier score by about ${small(nextBrier.value)} (${small(nextBrier.lower)} to ${small(nextBrier.upper)}), and infinitely many by ${small(allBrier.value)}.`;
  if (nextLogLoss === null)
    return `${brier} What it would do to the log loss cannot be told from ${count} members: 3 are needed.`;
  const range = `${small(nextLogLoss.lower)} to ${small(nextLogLoss.upper)}`;
  if (nextLogLoss.lower > 0)
    return `${brier} It would lower the log loss by about ${small(nextLogLoss.value)} (${range}).`;
  return `${brier} Whether it would lower the log loss cannot be told from these rows (${range}).`;
}

/** Two digits that count. */
function small(x: number): string {
  return x === 0 ? "0" : Number(x.toPrecision(2)).toString();
}
