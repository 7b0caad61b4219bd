import { InputError } from "@candor/core";
import { numberOrNull } from "../json.ts";
import type { DecisionAnswer } from "../trace/trace.ts";
import type { JsonObject } from "./draft.ts";
import { kindOf } from "./expect-shape.ts";

/** One option of a typed question with its probability. */
export type OptionProbability = DecisionAnswer["probabilities"][number];

/** A typed question of a response, as errors name it. */
export interface Question {
  readonly name: string | null;
  /** Position among the answers. */
  readonly index: number;
}

/** How far the sum of k rounded probabilities may be from 1. */
const tolerance = (options: number): number => 0.01 + 0.0005 * options;

/** How a question is called in messages. */
function called(question: Question): string {
  return question.name === null ? `question ${question.index}` : `question ${JSON.stringify(question.name)}`;
}

/**
 * A number in [0, 1] from an answer.
 *
 * @param what the field in words: `the probability`
 * @throws {InputError} `incompatible` for what is no number, `out-of-range` for a number outside
 */
export function shareAt(value: unknown, what: string, question: Question): number {
  const share = numberOrNull(value);
  if (share === null) {
    const message = `expected ${what} of ${called(question)} to be a number, got ${kindOf(value)}`;
    throw new InputError("incompatible", message, question.index);
  }
  if (share >= 0 && share <= 1) return share;
  const message = `expected ${what} of ${called(question)} to be in [0, 1], got ${share}`;
  throw new InputError("out-of-range", message, question.index);
}

function optionalShareAt(value: unknown, what: string, question: Question): number | null {
  return value === undefined || value === null ? null : shareAt(value, what, question);
}

/** What an answer says beside its options: how peaked they are, and how much of the next token they had. */
function statistics(answer: JsonObject, question: Question): Pick<DecisionAnswer, "peakedness" | "optionMass"> {
  return {
    peakedness: optionalShareAt(answer["confidence"], "the confidence", question),
    optionMass: optionalShareAt(answer["option_mass"], "the option_mass", question),
  };
}

/** Refuses options that are no distribution: none, one named twice, or a sum further from 1 than rounding explains. */
function checkOptions(options: readonly OptionProbability[], question: Question): void {
  if (options.length === 0)
    throw new InputError("empty", `expected ${called(question)} to have probabilities, got none`, question.index);
  const twice = options.find((option, i) => options.findIndex((other) => other.value === option.value) < i);
  if (twice !== undefined) {
    const message = `${called(question)} has two probabilities of ${JSON.stringify(twice.value)}`;
    throw new InputError("incompatible", message, question.index);
  }
  const sum = options.reduce((total, option) => total + option.probability, 0);
  if (Math.abs(sum - 1) <= tolerance(options.length)) return;
  const message = `the probabilities of ${called(question)} add up to ${Number(sum.toPrecision(6))}, expected 1`;
  throw new InputError("not-normalised", message, question.index);
}

/**
 * The answer to a yes-or-no question: true from 0.5 on, with the probability of what it says.
 *
 * @param yes the probability of yes as it came
 * @throws {InputError} `incompatible`, `out-of-range`
 */
export function predicateAnswer(question: Question, yes: unknown, answer: JsonObject): DecisionAnswer {
  const share = shareAt(yes, "the probability", question);
  const value = share >= 0.5;
  return {
    name: question.name,
    type: "predicate",
    value,
    probability: value ? share : 1 - share,
    probabilities: [
      { value: true, probability: share },
      { value: false, probability: 1 - share },
    ],
    ...statistics(answer, question),
  };
}

/**
 * The answer to a choice, with the probability of what was chosen.
 *
 * @throws {InputError} `incompatible` where the choice is not among the options, `not-normalised`, `out-of-range`, `empty`
 */
export function choiceAnswer(
  question: Question,
  options: readonly OptionProbability[],
  answer: JsonObject,
): DecisionAnswer {
  checkOptions(options, question);
  const chosen = options.find((option) => option.value === answer["choice"]);
  if (chosen === undefined) {
    const choice = JSON.stringify(answer["choice"]) ?? "nothing";
    const message = `expected the choice of ${called(question)} to be one of its options, got ${choice}`;
    throw new InputError("incompatible", message, question.index);
  }
  const { value, probability } = chosen;
  const { name } = question;
  return { name, type: "choice", value, probability, probabilities: options, ...statistics(answer, question) };
}

/**
 * The answer on a scale. It has no `probability`: an expected score is not one of the levels.
 *
 * @throws {InputError} `out-of-range` where the score is outside the levels, `incompatible`, `not-normalised`, `empty`
 */
export function scoreAnswer(
  question: Question,
  levels: readonly OptionProbability[],
  answer: JsonObject,
): DecisionAnswer {
  checkOptions(levels, question);
  const value = numberOrNull(answer["score"]);
  if (value === null) {
    const message = `expected the score of ${called(question)} to be a number, got ${kindOf(answer["score"])}`;
    throw new InputError("incompatible", message, question.index);
  }
  const numbers = levels.flatMap((level) => (typeof level.value === "number" ? level.value : []));
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.length === levels.length && (value < least - 0.01 || value > most + 0.01)) {
    const message = `expected the score of ${called(question)} to be in [${least}, ${most}], got ${value}`;
    throw new InputError("out-of-range", message, question.index);
  }
  const { name } = question;
  return { name, type: "score", value, probability: null, probabilities: levels, ...statistics(answer, question) };
}

/** The answer that declines a question: nothing is known. */
export function refusalAnswer(question: Question): DecisionAnswer {
  const nothing = { value: null, probability: null, probabilities: [], peakedness: null, optionMass: null };
  return { name: question.name, type: "refusal", ...nothing };
}

/** @throws {InputError} `incompatible`, always: the answer is of a type that no reader knows */
export function unknownAnswer(question: Question, type: unknown, expected: string): never {
  const got = typeof type === "string" ? JSON.stringify(type) : kindOf(type);
  const message = `expected the type of ${called(question)} to be ${expected}, got ${got}`;
  throw new InputError("incompatible", message, question.index);
}
