import type { StreamingCalibrator } from "../streaming-calibrator.ts";
import type { LongRun, OnlineCalibrator, OnlineMethod, OnlineOutcome, OnlineSnapshot } from "./online-method.ts";
import { finiteScore, type Tally } from "./tally.ts";

type Method = Extract<OnlineMethod, { kind: "aggregated-aci" }>;

/** Share of the weights that is dealt out evenly at each step, and the weight of a loss: the authors' defaults. */
const EVEN_SHARE = 1 / 1000;
const LOSS_WEIGHT = 2.72;

/**
 * Dynamically tuned adaptive conformal inference on the level, with a tracking term on the threshold.
 *
 * Source: Gibbs and Candès (2024), "Conformal inference for online prediction with arbitrary distribution shifts", JMLR 25,
 * algorithm 1, with the weighted mean of the experts in place of a random one. The tracking term, and what stands in for
 * infinite thresholds, make it an instance of Angelopoulos, Candès and Tibshirani (2023), theorem 2: the quantile of the
 * window is a forecast of the threshold within the range of the scores, so the excess of misses lies within
 * ±(range/learningRate + 1).
 */
export class Aggregated implements OnlineCalibrator {
  readonly method: Method;
  readonly level: OnlineCalibrator["level"];
  readonly #tally: Tally;
  readonly #window: StreamingCalibrator;
  readonly #alpha: number;
  readonly #alphas: Float64Array;
  readonly #weights: Float64Array;
  #threshold = 0;

  constructor(
    level: OnlineCalibrator["level"],
    method: Method,
    tally: Tally,
    window: StreamingCalibrator,
    experts: OnlineSnapshot["experts"],
  ) {
    const { numerator, denominator } = tally.level;
    const count = method.gammas.length;
    this.level = level;
    this.method = method;
    this.#tally = tally;
    this.#window = window;
    this.#alpha = Number(denominator - numerator) / Number(denominator);
    this.#alphas = experts ? Float64Array.from(experts.alphas) : new Float64Array(count).fill(this.#alpha);
    this.#weights = experts ? Float64Array.from(experts.weights) : new Float64Array(count).fill(1 / count);
    tally.widen(method.start);
    this.#move();
  }

  get threshold(): number {
    return this.#threshold;
  }

  observe(score: number): OnlineOutcome {
    const threshold = this.#threshold;
    const covered = finiteScore(score) <= threshold;
    this.#judge(this.#window.pValue(score));
    this.#tally.count(score, covered);
    this.#window.add(score);
    this.#move();
    return { threshold, covered };
  }

  longRun(): LongRun {
    const { lowest, highest } = this.#tally;
    const most = (highest - lowest) / this.method.learningRate;
    return this.#tally.longRun(most, most);
  }

  snapshot(): OnlineSnapshot {
    const { steps, missed } = this.#tally;
    const state = { level: this.level, method: this.method, steps, missed, range: this.#tally.range() };
    const experts = { alphas: [...this.#alphas], weights: [...this.#weights] };
    return { kind: "online-calibrator", ...state, window: this.#window.snapshot(), experts };
  }

  /** Moves every expert by its own loss and its own miss; a set at alpha covers where alpha is below the p-value. */
  #judge(pValue: number): void {
    const alpha = this.#alpha;
    const { gammas } = this.method;
    let total = 0;
    for (let i = 0; i < gammas.length; i++) {
      const gap = pValue - this.#alphas[i];
      const loss = alpha * gap - Math.min(0, gap);
      this.#weights[i] *= Math.exp(-LOSS_WEIGHT * loss);
      total += this.#weights[i];
      this.#alphas[i] += gammas[i] * (alpha - (gap > 0 ? 0 : 1));
    }
    for (let i = 0; i < gammas.length; i++)
      this.#weights[i] = (1 - EVEN_SHARE) * (this.#weights[i] / total) + EVEN_SHARE / gammas.length;
  }

  #move(): void {
    this.#threshold = this.#forecast() + this.method.learningRate * this.#tally.excess();
  }

  #forecast(): number {
    const n = this.#window.n;
    if (n === 0) return this.method.start;
    let alpha = 0;
    for (let i = 0; i < this.#alphas.length; i++) alpha += this.#weights[i] * this.#alphas[i];
    const places = BigInt(n + 1);
    if (alpha >= 1) return this.#window.quantile({ numerator: 1n, denominator: places }).quantile;
    const quantile = 1 - alpha < 1 ? this.#window.quantile(1 - alpha).quantile : Infinity;
    if (quantile < Infinity) return quantile;
    return this.#window.quantile({ numerator: BigInt(n), denominator: places }).quantile;
  }
}
