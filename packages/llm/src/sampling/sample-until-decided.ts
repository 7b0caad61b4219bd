import { InputError, type Interval } from "@candor/core";
import { createEquivalence } from "../equivalence/create-equivalence.ts";
import type { AsyncEquivalence, Equivalence } from "../equivalence/equivalence.ts";
import type { Score } from "../scores/score.ts";
import { anytimeInterval, logModeEvidence } from "./mode-evidence.ts";
import { noScore, scoreOf } from "./no-score.ts";
import { type Partition, partitionOf } from "./partition.ts";
import { addToGroups, type Group, placeAnswerAsync } from "./place-answer.ts";
import {
  type Decided,
  decidedBy,
  fewestToDecide,
  leaderOf,
  type StopWhen,
  type Vote,
  type VoteRule,
  withAnswer,
} from "./vote.ts";

/** A draw that gave no answer. */
export interface DrawFailure {
  /** Which call, counted from 0 in the order they were made. */
  readonly index: number;
  /** What was thrown; an Error where the draw gave null or a text without characters (a refusal, a mere tool call). */
  readonly error: unknown;
}

/** What sequential sampling ended with. */
export interface DecidedSample<T> {
  /** The first answer of the most frequent group; null where none came. */
  readonly answer: T | null;
  /** Whether the answer is decided, and by what; null where the sampling ended first. */
  readonly decided: Decided;
  /** Why it stopped. */
  readonly stopped: "decided" | "budget" | "failures" | "aborted";
  /** Share of the other answers that agree, in [0, 1]; null for fewer than two. Stopping early biases it upwards. */
  readonly agreement: Score;
  /** Of the probability that the model gives this answer, at `level`; holds although the stop depends on the answers. */
  readonly interval: Interval | null;
  readonly level: number;
  /** Logarithm of the evidence that the answer is the model's likeliest; certified from −ln(1 − level). */
  readonly logEvidence: number | null;
  /** Answers that were counted, in the order they were asked for, and their groups. */
  readonly answers: readonly T[];
  readonly partition: Partition;
  readonly failures: readonly DrawFailure[];
  /** Calls that were made, at most `maxSamples`: counted, failed and discarded ones. */
  readonly asked: number;
  /** Calls under way when the answer was decided; their answers were not waited for. */
  readonly discarded: number;
}

/** Options of `sampleUntilDecided`. */
export interface SampleOptions {
  /** When answers are the same. Default: `createEquivalence()`. */
  readonly equivalence?: Equivalence | AsyncEquivalence;
  /** 1 − the chance of certifying an answer that is not the model's likeliest, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** Calls at most, failed ones included. An integer ≥ 1. Default 5. */
  readonly maxSamples?: number;
  /** Answers at least before it may stop. An integer ≥ 1. Default 2. */
  readonly minSamples?: number;
  /** Default `either`. */
  readonly stopWhen?: StopWhen;
  /** Calls at a time, ≥ 1; never more than the fewest that could decide. Default 1. */
  readonly concurrency?: number;
  /** Stops after more failed calls than this. Default: no limit but `maxSamples`. */
  readonly maxFailures?: number;
  /** Stops the sampling; what came before is returned. */
  readonly signal?: AbortSignal;
}

function checkCount(name: string, value: number, least: number): void {
  if (!(value >= least && (Number.isInteger(value) || value === Infinity)))
    throw new InputError("out-of-range", `${name} must be an integer ≥ ${least}, got ${value}`);
}

type Outcome<T> = { readonly answer: T } | { readonly error: unknown };

function textOf(answer: string | { readonly text: string }): string {
  return typeof answer === "string" ? answer : answer.text;
}

/** Calls under way and their outcomes, handed on in the order in which they were made, whichever comes first. */
class Draws<T extends string | { readonly text: string }> {
  readonly #draw: (index: number, signal: AbortSignal) => Promise<T | null>;
  readonly #signal: AbortSignal;
  readonly #outcomes: (Promise<Outcome<T>> | undefined)[] = [];
  #next = 0;

  constructor(draw: (index: number, signal: AbortSignal) => Promise<T | null>, signal: AbortSignal) {
    this.#draw = draw;
    this.#signal = signal;
  }

  get asked(): number {
    return this.#outcomes.length;
  }

  /** Calls made whose outcome was not taken yet. */
  get open(): number {
    return this.#outcomes.length - this.#next;
  }

  ask(): void {
    const index = this.#outcomes.length;
    const call = async (): Promise<Outcome<T>> => {
      try {
        const answer = await this.#draw(index, this.#signal);
        const isNone = answer === null || textOf(answer).trim() === "";
        return isNone ? { error: new Error("the draw gave no answer") } : { answer };
      } catch (error) {
        return { error };
      }
    };
    this.#outcomes.push(call());
  }

  /** The next outcome, or null where the signal came first. */
  async take(aborted: Promise<null>): Promise<Outcome<T> | null> {
    const outcome = await Promise.race([aborted, this.#outcomes[this.#next] ?? aborted]);
    if (outcome !== null) this.#next++;
    return outcome;
  }
}

/**
 * Asks for answers one after the other (or several at a time) until it is decided which is the answer, and no longer.
 *
 * `settled`: the answer leads by more than the calls that are left, so it is the most frequent of `maxSamples` whatever they say;
 * nothing is lost. With 5 calls at most, unanimous answers stop at 3. `certified`: the answer is the one that the model gives most
 * often, wrong with probability ≤ 1 − level however many answers are possible and whenever one looks; unanimous answers stop at 5
 * (level 0.9) or 6 (0.95). No rule with that guarantee can stop before 4 or 5: two answers of nearly even chance are unanimous
 * three times in a row too often. That an answer is the likeliest does not make it right.
 *
 * Answers are counted in the order of the calls, so that fast answers are not favoured. A call that fails counts towards
 * `maxSamples` and is reported in `failures`. When the answer is decided, `signal` ends the calls under way.
 *
 * With a relation that is not transitive, answers join groups as they come and never leave them; the guarantee is of these groups.
 *
 * @param draw makes one call; resolves to a text, to anything with a `text`, or to null for no answer; an
 *   empty text is no answer either, so that refusals do not agree with each other
 * @throws {InputError} `out-of-range` for options; whatever the equivalence throws
 *
 * Source: Ville (1939); Ramdas et al. (2023), "Game-theoretic statistics and safe anytime-valid inference"; for certifying a mode
 * see also Ota et al. (2026), "CITE". The posterior rule of Aggarwal et al. (2023), "Let's sample step by step", is not
 * anytime-valid: looking after every answer, it stops wrongly more often than its threshold says.
 */
export async function sampleUntilDecided<T extends string | { readonly text: string }>(
  draw: (index: number, signal: AbortSignal) => Promise<T | null>,
  options: SampleOptions = {},
): Promise<DecidedSample<T>> {
  const {
    equivalence = createEquivalence(),
    level = 0.95,
    maxSamples = 5,
    minSamples = 2,
    stopWhen = "either",
  } = options;
  const { concurrency = 1, maxFailures = Infinity, signal } = options;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  checkCount("maxSamples", maxSamples, 1);
  checkCount("minSamples", minSamples, 1);
  checkCount("concurrency", concurrency, 1);
  checkCount("maxFailures", maxFailures, 0);
  if (maxSamples === Infinity) throw new InputError("out-of-range", "maxSamples must be finite, got Infinity");
  const rule: VoteRule = { stopWhen, level, minSamples };
  const controller = new AbortController();
  let abort = (): void => {};
  const aborted = new Promise<null>((resolve) => {
    abort = () => {
      resolve(null);
      controller.abort(signal?.reason);
    };
  });
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });

  const draws = new Draws(draw, controller.signal);
  const answers: T[] = [];
  const groups: Group[] = [];
  const failures: DrawFailure[] = [];
  let vote: Vote = { history: [], counts: [] };
  let overruled = 0;
  let decided: Decided = null;
  let stopped: DecidedSample<T>["stopped"] = "budget";
  try {
    for (let taken = 0; taken < maxSamples; taken++) {
      if (controller.signal.aborted) {
        stopped = "aborted";
        break;
      }
      const remaining = maxSamples - taken;
      const wanted = concurrency === 1 ? 1 : Math.min(concurrency, fewestToDecide(vote, remaining, rule));
      while (draws.open < wanted && draws.asked < maxSamples) draws.ask();
      const outcome = await draws.take(aborted);
      if (outcome === null || controller.signal.aborted) {
        stopped = "aborted";
        break;
      }
      if ("error" in outcome) {
        failures.push({ index: taken, error: outcome.error });
        if (failures.length > maxFailures) {
          stopped = "failures";
          break;
        }
      } else {
        const text = textOf(outcome.answer);
        const place = await placeAnswerAsync(text, groups, equivalence, controller.signal);
        overruled += place.overruled;
        answers.push(outcome.answer);
        vote = withAnswer(vote, addToGroups(text, 1, groups, place));
      }
      decided = decidedBy(vote, remaining - 1, rule);
      if (decided !== null) {
        stopped = "decided";
        break;
      }
    }
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    stopped = "aborted";
  } finally {
    signal?.removeEventListener("abort", abort);
    if (!controller.signal.aborted) controller.abort();
  }

  const { history, counts } = vote;
  const leader = leaderOf(vote);
  const n = history.length;
  const agree = leader === null ? 0 : (counts[leader] ?? 0) - 1;
  const isLinked = equivalence.isAsync || !equivalence.isTransitive;
  return {
    answer: leader === null ? null : (answers[history.indexOf(leader)] ?? null),
    decided,
    stopped,
    agreement:
      n < 2
        ? noScore(n, n === 0 ? "No answer came." : "One answer alone cannot agree with others.")
        : scoreOf(agree / (n - 1), n),
    interval: leader === null ? null : anytimeInterval(history, leader, level),
    level,
    logEvidence: leader === null ? null : logModeEvidence(history, leader),
    answers,
    partition: partitionOf(answers.map(textOf), history, isLinked ? "complete-linkage" : "classes", overruled),
    failures,
    asked: draws.asked,
    discarded: draws.open,
  };
}
