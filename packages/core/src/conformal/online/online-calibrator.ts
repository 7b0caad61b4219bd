import { InputError } from "../../errors.ts";
import { conformalQuantile } from "../conformal-quantile.ts";
import { type Decimal, exactDecimal } from "../exact-decimal.ts";
import { createStreamingCalibrator, restoreStreamingCalibrator } from "../streaming-calibrator.ts";
import { Adaptive } from "./adaptive.ts";
import { Aggregated } from "./aggregated.ts";
import type { OnlineCalibrator, OnlineMethod, OnlineSnapshot } from "./online-method.ts";
import { Tally } from "./tally.ts";
import { Tracking } from "./tracking.ts";

/** Choices of `createOnlineCalibrator`. */
export interface OnlineOptions {
  /**
   * - `aggregated-aci` (default): follows drift of unknown speed, never infinite
   * - `pi`: quantile tracking with the integral part, never infinite
   * - `quantile-tracking`: the same without it
   * - `aci`: adaptive conformal inference as published, whose thresholds can be ±Infinity
   */
  readonly method?: "aggregated-aci" | "pi" | "quantile-tracking" | "aci";
  /** Finite scores from before, oldest first: they fill the window and give the defaults below; they are not counted. */
  readonly scores?: Float64Array;
  /** `aci`: how far the level moves, a decimal in (0, 1]. Default 0.01. */
  readonly gamma?: Decimal;
  /** `aggregated-aci`: one per expert, > 0. Default 0.001, 0.002, …, 0.128. */
  readonly gammas?: readonly number[];
  /** `aci` and `aggregated-aci`: scores held; null: all. Default 500 (`aci`) and 100. */
  readonly window?: number | null;
  /**
   * How far a miss moves the threshold, > 0, in the unit of the scores. Default: a part of the range of `scores`, 0.02
   * (`aggregated-aci`) or 0.1.
   */
  readonly learningRate?: number;
  /** The first threshold. Default: the conformal quantile of `scores`, the largest where that is infinite, 0 without scores. */
  readonly start?: number;
  /** `pi`: unit of the integral part, in that of the scores. Default: ten learning rates. */
  readonly gain?: number;
  /** `pi`: how late the integral part reacts, > 0. Default 5. */
  readonly saturation?: number;
}

const GAMMAS: readonly number[] = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128];

/**
 * A threshold that follows a sequence of scores of any kind so that the share of misses tends to 1 − level.
 *
 * @param level wanted long-run coverage, a decimal in (0, 1)
 * @throws {InputError} `out-of-range`, `not-finite`, `too-few` (no learning rate and no two different scores to take it from)
 *
 * Source: see `OnlineMethod`. What is promised is the long run, in the bounds of `longRun()`: not the coverage at any one
 * time, which no method can promise where anything may come.
 */
export function createOnlineCalibrator(level: Decimal, options: OnlineOptions = {}): OnlineCalibrator {
  const { scores = new Float64Array(0) } = options;
  const tally = new Tally(level);
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i]))
      throw new InputError("not-finite", `score ${i} must be finite, got ${scores[i]}`, i);
    tally.widen(scores[i]);
  }
  const method = chosenMethod(level, scores, tally, options);
  if (method.kind === "quantile-tracking") return new Tracking(level, method, tally);
  const held = createStreamingCalibrator(method.window === null ? {} : { window: method.window });
  for (let i = 0; i < scores.length; i++) held.add(scores[i]);
  if (method.kind === "aci") return new Adaptive(level, method, tally, held);
  return new Aggregated(level, method, tally, held, null);
}

/**
 * The calibrator that a snapshot was taken of, which goes on alike.
 *
 * @throws {InputError} `incompatible`, `out-of-range`, `not-finite`
 */
export function restoreOnlineCalibrator(snapshot: OnlineSnapshot): OnlineCalibrator {
  const { kind, level, method, steps, missed, range, window, experts } = snapshot;
  if (kind !== "online-calibrator")
    throw new InputError("incompatible", `expected the snapshot of an online calibrator, got ${kind}`);
  if (!(Number.isSafeInteger(steps) && Number.isSafeInteger(missed) && missed >= 0 && missed <= steps))
    throw new InputError("out-of-range", `expected 0 <= missed <= steps in the snapshot, got ${missed} of ${steps}`);
  const tally = new Tally(level);
  tally.steps = steps;
  tally.missed = missed;
  for (const end of range ?? []) tally.widen(end);
  if (method.kind !== "aci") {
    requirePositive("learningRate of the snapshot", method.learningRate);
    if (!Number.isFinite(method.start))
      throw new InputError("out-of-range", `start of the snapshot must be finite, got ${method.start}`);
  }
  if (method.kind === "quantile-tracking") return new Tracking(level, method, tally);
  if (window === null) throw new InputError("incompatible", `the snapshot of ${method.kind} lacks its window`);
  const held = restoreStreamingCalibrator(window);
  if (method.kind === "aci") return new Adaptive(level, method, tally, held);
  const count = method.gammas.length;
  if (experts === null || experts.alphas.length !== count || experts.weights.length !== count)
    throw new InputError("incompatible", `the snapshot must hold ${count} experts`);
  return new Aggregated(level, method, tally, held, experts);
}

function chosenMethod(level: Decimal, scores: Float64Array, tally: Tally, options: OnlineOptions): OnlineMethod {
  const { method = "aggregated-aci", gamma = "0.01", gammas = GAMMAS, saturation = 5 } = options;
  if (method === "aci") {
    if (exactDecimal(gamma, "gamma").numerator === 0n)
      throw new InputError("out-of-range", `gamma must be in (0, 1], got ${gamma}`);
    return { kind: "aci", gamma, window: options.window === undefined ? 500 : options.window };
  }
  const start = options.start ?? firstThreshold(level, scores, tally);
  if (!Number.isFinite(start)) throw new InputError("out-of-range", `start must be finite, got ${start}`);
  const part = method === "aggregated-aci" ? 0.02 : 0.1;
  const learningRate = options.learningRate ?? part * (tally.highest - tally.lowest);
  if (options.learningRate === undefined && !(learningRate > 0))
    throw new InputError(
      "too-few",
      `${method} needs a learningRate, or scores of two different values to take it from`,
    );
  requirePositive("learningRate", learningRate);
  if (method === "aggregated-aci") {
    if (gammas.length === 0) throw new InputError("empty", "gammas must hold at least one number");
    for (const [i, value] of gammas.entries()) requirePositive(`gamma ${i}`, value);
    const window = options.window === undefined ? 100 : options.window;
    return { kind: "aggregated-aci", gammas, window, learningRate, start };
  }
  if (method === "quantile-tracking") return { kind: "quantile-tracking", learningRate, start, integral: null };
  if (method !== "pi") throw new InputError("unknown-option", `there is no online method ${method}`);
  const gain = options.gain ?? 10 * learningRate;
  requirePositive("gain", gain);
  requirePositive("saturation", saturation);
  return { kind: "quantile-tracking", learningRate, start, integral: { gain, saturation } };
}

function firstThreshold(level: Decimal, scores: Float64Array, tally: Tally): number {
  if (scores.length === 0) return 0;
  const { quantile } = conformalQuantile(scores, level);
  return quantile === Infinity ? tally.highest : quantile;
}

function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new InputError("out-of-range", `${name} must be finite and > 0, got ${value}`);
}
