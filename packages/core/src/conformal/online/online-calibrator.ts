import { InputError } from "../../errors.ts";
import type { Decimal } from "../exact-decimal.ts";
import { createStreamingCalibrator, restoreStreamingCalibrator } from "../streaming-calibrator.ts";
import { Adaptive } from "./adaptive.ts";
import { Aggregated } from "./aggregated.ts";
import { checkOnlineSnapshot } from "./check-snapshot.ts";
import type { OnlineCalibrator, OnlineSnapshot } from "./online-method.ts";
import { chosenMethod, type OnlineOptions } from "./online-options.ts";
import { Tally } from "./tally.ts";
import { Tracking } from "./tracking.ts";

/**
 * A threshold that follows a sequence of scores of any kind so that the share of misses tends to 1 − level.
 *
 * @param level wanted long-run coverage, a decimal in (0, 1)
 * @throws {InputError} `out-of-range`, `not-finite`, `unknown-option`; `incompatible` for an option of another method;
 * `too-few` (no learning rate and no two different scores to take it from)
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
 * @throws {InputError} `incompatible` naming the path of what is not whole; `out-of-range`
 */
export function restoreOnlineCalibrator(snapshot: OnlineSnapshot): OnlineCalibrator {
  checkOnlineSnapshot(snapshot);
  const { level, method, steps, missed, range, window, experts } = snapshot;
  const tally = new Tally(level);
  tally.steps = steps;
  tally.missed = missed;
  for (const end of range ?? []) tally.widen(end);
  if (method.kind === "quantile-tracking") return new Tracking(level, method, tally);
  if (window === null) throw new InputError("incompatible", `the snapshot of ${method.kind} lacks its window`);
  const held = restoreStreamingCalibrator(window);
  if (method.kind === "aci") return new Adaptive(level, method, tally, held);
  return new Aggregated(level, method, tally, held, experts);
}
