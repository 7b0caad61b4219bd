import {
  conformalRank,
  type Forecast,
  fitConformalIntervals,
  fitPredictiveSystem,
  type IntervalMethod,
  type Matrix,
  predictIntervals,
  predictiveIntervals,
  predictiveProbabilities,
  predictiveQuantiles,
  type Random,
  type RegressionPredictions,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";
import { beyondRank } from "./quantiles.ts";
import { beyondRankOfShare } from "./sets.ts";

const source = { name: "simulated", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] };

/** Share of group 1, whose forecasts are worse. */
const SMALL_GROUP = 0.2;

/** Skewed outcomes whose spread grows with x, and forecasts that are biased and too narrow. */
interface Rows {
  readonly x: Float64Array;
  readonly outcomes: Float64Array;
  readonly groups: Int32Array;
}

function drawRows(n: number, random: Random, isShifted: boolean): Rows {
  const x = Float64Array.from({ length: n }, () => (isShifted ? Math.sqrt(random.uniform()) : random.uniform()));
  const groups = Int32Array.from({ length: n }, () => (random.uniform() < SMALL_GROUP ? 1 : 0));
  const outcomes = x.map((at, i) => 5 + 3 * at - (0.3 + at + groups[i]) * Math.log(1 - random.uniform()));
  return { x, outcomes, groups };
}

function columns(x: Float64Array, offsets: readonly number[]): Matrix {
  const data = new Float64Array(x.length * offsets.length);
  for (let i = 0; i < x.length; i++)
    for (let k = 0; k < offsets.length; k++)
      data[i * offsets.length + k] = 5.2 + 3 * x[i] + offsets[k] * (0.4 + 0.5 * x[i]);
  return { data, rows: x.length, cols: offsets.length };
}

function forecastOf(method: IntervalMethod, { x }: Rows): Forecast {
  const point = x.map((at) => 5.2 + 3 * at);
  const isNormalised = method.kind === "normalised" || (method.kind === "predictive-system" && method.isNormalised);
  if (isNormalised) return { kind: "point-and-sigma", point, sigma: x.map((at) => 0.4 + 0.5 * at) };
  if (method.kind.startsWith("cqr"))
    return { kind: "quantiles", levels: [0.2, 0.5, 0.8], values: columns(x, [-1, 0.2, 1]) };
  return { kind: "point", point };
}

function predictionsOf(method: IntervalMethod, rows: Rows, weights?: Float64Array): RegressionPredictions {
  return {
    task: "regression",
    rows: rows.x.length,
    forecast: forecastOf(method, rows),
    outcomes: rows.outcomes,
    segments: [{ name: "group", codes: rows.groups, values: ["large", "small"] }],
    ...(weights ? { weights } : {}),
  };
}

/** What two ends at half the failure each miss together. */
function beyondBothRanks(n: number, failure: number): number {
  const rank = conformalRank(n, levelOf(failure / 2));
  return rank > n ? 0 : (2 * (n + 1 - rank)) / (n + 1);
}

interface IntervalCase {
  readonly name: string;
  readonly interval: IntervalMethod;
  readonly promise: Guarantee["promise"];
  readonly variant?: "weighted" | "groups";
  readonly twoSided?: boolean;
}

function promisedOf({ promise, variant, twoSided }: IntervalCase): Pick<Guarantee, "promised"> {
  if (promise === "at most") return {};
  if (variant === "groups") return { promised: (n, failure) => beyondRankOfShare(n, failure, SMALL_GROUP) };
  return { promised: twoSided ? beyondBothRanks : beyondRank };
}

const guarantee = (one: IntervalCase): Guarantee => ({
  name: one.name,
  source: "fitConformalIntervals, predictIntervals",
  event: "a new outcome outside its interval",
  promise: one.promise,
  ...promisedOf(one),
  cost: (n) => 700 + 3 * n,
  draw(n, random) {
    const { interval, variant } = one;
    const isWeighted = variant === "weighted";
    const calibration = drawRows(n, random, false);
    const weights = isWeighted ? calibration.x.map((x) => 2 * x) : undefined;
    const data = predictionsOf(interval, calibration, weights);
    let fresh = drawRows(1, random, isWeighted);
    while (variant === "groups" && fresh.groups[0] === 0) fresh = drawRows(1, random, false);
    const { forecast, segments } = predictionsOf(interval, fresh);
    const by = variant === "groups" ? { by: ["group"] } : {};
    return (failure) => {
      const document = fitConformalIntervals(data, {
        interval,
        level: levelOf(failure),
        version: "0.0.0",
        source,
        ...by,
      });
      const testWeights = isWeighted ? { testWeights: fresh.x.map((x) => 2 * x) } : {};
      const { lower, upper } = predictIntervals(document, forecast, { segments, ...testWeights });
      return !(fresh.outcomes[0] >= lower[0] && fresh.outcomes[0] <= upper[0]);
    };
  },
});

const cases: readonly IntervalCase[] = [
  { name: "split", interval: { kind: "split" }, promise: "exactly" },
  { name: "split-signed", interval: { kind: "split-signed" }, promise: "exactly", twoSided: true },
  { name: "normalised", interval: { kind: "normalised" }, promise: "exactly" },
  { name: "gamma", interval: { kind: "gamma" }, promise: "exactly" },
  { name: "cqr", interval: { kind: "cqr" }, promise: "exactly" },
  { name: "cqr-asymmetric", interval: { kind: "cqr-asymmetric" }, promise: "at most" },
  { name: "cqr-r", interval: { kind: "cqr-r" }, promise: "exactly" },
  { name: "cqr-m", interval: { kind: "cqr-m" }, promise: "exactly" },
  {
    name: "predictive-system",
    interval: { kind: "predictive-system", isNormalised: false },
    promise: "exactly",
    twoSided: true,
  },
  {
    name: "predictive-system, normalised",
    interval: { kind: "predictive-system", isNormalised: true },
    promise: "exactly",
    twoSided: true,
  },
  { name: "split, per group: the smaller one", interval: { kind: "split" }, promise: "exactly", variant: "groups" },
  { name: "cqr, per group: the smaller one", interval: { kind: "cqr" }, promise: "exactly", variant: "groups" },
  { name: "split, weighted under a known shift", interval: { kind: "split" }, promise: "at most", variant: "weighted" },
  { name: "normalised, weighted", interval: { kind: "normalised" }, promise: "at most", variant: "weighted" },
  { name: "cqr-asymmetric, weighted", interval: { kind: "cqr-asymmetric" }, promise: "at most", variant: "weighted" },
];

interface SystemDraw {
  readonly system: ReturnType<typeof fitPredictiveSystem>;
  readonly locations: { readonly point: Float64Array; readonly sigma: Float64Array };
  readonly outcomes: Float64Array;
}

/** A normalised predictive system of outcomes in steps, so that there are ties, and one new row. */
function drawSystem(n: number, random: Random, step: number): SystemDraw {
  const rows = (count: number): Omit<SystemDraw, "system"> => {
    const point = Float64Array.from({ length: count }, () => Math.round(4 * random.uniform()));
    const sigma = point.map((value) => 2 ** (value % 2));
    const error = (): number => (step === 0 ? random.normal() : step * Math.round(random.normal() / step));
    return { locations: { point, sigma }, outcomes: point.map((value, i) => value + sigma[i] * error()) };
  };
  const { locations, outcomes } = rows(n);
  return { system: fitPredictiveSystem(locations, outcomes), ...rows(1) };
}

const side = (name: "lower" | "upper"): Guarantee => ({
  name: `predictive quantile, ${name} side`,
  source: `predictiveQuantiles, ${name}`,
  event: name === "upper" ? "a new outcome above the quantile" : "a new outcome below the quantile",
  promise: "exactly",
  promised: beyondRank,
  cost: (n) => 30 + 0.3 * n,
  draw(n, random) {
    const { system, locations, outcomes } = drawSystem(n, random, 0);
    return (failure) => {
      const probability = name === "upper" ? levelOf(failure) : failure;
      const [quantile] = predictiveQuantiles(system, locations, probability, name);
      return name === "upper" ? outcomes[0] > quantile : outcomes[0] < quantile;
    };
  },
});

const system: readonly Guarantee[] = [
  {
    name: "predictive probability of the outcome, tied residuals",
    source: "predictiveProbabilities",
    event: "a probability at or below the allowed failure",
    promise: "exactly",
    cost: (n) => 20 + 0.3 * n,
    draw(n, random) {
      const drawn = drawSystem(n, random, 0.5);
      const [p] = predictiveProbabilities(drawn.system, drawn.locations, drawn.outcomes, random.uniform());
      return (failure) => p <= failure;
    },
  },
  side("lower"),
  side("upper"),
  {
    name: "predictive interval, tied residuals",
    source: "predictiveIntervals",
    event: "a new outcome outside its interval",
    promise: "at most",
    cost: (n) => 30 + 0.3 * n,
    draw(n, random) {
      const drawn = drawSystem(n, random, 0.5);
      return (failure) => {
        const { lower, upper } = predictiveIntervals(drawn.system, drawn.locations, levelOf(failure));
        return !(drawn.outcomes[0] >= lower[0] && drawn.outcomes[0] <= upper[0]);
      };
    },
  },
];

export const intervals: Family = {
  name: "Prediction intervals of numbers",
  guarantees: [...cases.map(guarantee), ...system],
};
