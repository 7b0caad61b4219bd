import { InputError } from "@candor/core";
import { fromResponse } from "../adapters/from-response.ts";
import { isObject, numberOrNull } from "../json.ts";
import type { Budget, CorrectionState, Cost, Strategy, StrategyResult } from "./correction.ts";

const KINDS = ["calls", "tokens", "money", "timeMs"] as const;
type Kind = (typeof KINDS)[number];

/** Nothing spent. */
export const NO_COST: Cost = { calls: 0, tokens: 0, money: 0, timeMs: 0 };

/** Whether a caller without types gave an object. */
function isRecord(value: unknown): boolean {
  return isObject(value);
}

/** @throws {InputError} `empty` for a budget without limits, `out-of-range` */
export function checkBudget(budget: Budget): void {
  if (!isRecord(budget)) throw new InputError("empty", "correct needs a budget: calls, tokens, money or timeMs");
  if (KINDS.every((kind) => budget[kind] === undefined))
    throw new InputError("empty", "the budget limits nothing: give calls, tokens, money or timeMs");
  for (const kind of KINDS) {
    const limit = budget[kind];
    if (limit !== undefined && !(limit >= 0))
      throw new InputError("out-of-range", `budget.${kind} must be a number >= 0, got ${limit}`);
  }
}

/** Most calls that a run of a strategy makes. */
function mostCalls({ kind, atMost }: Strategy): number {
  return atMost.calls ?? (kind === "hand-over" ? 0 : 1);
}

function worst(strategy: Strategy, kind: Kind): number {
  if (kind === "calls") return mostCalls(strategy);
  return strategy.atMost[kind] ?? 0;
}

/** @throws {InputError} `incompatible` where a strategy does not say what the budget limits, `out-of-range`, `empty` */
export function checkStrategies(strategies: readonly Strategy[], budget: Budget): void {
  if (!Array.isArray(strategies) || strategies.length === 0)
    throw new InputError("empty", "correct needs at least one strategy, got none");
  for (const [i, strategy] of strategies.entries()) {
    if (!isRecord(strategy) || typeof strategy.run !== "function" || !isRecord(strategy.atMost))
      throw new InputError("incompatible", `strategy ${i} is none: expected { name, kind, atMost, run }`, i);
    const { name, kind, atMost, times = 1 } = strategy;
    if (!(Number.isInteger(times) && times >= 1))
      throw new InputError("out-of-range", `${name}: times must be a whole number >= 1, got ${times}`);
    for (const each of KINDS) {
      const most = atMost[each];
      if (most !== undefined && !(most >= 0 && most < Infinity))
        throw new InputError("out-of-range", `${name}: atMost.${each} must be a finite number >= 0, got ${most}`);
    }
    if (kind === "hand-over") continue;
    for (const each of ["tokens", "money"] as const)
      if (budget[each] !== undefined && atMost[each] === undefined)
        throw new InputError(
          "incompatible",
          `${name}: the budget limits ${each}, so atMost.${each} must say the most that one run can cost`,
        );
  }
}

/** What is left of a budget. */
export function leftOf(budget: Budget, spent: Cost): CorrectionState["left"] {
  const left = (kind: Kind): number => (budget[kind] ?? Infinity) - (spent[kind] ?? 0);
  return { calls: left("calls"), tokens: left("tokens"), money: left("money"), timeMs: left("timeMs") };
}

/** Three times 0.1 is a little more than 0.3: sums of floats are compared with this much room, relative to the limit. */
const ROUNDING = 1e-12;

/** Whether a strategy's worst case fits into what is left of a budget; with no time left nothing does. */
export function fits(strategy: Strategy, left: CorrectionState["left"], budget: Budget): boolean {
  const room = ROUNDING * (budget.money ?? 0);
  return left.timeMs > 0 && KINDS.every((kind) => worst(strategy, kind) <= left[kind] + (kind === "money" ? room : 0));
}

/** Tokens that the response says were paid for; null where it does not. */
export function tokensPaid(response: unknown): number | null {
  if (!isObject(response) || Array.isArray(response["tokens"])) return null;
  const parsed = Array.isArray(response["answers"]) && "fault" in response ? response : fromResponse(response);
  const usage: unknown = Reflect.get(parsed, "usage");
  if (!isObject(usage)) return null;
  const input = numberOrNull(usage["inputTokens"]);
  const output = numberOrNull(usage["outputTokens"]);
  return input === null || output === null || !(input >= 0 && output >= 0) ? null : input + output;
}

/** A number of a strategy's own; its worst case where it is none. */
function said(value: number | undefined, otherwise: number | null): number | null {
  return value !== undefined && value >= 0 && value < Infinity ? value : otherwise;
}

/** What a run cost: what it says, else what the response says, else the worst case. */
export function costOf(strategy: Strategy, result: StrategyResult | null, timeMs: number): Cost {
  const { atMost } = strategy;
  const tokens = result === null ? null : tokensPaid(result.response);
  const none = strategy.kind === "hand-over" ? 0 : null;
  return {
    calls: said(result?.calls, mostCalls(strategy)) ?? 0,
    tokens: said(result?.tokens, tokens ?? atMost.tokens ?? none),
    money: said(result?.money, atMost.money ?? none),
    timeMs,
  };
}

/** The sum of costs; kinds that are unknown somewhere are the sum of what is known. */
export function addCosts(a: Cost, b: Cost): Cost {
  return {
    calls: a.calls + b.calls,
    tokens: (a.tokens ?? 0) + (b.tokens ?? 0),
    money: (a.money ?? 0) + (b.money ?? 0),
    timeMs: a.timeMs + b.timeMs,
  };
}

/** Whether more was spent than the budget allows: a strategy cost more than its worst case. */
export function isOverspent(budget: Budget, spent: Cost): boolean {
  return (["calls", "tokens", "money"] as const).some(
    (kind) => (spent[kind] ?? 0) > (budget[kind] ?? Infinity) * (kind === "money" ? 1 + ROUNDING : 1),
  );
}
