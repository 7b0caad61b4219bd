import { InputError } from "../../errors.ts";
import { conformalQuantile } from "../conformal-quantile.ts";
import { type Decimal, exactDecimal } from "../exact-decimal.ts";
import type { OnlineMethod } from "./online-method.ts";
import type { Tally } from "./tally.ts";

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
   * All but `aci`: how far a miss moves the threshold, > 0, in the unit of the scores. Default: a part of the range of
   * `scores`, 0.005 (`aggregated-aci`) or 0.1. The bounds of `longRun()` are the tighter the larger it is, the thresholds
   * the steadier the smaller.
   */
  readonly learningRate?: number;
  /**
   * All but `aci`: the first threshold. Default: the conformal quantile of `scores`, the largest where that is infinite, 0
   * without scores.
   */
  readonly start?: number;
  /** `pi`: unit of the integral part, in that of the scores. Default: ten learning rates. */
  readonly gain?: number;
  /** `pi`: how late the integral part reacts, > 0. Default 5. */
  readonly saturation?: number;
}

type MethodName = NonNullable<OnlineOptions["method"]>;

const GAMMAS: readonly number[] = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128];

const NAMES: readonly MethodName[] = ["aggregated-aci", "pi", "quantile-tracking", "aci"];

/** Which methods read an option. */
const OWNERS: Readonly<Record<Exclude<keyof OnlineOptions, "method" | "scores">, readonly MethodName[]>> = {
  gamma: ["aci"],
  gammas: ["aggregated-aci"],
  window: ["aggregated-aci", "aci"],
  learningRate: ["aggregated-aci", "pi", "quantile-tracking"],
  start: ["aggregated-aci", "pi", "quantile-tracking"],
  gain: ["pi"],
  saturation: ["pi"],
};

/**
 * The method that options ask for, every choice made.
 *
 * @param tally with the range of `scores`
 * @throws {InputError} `unknown-option`, `incompatible` for options of other methods, `out-of-range`, `empty`, `too-few`
 */
export function chosenMethod(level: Decimal, scores: Float64Array, tally: Tally, options: OnlineOptions): OnlineMethod {
  const { method = "aggregated-aci", gamma = "0.01", gammas = GAMMAS, saturation = 5 } = options;
  if (!NAMES.includes(method))
    throw new InputError("unknown-option", `method must be one of ${NAMES.join(", ")}, got ${method}`);
  refuseForeign(method, options);
  if (method === "aci") {
    if (exactDecimal(gamma, "gamma").numerator === 0n)
      throw new InputError("out-of-range", `gamma must be in (0, 1], got ${gamma}`);
    return { kind: "aci", gamma, window: options.window === undefined ? 500 : options.window };
  }
  const start = options.start ?? firstThreshold(level, scores, tally);
  if (!Number.isFinite(start)) throw new InputError("out-of-range", `start must be finite, got ${start}`);
  const part = method === "aggregated-aci" ? 0.005 : 0.1;
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
  const gain = options.gain ?? 10 * learningRate;
  requirePositive("gain", gain);
  requirePositive("saturation", saturation);
  return { kind: "quantile-tracking", learningRate, start, integral: { gain, saturation } };
}

function refuseForeign(method: MethodName, options: OnlineOptions): void {
  const given = new Set(Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name])));
  for (const [name, owners] of Object.entries(OWNERS))
    if (given.has(name) && !owners.includes(method))
      throw new InputError("incompatible", `${name} is an option of ${owners.join(", ")}, the method is ${method}`);
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
