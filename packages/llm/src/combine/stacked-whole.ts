import { applyStackToRow, InputError, type Stack } from "@candor/core";
import type { KnownPart, Whole } from "./composite.ts";

type Features = Readonly<Record<string, number | null>>;

/**
 * What a stack makes of parts.
 *
 * @param featuresOf the scores that the stack may read, from one number per part
 * @throws {InputError} `incompatible` where the stack reads none of them
 */
export function stackedWhole(
  stack: Stack,
  parts: readonly KnownPart[],
  featuresOf: (values: readonly (number | null)[]) => Features,
): Whole {
  const features = featuresOf(parts.map(({ value }) => value));
  const used = stack.scores.filter(({ used }) => used);
  if (!used.some(({ name }) => Object.hasOwn(features, name)))
    throw new InputError(
      "incompatible",
      `the stack reads ${used.map(({ name }) => name).join(", ")}; there is only ${Object.keys(features).join(", ")}`,
    );
  const { probability, reason } = applyStackToRow(stack, features);
  if (probability === null) return { value: null, bounds: null, reason };
  if (parts.every(({ value, lower, upper }) => value === null || lower === upper))
    return { value: probability, bounds: null, reason: null };
  const low = featuresOf(parts.map(({ value, lower }) => (value === null ? null : lower)));
  const high = featuresOf(parts.map(({ value, upper }) => (value === null ? null : upper)));
  const pick = (best: boolean): number => {
    const row: Record<string, number | null> = {};
    for (const { name, direction } of used) row[name] = ((direction === "up") === best ? high : low)[name] ?? null;
    return applyStackToRow(stack, row).probability ?? probability;
  };
  return { value: probability, bounds: [pick(false), pick(true)], reason: null };
}
