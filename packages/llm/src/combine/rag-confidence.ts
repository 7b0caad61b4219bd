import type { Stack } from "@candor/core";
import { type CompositeConfidence, composite, conjunction, knownPart, type PartValue } from "./composite.ts";
import { stackedWhole } from "./stacked-whole.ts";

/** How sure the parts of an answer about retrieved text are; null where missing, absent where there is no such part. */
export interface RagParts {
  /** That the retrieved text holds what the question needs; `retrievalScore` of its passages. */
  readonly retrieval?: PartValue;
  /** That the answer says only what the retrieved text says. */
  readonly groundedness?: PartValue;
  /** That the model wrote what it meant: a calibrated score of its tokens or samples. */
  readonly generation?: PartValue;
  /** Any other part that must be right. */
  readonly [part: string]: PartValue | undefined;
}

/** Options of `ragConfidence`. */
export interface RagOptions {
  /** Fitted on answers whose truth was known, with scores named as the parts. */
  readonly stack?: Stack;
}

/**
 * How sure an answer about retrieved text is, and which part is weak.
 *
 * Without a stack the answer counts as right where every part is: the value is the product of the parts, the bounds are those
 * that hold whatever their dependence. That is cautious: an answer may be right though nothing relevant was retrieved. The
 * value is as good as the parts are calibrated. With a stack it is the stack's probability.
 *
 * @returns without value, and with the reason, where a part is missing; a stack may do without it
 * @throws {InputError} `out-of-range` with the part; `incompatible` for a stack that reads none of the parts
 */
export function ragConfidence(parts: RagParts, { stack }: RagOptions = {}): CompositeConfidence {
  const known = Object.entries(parts).flatMap(([path, given]) => (given === undefined ? [] : [knownPart(path, given)]));
  if (stack === undefined) return composite(known, "product", conjunction);
  const featuresOf = (values: readonly (number | null)[]): Record<string, number | null> =>
    Object.fromEntries(known.map(({ path }, i) => [path, values[i] ?? null]));
  return composite(known, "stack", (some) => stackedWhole(stack, some, featuresOf));
}
