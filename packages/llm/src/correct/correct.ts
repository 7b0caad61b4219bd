import { InputError } from "@candor/core";
import { subjectOf } from "../assess/subject.ts";
import { isObject } from "../json.ts";
import { type Judge, prepareJudge } from "./acceptance.ts";
import type {
  Correction,
  CorrectionAttempt,
  CorrectionState,
  CorrectionTask,
  CorrectOptions,
  Cost,
  StopReason,
  Strategy,
  StrategyResult,
} from "./correction.ts";
import { startDeadline, untilAborted } from "./deadline.ts";
import { addCosts, checkBudget, checkStrategies, costOf, fits, isOverspent, leftOf, NO_COST } from "./spending.ts";

/** How sure an attempt is, to compare: calibrated before raw, any before none. */
function sureness({ assessment }: CorrectionAttempt): number {
  if (assessment === null) return -Infinity;
  return assessment.probability ?? (assessment.score.value ?? 0) - 1;
}

function surest(attempts: readonly CorrectionAttempt[]): CorrectionAttempt | null {
  return attempts.reduce<CorrectionAttempt | null>((best, attempt) => {
    if (attempt.assessment === null) return best;
    return best === null || sureness(attempt) > sureness(best) ? attempt : best;
  }, null);
}

/** Whether the last `patience` attempts raised the best confidence by no more than `leastGain`. */
function isStuck(attempts: readonly CorrectionAttempt[], patience: number, leastGain: number): boolean {
  if (attempts.length <= patience) return false;
  const best = (some: readonly CorrectionAttempt[]): number => Math.max(...some.map(sureness));
  const before = best(attempts.slice(0, -patience));
  const after = best(attempts);
  return after === before || after - before <= leastGain;
}

function checkOptions({ patience = 3, leastGain = 0.01, signal, now }: CorrectOptions): void {
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    throw new InputError("incompatible", "signal must be an AbortSignal");
  if (now !== undefined && typeof now !== "function")
    throw new InputError("incompatible", "now must be a function that gives milliseconds");
  if (!(Number.isInteger(patience) && patience >= 1))
    throw new InputError("out-of-range", `patience must be a whole number >= 1, got ${patience}`);
  if (!(leastGain >= 0)) throw new InputError("out-of-range", `leastGain must be a number >= 0, got ${leastGain}`);
}

class Loop {
  readonly task: CorrectionTask;
  readonly options: CorrectOptions;
  readonly judge: Judge;
  readonly now: () => number;
  readonly started: number;
  readonly attempts: CorrectionAttempt[] = [];
  readonly uses = new Map<Strategy, number>();
  spent: Cost = NO_COST;
  assessed = 0;
  /** Tries that the end of the time or the caller stopped: they did not fail. */
  stopped = 0;

  constructor(task: CorrectionTask, options: CorrectOptions) {
    checkBudget(options.budget);
    checkStrategies(options.strategies, options.budget);
    checkOptions(options);
    this.task = task;
    this.options = options;
    this.judge = prepareJudge(options);
    this.now = options.now ?? (() => performance.now());
    this.started = this.now();
  }

  left(): CorrectionState["left"] {
    const { budget } = this.options;
    return leftOf(budget, { ...this.spent, timeMs: this.now() - this.started });
  }

  isUsedUp(strategy: Strategy): boolean {
    return (this.uses.get(strategy) ?? 0) >= (strategy.times ?? 1);
  }

  /** Assesses an answer and writes the attempt down. */
  record(strategy: Strategy | null, result: StrategyResult, cost: Cost): CorrectionAttempt {
    const response = "response" in result ? result.response : surest(this.attempts)?.response;
    const base = { strategy: strategy?.name ?? "given", kind: strategy?.kind ?? ("given" as const), cost };
    let attempt: CorrectionAttempt;
    try {
      const subject = subjectOf(response, this.options.assess?.index ?? 0, undefined);
      if (subject.kind === "nothing") throw new InputError("empty", subject.reason);
      const judged = this.judge(response, strategy, result.score, this.assessed + 1);
      if (judged.assessment.score.value !== null) this.assessed++;
      attempt = { ...base, ...judged, response, error: null };
    } catch (error) {
      attempt = { ...base, response: response ?? null, assessment: null, confidence: null, accepted: false, error };
    }
    this.attempts.push(attempt);
    return attempt;
  }

  /** Runs a strategy that fits, until its end or the deadline; what it throws is given back. */
  async run(strategy: Strategy): Promise<Ran> {
    this.uses.set(strategy, (this.uses.get(strategy) ?? 0) + 1);
    const { task, attempts } = this;
    const left = this.left();
    const state = { ask: task.ask, best: surest(attempts), attempts: [...attempts], left };
    const deadline = startDeadline(left.timeMs, this.options.signal);
    const begun = this.now();
    let result: StrategyResult | null = null;
    let error: unknown = null;
    try {
      const running = Promise.resolve().then(() => strategy.run(state, deadline.signal));
      result = checkResult(await untilAborted(running, deadline.signal), strategy);
    } catch (thrown) {
      error = thrown ?? new Error("the strategy failed and did not say why");
    } finally {
      deadline.release();
    }
    if (result === null && (deadline.isTimeout() || this.options.signal?.aborted)) this.stopped++;
    const cost = priceOf(strategy, result, this.now() - begun);
    this.spent = addCosts(this.spent, cost);
    return { result, error, cost, timedOut: deadline.isTimeout() };
  }

  /** Writes down a try that has no assessment. */
  note(strategy: Strategy, { cost, error }: Ran, response: unknown): CorrectionAttempt {
    const { name, kind } = strategy;
    const attempt = {
      strategy: name,
      kind,
      response,
      assessment: null,
      confidence: null,
      accepted: false,
      cost,
      error,
    };
    this.attempts.push(attempt);
    return attempt;
  }

  finish(reason: StopReason, sentence: string, chosen?: CorrectionAttempt): Correction {
    const { attempts, assessed } = this;
    const failed = reason === "failed" ? "" : failedSentence(attempts, this.stopped);
    const best = chosen ?? attempts.find(({ accepted }) => accepted) ?? surest(attempts);
    const spent = { ...this.spent, timeMs: this.now() - this.started };
    return { reason, sentence: `${sentence}${failed}`, best, attempts, spent, assessed };
  }

  /** The end where a person took over; null where that failed. */
  async handOver(strategy: Strategy): Promise<Correction | null> {
    const ran = await this.run(strategy);
    const response = ran.result?.response;
    const attempt = this.note(strategy, ran, response ?? null);
    if (ran.result === null) return null;
    return this.finish("handed-over", `${strategy.name} took over.`, response === undefined ? undefined : attempt);
  }

  /** Ends without an accepted answer: hands over where that is possible. */
  async giveUp(reason: StopReason, sentence: string): Promise<Correction> {
    if (this.options.signal?.aborted) return this.finish("aborted", "The caller aborted.");
    for (const strategy of this.options.strategies) {
      if (strategy.kind !== "hand-over" || this.isUsedUp(strategy) || !fits(strategy, this.left(), this.options.budget))
        continue;
      const handed = await this.handOver(strategy);
      if (handed !== null) return handed;
    }
    if (this.attempts.length > 0 && surest(this.attempts) === null) {
      const tries = this.attempts.length;
      return this.finish("failed", tries === 1 ? "The only try failed." : `All ${tries} tries failed.`);
    }
    return this.finish(reason, sentence);
  }
}

/** @throws {InputError} `incompatible` for what is no result */
function checkResult(result: StrategyResult, { name }: Strategy): StrategyResult {
  if (isObject(result)) return result;
  throw new InputError(
    "incompatible",
    `${name}: expected a result such as { response }, got ${JSON.stringify(result)}`,
  );
}

/** What became of a run. */
interface Ran {
  readonly result: StrategyResult | null;
  readonly error: unknown;
  readonly cost: Cost;
  readonly timedOut: boolean;
}

/** The cost of a run; the worst case where its response cannot be read. */
function priceOf(strategy: Strategy, result: StrategyResult | null, timeMs: number): Cost {
  try {
    return costOf(strategy, result, timeMs);
  } catch {
    return costOf(strategy, null, timeMs);
  }
}

/**
 * Tries again until the calibrated confidence of an answer is good enough, or the budget is spent.
 *
 * Strategies run in the order given. None is started unless its worst case fits into what is left, so calls, tokens and money
 * never exceed the budget as long as no strategy costs more than it declared; one that does ends the loop. Of a try whose usage is unknown,
 * and of one that failed, the worst case counts. Time ends by aborting the signal, without waiting for a call that does
 * not stop. The loop also ends where the best confidence rose by no more than `leastGain` over the last `patience` tries, and
 * where every strategy is used up. A strategy that hands over to a person runs where the loop would end without an accepted
 * answer.
 *
 * The surest of several answers is less sure than it looks: of k tries one is often sure and wrong by luck. With a calibrator
 * of single answers the doubt of the k-th assessed answer counts k times: if tries are alike, the share of errors among accepted
 * answers is then at most the mean doubt that was accepted. That is cautious; a calibrator fitted on what the loop ends with
 * (`finalScores`, `calibratedOn: "final-answers"`) is better.
 *
 * @param task what to ask; an answer that is there already is assessed first
 * @returns the trail, never an exception of a strategy: failures are in `attempts`, and `reason` is `failed` where every try
 *   failed. The best answer is given also where none was accepted
 * @throws {InputError} for options that do not fit together, before anything is spent: `empty`, `out-of-range`, `incompatible`,
 *   `unknown-option`
 */
export async function correct(task: CorrectionTask, options: CorrectOptions): Promise<Correction> {
  const loop = new Loop(task, options);
  const { strategies, budget, signal, patience = 3, leastGain = 0.01 } = options;
  if (task.answer !== undefined && loop.record(null, { response: task.answer }, NO_COST).accepted)
    return loop.finish("accepted", "The answer that was there is sure enough.");
  for (;;) {
    if (signal?.aborted) return loop.finish("aborted", "The caller aborted.");
    if (isStuck(loop.attempts, patience, leastGain))
      return loop.giveUp("no-progress", stuckSentence(patience, leastGain));
    const open = strategies.filter((strategy) => !loop.isUsedUp(strategy));
    if (open.length === 0) return loop.giveUp("no-progress", "Every strategy was used as often as it may.");
    const left = loop.left();
    const next = open.find((strategy) => fits(strategy, left, budget));
    if (next === undefined)
      return loop.giveUp("budget", "What is left of the budget is less than any further try may cost.");
    if (next.kind === "hand-over") {
      const handed = await loop.handOver(next);
      if (handed !== null) return handed;
      continue;
    }
    const ran = await loop.run(next);
    const attempt = ran.result === null ? loop.note(next, ran, null) : loop.record(next, ran.result, ran.cost);
    if (attempt.accepted) return loop.finish("accepted", `The answer of ${next.name} is sure enough.`);
    if (signal?.aborted) return loop.finish("aborted", "The caller aborted.");
    if (ran.timedOut) return loop.giveUp("budget", "The time is spent.");
    if (isOverspent(budget, loop.spent))
      return loop.giveUp("budget", `${next.name} cost more than the most it declared, and more than was left.`);
  }
}

/** How many tries failed; nothing where none did. */
function failedSentence(attempts: readonly CorrectionAttempt[], stopped: number): string {
  const failed = attempts.filter(({ error }) => error !== null).length - stopped;
  if (failed <= 0) return "";
  return ` ${failed} of ${attempts.length} ${attempts.length === 1 ? "try" : "tries"} failed.`;
}

function stuckSentence(patience: number, leastGain: number): string {
  const tries = patience === 1 ? "last try" : `last ${patience} tries`;
  return `The best confidence rose by no more than ${leastGain} over the ${tries}.`;
}
