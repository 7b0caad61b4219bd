import type { Stack } from "@candor/core";
import type { Field } from "../fields/field.ts";
import {
  type CompositeConfidence,
  composite,
  conjunction,
  type KnownPart,
  knownPart,
  type PartValue,
} from "./composite.ts";
import { stackedWhole } from "./stacked-whole.ts";

/** How sure the parts of one step of an agent are; null where missing, absent where the step has no such part. */
export interface StepParts {
  /** That the right tool was called, or rightly none. */
  readonly toolChoice?: PartValue;
  /** Of each argument by its path; `argumentsOf` of a tool call gives them. */
  readonly arguments?: Readonly<Record<string, PartValue>> | readonly Field[];
  /** That what is told the user is right. */
  readonly finalAnswer?: PartValue;
}

/** Options of `stepConfidence`. */
export interface StepOptions {
  /**
   * Fitted on steps whose truth was known. It may read `toolChoice`, `finalAnswer`, `arguments` (the product over all
   * arguments, 1 for a call without any) and `weakestArgument` (the least of them).
   */
  readonly stack?: Stack;
}

function isFields(given: Exclude<StepParts["arguments"], undefined>): given is readonly Field[] {
  return Array.isArray(given);
}

/** The last of fields with the same path: what parsers keep. */
function argumentParts(given: StepParts["arguments"]): KnownPart[] {
  if (given === undefined) return [];
  if (!isFields(given)) return Object.entries(given).map(([path, value]) => knownPart(`arguments.${path}`, value));
  const last = new Map(given.map((field) => [field.path, field]));
  return [...last.values()].map(({ path, probability, bounds }) => ({
    path: `arguments.${path}`,
    value: probability,
    lower: bounds[0],
    upper: bounds[1],
    reason: probability === null ? "Its tokens do not determine its probability." : null,
  }));
}

/** All parts of a step, in the order tool, arguments, answer. */
export function stepParts({ toolChoice, arguments: given, finalAnswer }: StepParts): KnownPart[] {
  return [
    ...(toolChoice === undefined ? [] : [knownPart("toolChoice", toolChoice)]),
    ...argumentParts(given),
    ...(finalAnswer === undefined ? [] : [knownPart("finalAnswer", finalAnswer)]),
  ];
}

/**
 * How sure one step of an agent is, and which part of it is weak.
 *
 * Without a stack the step counts as right where every part is: the value is the product of the parts, the bounds are those
 * that hold whatever their dependence. With a stack it is the stack's probability.
 *
 * @returns without value, and with the reason, where a part is missing or there is none; a stack may do without it
 * @throws {InputError} `out-of-range` with the part; `incompatible` for a stack that reads none of the parts
 */
export function stepConfidence(parts: StepParts, { stack }: StepOptions = {}): CompositeConfidence {
  const known = stepParts(parts);
  if (stack === undefined || known.length === 0) return composite(known, "product", conjunction);
  const featuresOf = (values: readonly (number | null)[]): Record<string, number | null> => {
    const own = values.filter((_, i) => known[i]?.path.startsWith("arguments."));
    const complete = own.every((value) => value !== null);
    const row: Record<string, number | null> = {};
    known.forEach(({ path }, i) => {
      if (!path.startsWith("arguments.")) row[path] = values[i] ?? null;
    });
    if (parts.arguments === undefined) return row;
    row["arguments"] = complete ? own.reduce<number>((total, value) => total * (value ?? 1), 1) : null;
    row["weakestArgument"] = complete ? own.reduce<number>((least, value) => Math.min(least, value ?? 1), 1) : null;
    return row;
  };
  return composite(known, "stack", (some) => stackedWhole(stack, some, featuresOf));
}
