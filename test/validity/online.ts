import {
  betJumper,
  createExchangeabilityTest,
  createOnlineCalibrator,
  createRandom,
  detectChange,
  FINE_STAKES,
  type OnlineOptions,
  type Random,
  startChangeDetector,
  startJumper,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

/** Scores that jump, drift and swell, some of them drawn against the threshold before them. */
function nextScore(t: number, n: number, threshold: number, random: Random): number {
  const place = t / n;
  if (place > 0.6 && place < 0.7 && Number.isFinite(threshold)) return threshold + 0.1 * random.uniform();
  const centre = place < 0.3 ? 0 : place < 0.5 ? 5 : 5 - 20 * place;
  return centre + (1 + 3 * place) * random.normal();
}

const longRun = (method: NonNullable<OnlineOptions["method"]>, perScore: number): Guarantee => ({
  name: `${method}: the long run stays within its bounds`,
  source: `createOnlineCalibrator, ${method}`,
  event: "the share of misses outside its bounds at any time, or a threshold that must be finite and is not",
  promise: "at most",
  promised: () => 0,
  cost: (n) => 100 + perScore * n,
  draw(n, random) {
    const seen = Float64Array.from({ length: 20 }, () => random.normal());
    const seed = random.integer(2 ** 53);
    return (failure) => {
      const own = createRandom(seed);
      const calibrator = createOnlineCalibrator(levelOf(failure), { method, scores: seen });
      for (let t = 0; t < n; t++) {
        const { threshold } = calibrator.observe(nextScore(t, n, calibrator.threshold, own));
        const { deviation, lower, upper } = calibrator.longRun();
        if (!(deviation >= lower && deviation <= upper)) return true;
        if (method !== "aci" && !Number.isFinite(threshold)) return true;
      }
      return false;
    };
  },
});

const alarm = (name: string, score: (random: Random) => number): Guarantee => ({
  name: `alarm of the exchangeability test at any time, ${name}`,
  source: "createExchangeabilityTest",
  event: "a p-value of the test at or below the allowed failure after n scores",
  promise: "at most",
  cost: (n) => 30 + 0.5 * n,
  draw(n, random) {
    const one = createExchangeabilityTest({ falseAlarms: 0.5 });
    for (let i = 0; i < n; i++) one.observe(score(random), random.uniform());
    const { pValue } = one;
    return (failure) => pValue <= failure;
  },
});

/** The alarm itself, which the p-value above stands for. */
const rung = (failure: number): Guarantee => ({
  name: `alarm of a test with falseAlarms ${failure}`,
  source: "createExchangeabilityTest().alarmedAt",
  event: "an alarm among n scores",
  promise: "at most",
  failures: [failure],
  cost: (n) => 20 + 0.5 * n,
  draw(n, random) {
    const test = createExchangeabilityTest({ falseAlarms: failure });
    for (let i = 0; i < n && test.alarmedAt === null; i++) test.observe(random.normal(), random.uniform());
    return () => test.alarmedAt !== null;
  },
});

const wealth: Guarantee = {
  name: "wealth of a jumper reaches 1 / failure, at any time",
  source: "betJumper",
  event: "such a wealth within n p-values",
  promise: "at most",
  cost: (n) => 10 + 0.2 * n,
  draw(n, random) {
    let state = startJumper({ stakes: FINE_STAKES });
    for (let i = 0; i < n; i++) state = betJumper(state, random.uniform());
    return (failure) => state.highest >= -Math.log(failure);
  },
};

/** Runs are watched for ten times their promised mean; what lies beyond is e⁻¹⁰ of it. */
const HORIZON = 10;

/**
 * The promise is a mean: P(u · horizon > run) for a uniform u is 1 − E[min(run, horizon)] / horizon, at most 0.9 where the
 * mean run is at least a tenth of the horizon.
 */
const run = (kind: "shiryaev-roberts" | "cusum"): Guarantee => ({
  name: `${kind} detector: mean run without change of n scores`,
  source: `detectChange, ${kind}`,
  event: "a run shorter than a uniform number up to 10 n: 90 % where the mean run is n",
  promise: "at most",
  sizes: [10, 100, 1000],
  failures: [1 - 1 / HORIZON],
  cost: (n) => 10 + n,
  draw(n, random) {
    const limit = random.uniform() * HORIZON * n;
    let state = startJumper({ stakes: FINE_STAKES });
    let detector = startChangeDetector(n, kind);
    let steps = 0;
    while (steps < limit && detector.alarms.length === 0) {
      steps++;
      state = betJumper(state, random.uniform());
      detector = detectChange(detector, state.logWealth);
    }
    return () => detector.alarms.length > 0 && steps < limit;
  },
});

export const online: Family = {
  name: "Thresholds that follow a drifting stream",
  guarantees: [longRun("aggregated-aci", 12), longRun("pi", 1.3), longRun("quantile-tracking", 0.9), longRun("aci", 3)],
};

export const alarms: Family = {
  name: "Alarms while nothing changes",
  guarantees: [
    alarm("no ties", (random) => random.normal()),
    alarm("tied scores", (random) => Math.floor(4 * random.uniform())),
    rung(0.05),
    wealth,
  ],
};

export const meanRuns: Family = {
  name: "Mean runs between false alarms",
  guarantees: [run("shiryaev-roberts"), run("cusum")],
};
