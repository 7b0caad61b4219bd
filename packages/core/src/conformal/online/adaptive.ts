import { exactDecimal, type Fraction } from "../exact-decimal.ts";
import type { StreamingCalibrator } from "../streaming-calibrator.ts";
import type { LongRun, OnlineCalibrator, OnlineMethod, OnlineOutcome, OnlineSnapshot } from "./online-method.ts";
import { finiteScore, type Tally } from "./tally.ts";

type Method = Extract<OnlineMethod, { kind: "aci" }>;

/**
 * Adaptive conformal inference, its level an exact fraction.
 *
 * Source: Gibbs and Candès (2021), "Adaptive conformal inference under distribution shift", NeurIPS, equation 2 and
 * proposition 4.1. With alpha = 1 − level the excess of misses lies in [−(level/gamma + alpha), alpha/gamma + level].
 */
export class Adaptive implements OnlineCalibrator {
  readonly method: Method;
  readonly level: OnlineCalibrator["level"];
  readonly #tally: Tally;
  readonly #window: StreamingCalibrator;
  readonly #gamma: Fraction;
  #threshold = 0;

  constructor(level: OnlineCalibrator["level"], method: Method, tally: Tally, window: StreamingCalibrator) {
    this.level = level;
    this.method = method;
    this.#tally = tally;
    this.#window = window;
    this.#gamma = exactDecimal(method.gamma, "gamma");
    this.#move();
  }

  get threshold(): number {
    return this.#threshold;
  }

  observe(score: number): OnlineOutcome {
    const threshold = this.#threshold;
    const covered = finiteScore(score) <= threshold;
    this.#tally.count(score, covered);
    this.#window.add(score);
    this.#move();
    return { threshold, covered };
  }

  longRun(): LongRun {
    const { numerator, denominator } = this.#tally.level;
    const gamma = Number(this.#gamma.numerator) / Number(this.#gamma.denominator);
    const level = Number(numerator) / Number(denominator);
    return this.#tally.longRun(level / gamma, (1 - level) / gamma);
  }

  snapshot(): OnlineSnapshot {
    const { steps, missed } = this.#tally;
    const state = { level: this.level, method: this.method, steps, missed, range: this.#tally.range() };
    return { kind: "online-calibrator", ...state, window: this.#window.snapshot(), experts: null };
  }

  #move(): void {
    const { level } = this.#tally;
    const numerator = level.numerator * this.#gamma.denominator + this.#gamma.numerator * this.#tally.scaledExcess();
    const denominator = level.denominator * this.#gamma.denominator;
    if (numerator <= 0n) this.#threshold = -Infinity;
    else if (numerator >= denominator) this.#threshold = Infinity;
    else this.#threshold = this.#window.quantile({ numerator, denominator }).quantile;
  }
}
