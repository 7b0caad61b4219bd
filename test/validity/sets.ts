import {
  type ConformalSets,
  type ConformalSetsOptions,
  conformalRank,
  fewestScores,
  fitConformalSets,
  logGamma,
  type Matrix,
  type MulticlassPredictions,
  matrix,
  predictSets,
  type Random,
  setContains,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";
import { beyondRank } from "./quantiles.ts";

const source = { name: "simulated", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] };

/** Rows of an overconfident model over K classes, whose true probabilities are those of the logits. */
interface Rows {
  readonly probabilities: Matrix;
  readonly labels: Int32Array;
  /** In [0, 1), rising with the chance of being new. */
  readonly places: Float64Array;
  readonly groups: Int32Array;
}

interface Drawing {
  readonly classes: number;
  /** Subtracted from the logit of each further class, so that later classes are rarer. */
  readonly rarer: number;
  /** Density of `places`: 1, or 2x for new rows under a shift. */
  readonly isShifted: boolean;
}

const PLAIN: Drawing = { classes: 3, rarer: 0, isShifted: false };
const RARE: Drawing = { classes: 3, rarer: 1, isShifted: false };

const MANY: Drawing = { classes: 20, rarer: 0.25, isShifted: false };

/** The share of group 1, whose model is worse. */
const SMALL_GROUP = 0.2;

function drawRows(n: number, random: Random, { classes, rarer, isShifted }: Drawing): Rows {
  const data = new Float64Array(n * classes);
  const labels = new Int32Array(n);
  const places = new Float64Array(n);
  const groups = new Int32Array(n);
  const truth = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    places[i] = isShifted ? Math.sqrt(random.uniform()) : random.uniform();
    groups[i] = random.uniform() < SMALL_GROUP ? 1 : 0;
    let total = 0;
    let modelTotal = 0;
    for (let k = 0; k < classes; k++) {
      const logit = 2 * (1 - places[i]) * random.normal() - k * rarer;
      truth[k] = Math.exp(logit);
      total += truth[k];
      data[i * classes + k] = Math.exp(1.6 * logit + groups[i] * random.normal());
      modelTotal += data[i * classes + k];
    }
    for (let k = 0; k < classes; k++) data[i * classes + k] /= modelTotal;
    let u = random.uniform() * total;
    while (labels[i] < classes - 1 && u >= truth[labels[i]]) u -= truth[labels[i]++];
  }
  return { probabilities: matrix(data, n, classes), labels, places, groups };
}

function predictions({ probabilities, labels, groups }: Rows, weights?: Float64Array): MulticlassPredictions {
  return {
    task: "multiclass",
    rows: labels.length,
    probabilities,
    labels,
    segments: [{ name: "group", codes: groups, values: ["large", "small"] }],
    classNames: Array.from({ length: probabilities.cols }, (_, k) => String(k)),
    ...(weights ? { weights } : {}),
  };
}

type Choices = Omit<ConformalSetsOptions, "level" | "version" | "source" | "seed">;

interface SetsCase {
  readonly name: string;
  readonly choices: Choices;
  readonly promise: Guarantee["promise"];
  readonly drawing?: Drawing;
  readonly sizes?: readonly number[];
  readonly weighted?: boolean;
  /** Whether a new row is one that the promise is about. */
  readonly isMeant?: (rows: Rows, document: ConformalSets) => boolean;
  promised?(n: number, failure: number): number | null;
  /** Microseconds per calibration row. */
  readonly perRow?: number;
}

/** The set of the first of the new rows that the promise is about; there are many of these, one is looked at. */
const guarantee = (one: SetsCase): Guarantee => ({
  name: one.name,
  source: "fitConformalSets, predictSets",
  event: "a new row whose true class is not in its set",
  promise: one.promise,
  ...(one.promised ? { promised: one.promised } : one.promise === "exactly" ? { promised: beyondRank } : {}),
  ...(one.sizes ? { sizes: one.sizes } : {}),
  cost: (n) => 1000 + (one.perRow ?? 4) * n,
  draw(n, random) {
    const drawing = one.drawing ?? PLAIN;
    const calibration = drawRows(n, random, { ...drawing, isShifted: false });
    const weights = one.weighted ? calibration.places.map((x) => 2 * x) : undefined;
    const data = predictions(calibration, weights);
    const seed = random.integer(2 ** 53);
    const firstRow = random.integer(2 ** 40);
    const candidates = Array.from({ length: one.isMeant ? 100 : 1 }, () => drawRows(1, random, drawing));
    return (failure) => {
      const document = fitConformalSets(data, {
        ...one.choices,
        seed,
        level: levelOf(failure),
        version: "0.0.0",
        source,
      });
      const fresh = candidates.find((rows) => one.isMeant?.(rows, document) ?? true);
      if (fresh === undefined) return false;
      const { segments } = predictions(fresh);
      const sets = predictSets(document, fresh.probabilities, {
        firstRow,
        segments,
        ...(weights ? { testWeights: fresh.places.map((x) => 2 * x) } : {}),
      });
      return !setContains(sets, 0, fresh.labels[0]);
    };
  },
});

/** What thresholds from a share of n rows miss on average, if each row belongs to that share by itself. */
export function beyondRankOfShare(n: number, failure: number, share: number): number {
  let missed = 0;
  for (let m = 0; m <= n; m++) {
    const choices = logGamma(n + 1) - logGamma(m + 1) - logGamma(n - m + 1);
    const chance = Math.exp(choices + m * Math.log(share) + (n - m) * Math.log1p(-share));
    if (chance > 0) missed += chance * (1 - conformalRank(m, levelOf(failure)) / (m + 1));
  }
  return missed;
}

const TUNED_SHARE = 0.2;

/** Rows of other classes that count with those of a class; what this costs where all classes are alike is at most 1/n. */
const BORROWED = 5;

const cases: readonly SetsCase[] = [
  { name: "lac", choices: { method: "lac" }, promise: "exactly" },
  { name: "margin", choices: { method: "margin" }, promise: "exactly" },
  { name: "top-k", choices: { method: "top-k" }, promise: "at most" },
  { name: "top-k, randomised", choices: { method: "top-k", randomised: true }, promise: "exactly" },
  { name: "aps, not randomised", choices: { method: "aps", randomised: false }, promise: "at most" },
  { name: "aps", choices: { method: "aps" }, promise: "exactly" },
  { name: "raps, not randomised", choices: { method: "raps", randomised: false, freeRanks: 1 }, promise: "at most" },
  { name: "raps", choices: { method: "raps", freeRanks: 1, penalty: 0.05 }, promise: "exactly" },
  { name: "saps, not randomised", choices: { method: "saps", randomised: false }, promise: "at most" },
  { name: "saps", choices: { method: "saps" }, promise: "exactly" },
  {
    name: "aps, empty sets become the likeliest class",
    choices: { method: "aps", emptySets: "top-class" },
    promise: "at most",
  },
  {
    name: "raps, penalty auto",
    choices: { method: "raps", penalty: "auto" },
    promise: "exactly",
    perRow: 20,
    promised: (n, failure) => {
      const aside = Math.floor(TUNED_SHARE * n);
      return aside < fewestScores(levelOf(failure)) ? null : beyondRank(n - aside, failure);
    },
  },
  {
    name: "lac, thresholds per class: a rare class",
    choices: { method: "lac", condition: "class" },
    promise: "at most",
    drawing: RARE,
    isMeant: ({ labels }) => labels[0] === 2,
  },
  {
    name: "aps, thresholds per group: the smaller one",
    choices: { method: "aps", condition: { groups: ["group"] } },
    promise: "exactly",
    isMeant: ({ groups }) => groups[0] === 1,
    promised: (n, failure) => beyondRankOfShare(n, failure, SMALL_GROUP),
  },
  {
    name: "lac, thresholds per class that borrow 5 rows, classes alike",
    choices: { method: "lac", condition: "class", borrow: BORROWED },
    promise: "at most",
    isMeant: ({ labels }) => labels[0] === 2,
    promised: (n, failure) => 1 - levelOf(failure) * (1 - BORROWED / (n * (BORROWED + 1))),
  },
  {
    name: "lac, thresholds per cluster of classes: that of the commonest class",
    choices: { method: "lac", condition: "clusters" },
    promise: "at most",
    drawing: { ...RARE, classes: 6, rarer: 0.5 },
    isMeant: ({ labels }, { condition }) =>
      condition.kind === "clusters" && condition.clusters[labels[0]] === condition.clusters[0],
  },
  {
    name: "lac, thresholds per cluster of classes: classes too rare to find theirs",
    choices: { method: "lac", condition: "clusters" },
    promise: "at most",
    drawing: MANY,
    isMeant: ({ labels }, { condition, parts }) =>
      condition.kind === "clusters" && condition.clusters[labels[0]] === parts.length - 1,
  },
  {
    name: "lac, thresholds per cluster of classes: all rows, many of rare classes",
    choices: { method: "lac", condition: "clusters" },
    promise: "at most",
    drawing: MANY,
  },
  {
    name: "lac, weighted under a known shift",
    choices: { method: "lac" },
    promise: "at most",
    drawing: { ...PLAIN, isShifted: true },
    weighted: true,
  },
  {
    name: "aps, weighted under a known shift",
    choices: { method: "aps" },
    promise: "at most",
    drawing: { ...PLAIN, isShifted: true },
    weighted: true,
  },
  {
    name: "aps, weighted under a known shift, per group",
    choices: { method: "aps", condition: { groups: ["group"] } },
    promise: "at most",
    drawing: { ...PLAIN, isShifted: true },
    weighted: true,
    isMeant: ({ groups }) => groups[0] === 1,
  },
];

export const sets: Family = { name: "Prediction sets of classes", guarantees: cases.map(guarantee) };
