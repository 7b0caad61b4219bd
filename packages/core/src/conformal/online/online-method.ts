import type { Decimal } from "../exact-decimal.ts";
import type { StreamingSnapshot } from "../streaming-calibrator.ts";

/** How a threshold follows the scores; every choice is made. Plain JSON. */
export type OnlineMethod =
  /**
   * Adaptive conformal inference: the threshold is the conformal quantile of the window at a level that rises by
   * gamma · level after a miss and falls by gamma · (1 − level) otherwise. At levels ≥ 1 it is Infinity (everything is in),
   * at levels ≤ 0 it is −Infinity (nothing is): the level is never clipped, because the guarantee needs both.
   */
  | {
      readonly kind: "aci";
      readonly gamma: Decimal;
      /** Scores held; null: all. */
      readonly window: number | null;
    }
  /**
   * Quantile tracking: the threshold itself rises by learningRate · level after a miss and falls by
   * learningRate · (1 − level) otherwise. It is finite always, there is no infinite one to emit.
   */
  | {
      readonly kind: "quantile-tracking";
      /** In the unit of the scores. */
      readonly learningRate: number;
      /** The first threshold. */
      readonly start: number;
      /** The integral part of the PI controller; null: none. */
      readonly integral: IntegralTerm | null;
    }
  /**
   * Adaptive conformal inference with several gammas, averaged by how well each did (every expert by its own pinball loss),
   * plus learningRate · (misses − expected misses). Where the averaged level asks for Infinity the largest score of the
   * window stands in, and where it asks for −Infinity the smallest; the second term keeps the long-run coverage.
   */
  | {
      readonly kind: "aggregated-aci";
      readonly gammas: readonly number[];
      readonly window: number | null;
      readonly learningRate: number;
      /** The threshold while the window is empty. */
      readonly start: number;
    };

/**
 * Adds gain · tan(E ln(t + 1) / (saturation · (t + 1))) to the threshold, E being misses minus expected misses after t
 * scores; never more than the range of the scores seen. The published term turns infinite; this one need not, because
 * quantile tracking alone already passes every score seen.
 */
export interface IntegralTerm {
  /** In the unit of the scores, ≥ 0. */
  readonly gain: number;
  /** > 0; larger reacts later. */
  readonly saturation: number;
}

/** What the threshold was for a score, and whether the score stayed at or below it. */
export interface OnlineOutcome {
  readonly threshold: number;
  readonly covered: boolean;
}

/**
 * The share of misses so far against the wanted one, with bounds that hold for every sequence of scores, whatever made them.
 */
export interface LongRun {
  /** Scores observed. */
  readonly steps: number;
  readonly missed: number;
  /** missed / steps − (1 − level); 0 before the first score. */
  readonly deviation: number;
  /** Bounds of `deviation` at this number of steps: they shrink like 1/steps while the scores stay in their range. */
  readonly lower: number;
  readonly upper: number;
}

/** The whole state of an online calibrator. Plain JSON. */
export interface OnlineSnapshot {
  readonly kind: "online-calibrator";
  readonly level: Decimal;
  readonly method: OnlineMethod;
  readonly steps: number;
  readonly missed: number;
  /** Range of `start` and all scores seen; null where there is none yet. */
  readonly range: readonly [number, number] | null;
  readonly window: StreamingSnapshot | null;
  readonly experts: { readonly alphas: readonly number[]; readonly weights: readonly number[] } | null;
}

/** A threshold that follows a sequence of scores so that the share of misses tends to 1 − level, whatever the sequence. */
export interface OnlineCalibrator {
  readonly level: Decimal;
  readonly method: OnlineMethod;
  /** For the next score; finite but for `aci`. */
  readonly threshold: number;
  /**
   * Takes the next score in and moves the threshold.
   *
   * @param score finite
   * @returns the threshold that stood before, and whether it covered the score
   * @throws {InputError} `not-finite`
   */
  observe(score: number): OnlineOutcome;
  /** Where the share of misses stands, and how far from the wanted one it can be. */
  longRun(): LongRun;
  /** All that `restoreOnlineCalibrator` needs to go on. */
  snapshot(): OnlineSnapshot;
}
