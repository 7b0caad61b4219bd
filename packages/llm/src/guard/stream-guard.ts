import { InputError } from "@candor/core";
import type { Channel, Token } from "../trace/token.ts";
import { createRunningStatistics, type GuardStatistic } from "./running-statistics.ts";
import { type Measure, topKConfidence } from "./token-confidence.ts";

/** What a guard watches, and when it stops the stream. */
export interface GuardOptions {
  /** What is compared with the threshold. Default `lowestGroup`. */
  readonly statistic?: GuardStatistic;
  /**
   * The answer is accepted where the statistic (calibrated, with `calibrate`) is at least this. Default: nothing is rejected.
   */
  readonly threshold?: number;
  /** From the statistic to a probability of being right; must not fall where the statistic rises. Default: none. */
  readonly calibrate?: (value: number) => number;
  /** Default `token`: probabilities, and their geometric means. `topK`: the spread of the alternatives, in nats. */
  readonly measure?: Measure;
  /** Tokens in a group. Default 128; the paper's for long reasoning is 2048. */
  readonly window?: number;
  /** Tokens in the tail. Default: as `window`. */
  readonly tail?: number;
  /** Tokens before which nothing is stopped. Default 0. */
  readonly warmUp?: number;
  /** Tokens at which the answer ends at the latest (the request's own limit). Without it no mean can be stopped early. */
  readonly maxTokens?: number;
  /** Default: content and reasoning. */
  readonly channels?: readonly Channel[];
}

/** Where a stream stands. Values are probabilities in [0, 1], or nats ≥ 0 with `topK`; null before the first token. */
export interface GuardState {
  /** Tokens that counted. */
  readonly tokens: number;
  /** Tokens without what is measured. `token` takes their upper bound, `topK` leaves them out. */
  readonly unknown: number;
  /** Mean of the last `window` tokens. */
  readonly group: number | null;
  /** The watched statistic so far. */
  readonly value: number | null;
  /** The largest value that it can have at the end; null where there is no limit. */
  readonly best: number | null;
  /** `rejected` once the answer cannot be accepted any more, however it goes on. */
  readonly status: "watching" | "rejected";
  /** Tokens after which that was certain. */
  readonly rejectedAt: number | null;
}

/** What becomes of a stream that ended. */
export interface GuardVerdict {
  /** Null where there is no threshold, no token, or a token without evidence on which it depends. */
  readonly accepted: boolean | null;
  /** The watched statistic; null without tokens. An upper bound where tokens are unknown or the stream was stopped. */
  readonly value: number | null;
  /** The calibrated statistic; null without `calibrate` or tokens. */
  readonly probability: number | null;
  readonly state: GuardState;
  /** One plain sentence. */
  readonly sentence: string;
}

/** Watches an answer while it streams. */
export interface StreamGuard {
  /** Takes the next token; tokens of other channels change nothing. */
  readonly push: (token: Token) => GuardState;
  /** Aborts, with a `StreamRejected` as its reason, as soon as the answer will be rejected: pass it to the request. */
  readonly signal: AbortSignal;
  readonly state: () => GuardState;
  /** What becomes of the answer if it ends here. */
  readonly end: () => GuardVerdict;
  /** The exact value of any statistic of what came so far, null without tokens. */
  readonly statistic: (statistic: GuardStatistic) => number | null;
}

/** The reason of a guard's abort: the answer could not be accepted any more. */
export class StreamRejected extends Error {
  override readonly name = "StreamRejected";
  readonly state: GuardState;

  constructor(message: string, state: GuardState) {
    super(message);
    this.state = state;
  }

  /** True for a `StreamRejected` of any copy of this package. */
  static is(error: unknown): error is StreamRejected {
    return error instanceof Error && error.name === "StreamRejected" && "state" in error;
  }
}

const STATISTICS: readonly string[] = ["mean", "lowestGroup", "bottomGroups", "tail", "minToken"];

/** Rounding of sums in another order, so that a stop never contradicts the exact value at the end. */
const SLACK = 1e-12;

function checkCount(name: string, value: number, least: number): void {
  if (!(Number.isInteger(value) || value === Infinity) || value < least)
    throw new InputError("out-of-range", `${name} must be a whole number ≥ ${least}, got ${value}`);
}

/** @throws {InputError} `incompatible` where the calibration falls, or is no number, on a grid over all values */
function checkCalibration(calibrate: (value: number) => number, measure: Measure): void {
  let before = -Infinity;
  for (let i = 0; i <= 256; i++) {
    const value = measure === "token" ? i / 256 : i / (257 - i);
    const now = calibrate(value);
    if (!(now >= before))
      throw new InputError(
        "incompatible",
        `calibrate must not fall, but gives ${now} for ${value} and ${before} below it`,
      );
    before = now;
  }
}

/**
 * Watches the confidence of an answer while it streams, and aborts it once it cannot be accepted any more.
 *
 * A stop is never a guess: it comes when the largest value that the statistic can still reach is rejected. For minima (the lowest
 * token, the lowest group) that is the moment they fall below the threshold. For means it is when even perfect tokens up to
 * `maxTokens` would not lift them. So an answer that was stopped would also have been rejected in full.
 *
 * `lowestGroup` of `token` is `scoreTrace`'s `minWindow` of the same tokens.
 *
 * @throws {InputError} `out-of-range`, `unknown-option`, `not-finite`; `incompatible` for a calibration that falls
 *
 * Source: groups, tail and bottom groups are those of Fu, Wang, Tian & Zhao (2025), "Deep Think with Confidence", arXiv 2508.15260,
 * §3, here for any stream of tokens.
 */
export function createStreamGuard(options: GuardOptions = {}): StreamGuard {
  const { statistic = "lowestGroup", threshold, calibrate, measure = "token", window = 128, warmUp = 0 } = options;
  const { tail = window, maxTokens = Infinity, channels = ["content", "reasoning"] } = options;
  if (!STATISTICS.includes(statistic))
    throw new InputError("unknown-option", `statistic must be one of ${STATISTICS.join(", ")}, got ${statistic}`);
  if (measure !== "token" && measure !== "topK")
    throw new InputError("unknown-option", `measure must be "token" or "topK", got ${JSON.stringify(measure)}`);
  if (threshold !== undefined && !Number.isFinite(threshold))
    throw new InputError("not-finite", `threshold must be a finite number, got ${threshold}`);
  for (const [name, value, least] of [
    ["window", window, 1],
    ["tail", tail, 1],
  ] as const) {
    checkCount(name, value, least);
    if (value === Infinity) throw new InputError("out-of-range", `${name} must be finite`);
  }
  checkCount("warmUp", warmUp, 0);
  checkCount("maxTokens", maxTokens, 1);
  if (calibrate !== undefined) checkCalibration(calibrate, measure);

  const running = createRunningStatistics(measure, window, tail, maxTokens, statistic === "bottomGroups");
  const controller = new AbortController();
  const watched = new Set<Channel>(channels);
  const minimum = statistic === "minToken" || statistic === "lowestGroup";
  const toValue = measure === "token" ? Math.exp : (mean: number): number => mean;
  let unknown = 0;
  let rejectedAt: number | null = null;

  const confidenceOf = (value: number): number =>
    calibrate === undefined || value === Infinity ? value : calibrate(value);
  const rejects = (value: number): boolean => threshold !== undefined && confidenceOf(value) < threshold;

  function state(): GuardState {
    const tokens = running.count();
    const best = tokens === 0 ? null : toValue(running.best(statistic));
    return {
      tokens,
      unknown,
      group: tokens === 0 ? null : toValue(running.group()),
      value: tokens === 0 ? null : toValue(running.current(statistic)),
      best: best === Infinity ? null : best,
      status: rejectedAt === null ? "watching" : "rejected",
      rejectedAt,
    };
  }

  function take(token: Token): void {
    if (measure === "token") {
      if (token.logprob === null) unknown++;
      running.push(token.logprob ?? token.logprobBound ?? 0);
      return;
    }
    const confidence = topKConfidence(token);
    if (confidence === null) unknown++;
    else running.push(confidence);
  }

  function push(token: Token): GuardState {
    if (!watched.has(token.channel)) return state();
    take(token);
    const count = running.count();
    if (rejectedAt !== null || count === 0 || count < warmUp) return state();
    const best = toValue(running.best(statistic));
    if (!rejects(minimum && count >= window ? best : best + SLACK * Math.max(1, best))) return state();
    rejectedAt = count;
    const now = state();
    controller.abort(new StreamRejected(`the answer cannot be accepted any more after ${count} tokens`, now));
    return now;
  }

  function end(): GuardVerdict {
    const now = state();
    if (now.tokens === 0) {
      const sentence = unknown === 0 ? "No token came." : "No token came with evidence.";
      return { accepted: null, value: null, probability: null, state: now, sentence };
    }
    const value = toValue(running.exact(statistic));
    const probability = calibrate === undefined ? null : calibrate(value);
    const verdict = (accepted: boolean | null, sentence: string): GuardVerdict => ({
      accepted,
      value,
      probability,
      state: now,
      sentence,
    });
    if (threshold === undefined) return verdict(null, "There is no threshold.");
    if (rejectedAt !== null)
      return verdict(false, `Rejected after ${rejectedAt} tokens: it could not reach ${threshold} any more.`);
    const reached = probability ?? value;
    if (rejects(value)) return verdict(false, `Rejected: ${reached.toPrecision(3)} is below ${threshold}.`);
    if (unknown > 0) return verdict(null, `Undecided: ${unknown} tokens came without evidence.`);
    return verdict(true, `Accepted: ${reached.toPrecision(3)} is at least ${threshold}.`);
  }

  return {
    push,
    signal: controller.signal,
    state,
    end,
    statistic: (which) => (running.count() === 0 ? null : toValue(running.exact(which))),
  };
}
