import type {
  IntegralTerm,
  LongRun,
  OnlineCalibrator,
  OnlineMethod,
  OnlineOutcome,
  OnlineSnapshot,
} from "./online-method.ts";
import { finiteScore, type Tally } from "./tally.ts";

type Method = Extract<OnlineMethod, { kind: "quantile-tracking" }>;

/**
 * Quantile tracking, with or without the integral part.
 *
 * Source: Angelopoulos, Candès and Tibshirani (2023), "Conformal PID control for time series prediction", NeurIPS,
 * propositions 1 and 2. A miss needs start + learningRate · E < score, so the excess E of misses lies in
 * [−((start − lowest)/learningRate + 1 − level), (highest − start)/learningRate + level] for scores in [lowest, highest];
 * the integral part has the sign of E and cannot widen that. Without a range known beforehand the bound holds with the range
 * seen so far: it tends to zero where the range grows slower than the number of scores.
 */
export class Tracking implements OnlineCalibrator {
  readonly method: Method;
  readonly level: OnlineCalibrator["level"];
  readonly #tally: Tally;

  constructor(level: OnlineCalibrator["level"], method: Method, tally: Tally) {
    this.level = level;
    this.method = method;
    this.#tally = tally;
    tally.widen(method.start);
  }

  get threshold(): number {
    const { start, learningRate, integral } = this.method;
    const excess = this.#tally.excess();
    const tracked = start + learningRate * excess;
    return integral === null ? tracked : tracked + this.#correction(integral, excess);
  }

  observe(score: number): OnlineOutcome {
    const threshold = this.threshold;
    const covered = finiteScore(score) <= threshold;
    this.#tally.count(score, covered);
    return { threshold, covered };
  }

  longRun(): LongRun {
    const { start, learningRate } = this.method;
    const { lowest, highest } = this.#tally;
    return this.#tally.longRun((start - lowest) / learningRate, (highest - start) / learningRate);
  }

  snapshot(): OnlineSnapshot {
    const { steps, missed } = this.#tally;
    const state = { level: this.level, method: this.method, steps, missed, range: this.#tally.range() };
    return { kind: "online-calibrator", ...state, window: null, experts: null };
  }

  #correction({ gain, saturation }: IntegralTerm, excess: number): number {
    const { steps, lowest, highest } = this.#tally;
    const angle = (excess * Math.log1p(steps)) / (saturation * (steps + 1));
    const most = highest - lowest;
    if (Math.abs(angle) >= Math.PI / 2) return Math.sign(angle) * most;
    return Math.max(-most, Math.min(most, gain * Math.tan(angle)));
  }
}
