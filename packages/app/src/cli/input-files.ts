import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { InputOptions } from "@candor/input";
import { UsageError } from "./usage-error.ts";

/** Files named by column flags. */
export function inputFiles({
  score,
  label,
  labels,
  probs,
  logits,
  confidence,
  correct,
  prediction,
  sigma,
  variance,
  lower,
  upper,
  weight,
  propensity,
  inDistribution,
  by,
  time,
  group,
  members,
  memberSigmas,
}: InputOptions): string[] {
  const classes = [score, probs, logits, confidence, correct];
  const forecasts = [prediction, sigma, variance, lower, upper];
  const named = [
    ...classes,
    ...forecasts,
    label,
    labels,
    weight,
    propensity,
    inDistribution,
    time,
    group,
    ...(by ?? []),
    ...(members ?? []),
    ...(memberSigmas ?? []),
  ];
  return named.filter((name) => name !== undefined).filter((name) => /\.np[yz]$/i.test(name));
}

/**
 * Refuses to write where something is read, and to write twice to one file.
 *
 * @param outputs what is written, with the flag that says so
 * @param inputs what is read; `-` and undefined are no files
 * @throws {UsageError}
 */
export function refuseOverwriting(
  outputs: readonly { readonly flag: string; readonly path: string }[],
  inputs: readonly (string | undefined)[],
): void {
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));
  const read = new Set(inputs.flatMap((path) => (path === undefined || path === "-" ? [] : [real(path)])));
  const seen = new Map<string, string>();
  for (const { flag, path } of outputs) {
    const place = real(path);
    if (read.has(place)) throw new UsageError(`${path} is an input, expected another file to write to`);
    const other = seen.get(place);
    if (other !== undefined) throw new UsageError(`${other} and ${flag} both write to ${path}`);
    seen.set(place, flag);
  }
}

/** Reads `--by a,b --by c`. */
export function collectNames(value: string, previous: readonly string[] = []): string[] {
  return [...previous, ...value.split(",").map((name) => name.trim())];
}
