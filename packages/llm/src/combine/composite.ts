import { InputError } from "@candor/core";
import type { Score } from "../scores/score.ts";

/** How sure a part is: a probability in [0, 1], a score with bounds, or null where that is missing. */
export type PartValue = number | Score | null;

/** One part of a whole. */
export interface CompositePart {
  /** Which: `retrieval`, `arguments.$.city`, `steps[2].toolChoice`. */
  readonly path: string;
  /** In [0, 1]; null where missing. */
  readonly value: number | null;
  /** How much `value` of the whole would rise if this part were certain, ≥ 0; null where the whole or the part is missing. */
  readonly gain: number | null;
}

/** How sure a whole is that is right only where every part of it is. */
export interface CompositeConfidence extends Score {
  /**
   * By rule: what the probability of all parts being right can be, whatever their dependence (Fréchet). By stack: from the
   * bounds of the parts, null where none has any.
   */
  readonly bounds: readonly [number, number] | null;
  /** `product`: as if the parts were right independently of each other. `stack`: fitted on wholes whose truth was known. */
  readonly rule: "product" | "stack";
  readonly parts: readonly CompositePart[];
  /** The part whose certainty would raise the whole most; of a whole without value the least sure known part. Null without any. */
  readonly weakest: CompositePart | null;
}

/** A part as it is worked with: what its probability is and can be. */
export interface KnownPart {
  readonly path: string;
  readonly value: number | null;
  readonly lower: number;
  readonly upper: number;
  readonly reason: string | null;
}

/** A whole of some values, null where it cannot be said. */
export interface Whole {
  readonly value: number | null;
  readonly bounds: readonly [number, number] | null;
  readonly reason: string | null;
}

/** @throws {InputError} `out-of-range` for a value or bounds outside [0, 1], with the path of the part */
export function knownPart(path: string, given: PartValue): KnownPart {
  if (given === null) return { path, value: null, lower: 0, upper: 1, reason: null };
  const { value, bounds, reason } = typeof given === "number" ? { value: given, bounds: null, reason: null } : given;
  const [lower, upper] = bounds ?? (value === null ? [0, 1] : [value, value]);
  for (const number of [value, lower, upper])
    if (number !== null && !(number >= 0 && number <= 1))
      throw new InputError("out-of-range", `${path}: expected a probability in [0, 1], got ${number}`);
  return { path, value, lower, upper, reason };
}

/** Why a whole has no value: the first part that is missing. */
function missingReason(parts: readonly KnownPart[]): string {
  const missing = parts.filter(({ value }) => value === null);
  const names = missing.map(({ path }) => path).join(", ");
  const why = missing.length === 1 && missing[0]?.reason ? `: ${missing[0].reason}` : ".";
  return `The confidence of ${names} is missing${why}`;
}

/**
 * The probability that every part is right.
 *
 * @returns value: the product, exact where parts are right independently of each other; bounds: max(0, 1 − Σ(1 − p)) and
 *   min p, which hold whatever their dependence. Without a value where a part is missing; then the upper bound is that of
 *   the known parts and the lower one 0
 *
 * Source: Fréchet (1935), "Généralisation du théorème des probabilités totales", Fundamenta Mathematicae 25.
 */
export function conjunction(parts: readonly KnownPart[]): Whole {
  if (parts.length === 0) return { value: null, bounds: null, reason: "There is no part to judge." };
  const doubt = parts.reduce((total, { lower }) => total + (1 - lower), 0);
  const upper = parts.reduce((least, part) => Math.min(least, part.upper), 1);
  const lower = Math.min(upper, Math.max(0, 1 - doubt));
  if (parts.some(({ value }) => value === null))
    return { value: null, bounds: [lower, upper], reason: missingReason(parts) };
  const product = parts.reduce((total, { value }) => total * (value ?? 1), 1);
  return { value: Math.min(upper, Math.max(lower, product)), bounds: [lower, upper], reason: null };
}

function certain(part: KnownPart): KnownPart {
  return { ...part, value: 1, lower: 1, upper: 1, reason: null };
}

function weakestOf(parts: readonly CompositePart[]): CompositePart | null {
  let weakest: CompositePart | null = null;
  for (const part of parts) {
    if (part.value === null) continue;
    const worse =
      weakest === null ||
      (part.gain ?? 0) > (weakest.gain ?? 0) ||
      (part.gain === weakest.gain && part.value < (weakest.value ?? 1));
    if (worse) weakest = part;
  }
  return weakest;
}

/**
 * A whole with its attribution.
 *
 * @param whole of any parts of these paths; asked again with each part certain
 */
export function composite(
  parts: readonly KnownPart[],
  rule: "product" | "stack",
  whole: (parts: readonly KnownPart[]) => Whole,
): CompositeConfidence {
  const { value, bounds, reason } = whole(parts);
  const attributed = parts.map((part, i): CompositePart => {
    if (value === null || part.value === null) return { path: part.path, value: part.value, gain: null };
    const better = whole(parts.map((each, j) => (i === j ? certain(each) : each))).value ?? value;
    return { path: part.path, value: part.value, gain: Math.max(0, better - value) };
  });
  return {
    value,
    bounds,
    n: parts.filter((part) => part.value !== null).length,
    reason,
    rule,
    parts: attributed,
    weakest: weakestOf(attributed),
  };
}
