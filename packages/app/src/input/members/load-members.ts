import { type MemberForecasts, type Members, predictiveMean, softmax } from "@candor/core";
import { BadInput, type InputOptions, type TableSet } from "@candor/input";
import { memberSources } from "./member-source.ts";
import { type MemberValues, memberValues } from "./member-values.ts";
import { refuseRepeatedFiles } from "./refuse-repeated-files.ts";

/** What the members of an ensemble say of every row of the files. */
export type LoadedMembers = {
  readonly names: readonly string[];
  readonly rows: number;
  readonly memberWeights: Float64Array | undefined;
  /** 1 for a row in which a member says nothing usable; only where bad rows are left out. */
  readonly bad: Uint8Array | undefined;
} & (
  | {
      readonly kind: "classes";
      readonly members: Members;
      /** One probability per member: that of the positive class. */
      readonly isBinary: boolean;
      readonly classNames: readonly string[] | undefined;
    }
  | { readonly kind: "forecasts"; readonly forecasts: MemberForecasts }
);

/** How far the sum of a row may be from 1. */
const SUM_TOLERANCE = 1e-3;

/**
 * Reads and checks the members that flags name.
 *
 * @param isForecast they forecast a number instead of giving probabilities
 * @throws {BadInput} for members of different shapes, a single one, one file for two, or the first bad row, with its member
 */
export async function loadMembers(
  set: TableSet,
  options: InputOptions,
  isForecast: boolean,
  signal: AbortSignal | undefined,
): Promise<LoadedMembers> {
  const { members: texts = [], memberSigmas, memberLogits = false, memberWeights: weights, skipBad = false } = options;
  const { label, labels, weight, time, by = [], group } = options;
  const named = [label, labels, weight, time, group, ...by];
  const taken = new Set(named.flatMap((name) => name?.toLowerCase() ?? []));
  refuseRepeatedFiles(set.main, texts);
  const values = await memberValues(
    await memberSources(set, texts, "--members", taken),
    isForecast || texts.length === 1,
    signal,
  );
  const count = values.names.length;
  if (count < 2)
    throw new BadInput(
      `--members names 1 member (${values.names[0]}), expected at least 2: one cannot disagree with itself`,
      {
        hint:
          values.width === 1
            ? "several files, columns or patterns, or one array of members × rows × classes"
            : "an array of one member is read with --probs",
      },
    );
  if (values.rows === 0) throw new BadInput("--members: no rows, expected some");
  const shared = { names: values.names, rows: values.rows, memberWeights: checkedWeights(weights, count) };
  if (isForecast) {
    if (memberLogits) throw new BadInput("--member-logits belongs to classes, not to forecasts of numbers");
    const sigmas =
      memberSigmas &&
      (await memberValues(await memberSources(set, memberSigmas, "--member-sigmas", taken), true, signal));
    if (values.width !== 1) throw new BadInput(`expected one forecast per member and row, got ${values.width} values`);
    return { ...shared, kind: "forecasts", ...(await checkedForecasts(values, sigmas, skipBad)) };
  }
  if (memberSigmas !== undefined)
    throw new BadInput("--member-sigmas belongs to forecasts of numbers, expected no --member-sigmas with classes");
  const bad = await checkClasses(values, memberLogits, skipBad);
  const members = asMembers(values, memberLogits);
  const isBinary = values.width === 1;
  return { ...shared, kind: "classes", bad, members, isBinary, classNames: isBinary ? undefined : values.classNames };
}

function checkedWeights(weights: readonly number[] | undefined, count: number): Float64Array | undefined {
  if (weights === undefined) return undefined;
  if (weights.length !== count)
    throw new BadInput(`--member-weights names ${weights.length} weights, expected ${count}: one per member`);
  if (weights.filter((weight) => weight > 0).length < 2)
    throw new BadInput("--member-weights leaves fewer than 2 members, expected at least 2 weights above 0");
  return Float64Array.from(weights);
}

/** Checks every row of every member; probabilities are divided by their sum, bad rows blanked where they may be left out. */
async function checkClasses(
  { data, names, rows, width, place }: MemberValues,
  areLogits: boolean,
  skipBad: boolean,
): Promise<Uint8Array | undefined> {
  let bad: Uint8Array | undefined;
  for (let m = 0; m < names.length; m++)
    for (let i = 0; i < rows; i++) {
      const start = (m * rows + i) * width;
      const fault = areLogits ? logitFault(data, start, width) : probabilityFault(data, start, width);
      if (fault === undefined) continue;
      if (!skipBad) throw new BadInput(`${await place(m, i)}: ${fault}`, { row: i + 1 });
      bad ??= new Uint8Array(rows);
      bad[i] = 1;
    }
  if (bad === undefined) return undefined;
  const blank = areLogits ? 0 : width === 1 ? 0.5 : 1 / width;
  for (let m = 0; m < names.length; m++)
    for (let i = 0; i < rows; i++)
      if (bad[i] === 1) data.fill(blank, (m * rows + i) * width, (m * rows + i + 1) * width);
  return bad;
}

function logitFault(data: Float64Array, start: number, width: number): string | undefined {
  for (let k = start; k < start + width; k++)
    if (!(Math.abs(data[k]!) <= Number.MAX_VALUE))
      return `expected a finite logit${width > 1 ? ` for class ${k - start}` : ""}, got ${written(data[k]!)}`;
  return undefined;
}

function probabilityFault(data: Float64Array, start: number, width: number): string | undefined {
  let sum = 0;
  for (let k = start; k < start + width; k++) {
    const p = data[k]!;
    if (!(p >= 0 && p <= 1 + SUM_TOLERANCE))
      return `expected a probability in [0, 1]${width > 1 ? ` for class ${k - start}` : ""}, got ${written(p)}${Number.isFinite(p) ? "; logits are read with --member-logits, forecasts of numbers with --task regression" : ""}`;
    sum += p;
  }
  if (width === 1) {
    data[start] = Math.min(1, data[start]!);
    return undefined;
  }
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
    return `expected probabilities that sum to 1 within ${SUM_TOLERANCE}, got a sum of ${Number(sum.toPrecision(6))}`;
  for (let k = start; k < start + width; k++) data[k] = data[k]! / sum;
  return undefined;
}

const written = (x: number): string => (Number.isNaN(x) ? "nothing that is a number" : String(x));

/** Two columns for one probability; probabilities for logits. */
function asMembers({ data, names, rows, width }: MemberValues, areLogits: boolean): Members {
  const count = names.length;
  if (width > 1) {
    if (!areLogits) return { data, members: count, rows, classes: width };
    return { data: softmax({ data, rows: count * rows, cols: width }).data, members: count, rows, classes: width };
  }
  const both = new Float64Array(2 * data.length);
  for (let j = 0; j < data.length; j++) {
    const p = areLogits ? 1 / (1 + Math.exp(-data[j]!)) : data[j]!;
    both[2 * j] = areLogits ? 1 / (1 + Math.exp(data[j]!)) : 1 - p;
    both[2 * j + 1] = p;
  }
  return { data: both, members: count, rows, classes: 2 };
}

async function checkedForecasts(
  means: MemberValues,
  sigmas: MemberValues | undefined,
  skipBad: boolean,
): Promise<{ forecasts: MemberForecasts; bad: Uint8Array | undefined }> {
  const { names, rows } = means;
  if (sigmas && (sigmas.names.length !== names.length || sigmas.rows !== rows || sigmas.width !== 1))
    throw new BadInput(
      `--member-sigmas has ${sigmas.names.length} members × ${sigmas.rows} rows × ${sigmas.width}, expected ${names.length} × ${rows} × 1 as --members`,
    );
  let bad: Uint8Array | undefined;
  for (let m = 0; m < names.length; m++)
    for (let i = 0; i < rows; i++) {
      const at = m * rows + i;
      const mean = means.data[at]!;
      const sigma = sigmas?.data[at];
      const fault = !(Math.abs(mean) <= Number.MAX_VALUE)
        ? `${await placeIf(means, m, i, skipBad)}: expected a finite forecast, got ${written(mean)}`
        : sigmas !== undefined && !(sigma! > 0 && sigma! <= Number.MAX_VALUE)
          ? `${await placeIf(sigmas, m, i, skipBad)}: expected a standard deviation > 0, got ${written(sigma!)}`
          : undefined;
      if (fault === undefined) continue;
      if (!skipBad) throw new BadInput(fault, { row: i + 1 });
      bad ??= new Uint8Array(rows);
      bad[i] = 1;
    }
  if (bad !== undefined)
    for (let m = 0; m < names.length; m++)
      for (let i = 0; i < rows; i++)
        if (bad[i] === 1) {
          means.data[m * rows + i] = 0;
          if (sigmas) sigmas.data[m * rows + i] = 1;
        }
  const forecasts = { means: means.data, members: names.length, rows, ...(sigmas ? { sigmas: sigmas.data } : {}) };
  return { forecasts, bad };
}

async function placeIf(values: MemberValues, m: number, i: number, skipBad: boolean): Promise<string> {
  return skipBad ? "" : values.place(m, i);
}

/** The mean prediction, by the weights of the members. */
export function meanOf({
  members,
  memberWeights,
}: Extract<LoadedMembers, { kind: "classes" }>): ReturnType<typeof predictiveMean> {
  return predictiveMean(members, memberWeights ? { memberWeights } : {});
}
