import type { Estimate } from "../estimate.ts";
import type { ExpectedOutcome, PolicyDocument } from "./policy.ts";
import type { VerificationAnswer, VerifiedNumber } from "./verification.ts";
import { costText, percent } from "./words.ts";

/**
 * The promised number against the one found, taken from different rows: the interval of the difference puts the distances
 * of both ends together as standard errors would be.
 */
function compare(name: VerifiedNumber["name"], promised: Estimate | null, found: Estimate | null): VerifiedNumber[] {
  if (promised === null || found === null) return [];
  const value = found.value - promised.value;
  const lower = value - Math.hypot(found.value - found.lower, promised.upper - promised.value);
  const upper = value + Math.hypot(found.upper - found.value, promised.value - promised.lower);
  const room = promised.upper - promised.lower;
  const isMoreBetter = name === "recall" || name === "coverage";
  const isBroken = isMoreBetter ? upper < 0 : lower > 0;
  const isShown = isMoreBetter ? found.lower >= promised.lower - room : found.upper <= promised.upper + room;
  const status = isBroken ? "broken" : isShown ? "holds" : "not-shown";
  return [{ name, promised, found, difference: { value, lower, upper }, status }];
}

/** What the policy promised against what is found: error and cost, and what the objective is about. */
export function comparedNumbers(
  { expected, objective, capacity }: PolicyDocument,
  found: ExpectedOutcome,
): VerifiedNumber[] {
  if (expected === null) return [];
  const { kind } = objective;
  const numbers = (name: VerifiedNumber["name"]) => compare(name, expected[name], found[name]);
  return [
    ...numbers("error"),
    ...numbers("cost"),
    ...(kind === "recall" || kind === "f-beta" ? numbers("recall") : []),
    ...(kind === "coverage" ? numbers("coverage") : []),
    ...(capacity ? numbers("reviewVolume") : []),
  ];
}

const NUMBER_WORDS: Readonly<Record<VerifiedNumber["name"], string>> = {
  error: "error among rows acted on",
  cost: "cost a row",
  recall: "recall",
  coverage: "share of rows acted on",
  reviewVolume: "share of rows reviewed",
};

function numberText({ name, promised, found }: VerifiedNumber): string {
  const text = name === "cost" ? costText : percent;
  const range = `${text(found.lower)} to ${text(found.upper)}`;
  return `the ${NUMBER_WORDS[name]} is ${text(found.value)} (${range}), promised were ${text(promised.value)}`;
}

/** Whether a policy without a risk target keeps what it promised. */
export function answerOfNumbers(numbers: readonly VerifiedNumber[], accepted: number): VerificationAnswer {
  if (numbers.length === 0)
    return {
      status: "not-shown",
      sentence:
        accepted === 0
          ? "The policy acts on none of these rows and promises no cost, so there is nothing to compare."
          : "The policy was made without rows and promises no figures, so there is nothing to compare.",
      moreRows: null,
    };
  const broken = numbers.filter(({ status }) => status === "broken");
  if (broken.length > 0)
    return { status: "broken", sentence: `Broken: ${broken.map(numberText).join("; ")}.`, moreRows: null };
  const open = numbers.filter(({ status }) => status === "not-shown");
  if (open.length > 0)
    return {
      status: "not-shown",
      sentence: `These rows are too few to tell: ${open.map(numberText).join("; ")}.`,
      moreRows: null,
    };
  return { status: "holds", sentence: `As promised: ${numbers.map(numberText).join("; ")}.`, moreRows: null };
}
