import { decomposeForecastVariance, type Matrix } from "@candor/core";
import { BadInput, type InputOptions, recogniseClassColumns, TableSet } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import type { FileTable } from "../file-table.ts";
import { openSources, type Sources } from "../open-sources.ts";
import { type LoadedMembers, loadMembers, meanOf } from "./load-members.ts";
import { MembersTable } from "./members-table.ts";

/** Opened files, and the flags with which the mean of the members is read as any other scores or forecasts. */
export interface SourcesWithMembers {
  readonly sources: Sources;
  readonly options: InputOptions;
}

const scoreFlags = [
  "score",
  "probs",
  "logits",
  "confidence",
  "prediction",
  "sigma",
  "quantiles",
  "lower",
  "upper",
] as const;

/**
 * Opens the file a command is about. Where members are named, all of them are read, and their mean takes the place of the scores
 * or forecasts that flags name otherwise.
 *
 * @param isForecast the rows are forecasts of numbers
 * @throws {BadInput} when a file or the flags cannot be used, or a member is bad
 */
export async function openWithMembers(
  path: string | undefined,
  options: InputOptions,
  isForecast: boolean,
  context: FileContext,
): Promise<SourcesWithMembers> {
  const { members, memberLogits, memberSigmas, memberWeights, ...others } = options;
  if (members === undefined) {
    const stray = (["memberLogits", "memberSigmas", "memberWeights"] as const).find((flag) => options[flag]);
    if (stray !== undefined) throw new BadInput(`--${dashed(stray)} needs --members beside it`);
    return { sources: await openSources(path, options, context), options };
  }
  const other = scoreFlags.find((flag) => options[flag] !== undefined);
  if (other !== undefined)
    throw new BadInput(`--members and --${other} exclude each other: the mean of the members is what is read`);
  if (options.confidenceFrom !== undefined)
    throw new BadInput("--members and --confidence-from exclude each other: the report ranks what members tell");
  const sources = await openSources(path, options, context);
  try {
    const loaded = await loadMembers(sources.set, options, isForecast, context.signal);
    const changed = context.onMembers?.(loaded);
    const made = loaded.kind === "classes" ? meanTables(loaded, changed ?? meanOf(loaded)) : forecastTables(loaded);
    return { sources: withTables(sources, made.tables), options: { ...others, ...made.flags } };
  } catch (error) {
    await sources.close();
    throw error;
  }
}

const dashed = (flag: string): string => flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface MeanTables {
  readonly tables: ReadonlyMap<string, MembersTable>;
  readonly flags: InputOptions;
}

function badNote({ bad }: LoadedMembers): readonly string[] {
  const count = bad?.reduce((sum, one) => sum + one, 0) ?? 0;
  return count === 0 ? [] : [`in ${count} ${count === 1 ? "row" : "rows"} a member gives nothing that can be used`];
}

function meanTables(loaded: Extract<LoadedMembers, { kind: "classes" }>, mean: Matrix): MeanTables {
  const { members, isBinary, classNames, bad } = loaded;
  const name = `mean of ${members.members} members`;
  const notes = [`the scores are the mean of ${members.members} members: ${namesOf(loaded)}`, ...badNote(loaded)];
  const table = isBinary
    ? new MembersTable(
        name,
        mean.data.filter((_, j) => j % 2 === 1),
        1,
        undefined,
        bad,
        notes,
      )
    : new MembersTable(name, mean.data, mean.cols, columnNames(classNames), bad, notes);
  return { tables: new Map([[name, table]]), flags: isBinary ? { score: name } : { probs: name } };
}

/** Names from which the classes are recognised again; undefined where they are only numbered. */
function columnNames(classNames: readonly string[] | undefined): readonly string[] | undefined {
  if (classNames === undefined) return undefined;
  for (const names of [classNames.map((name) => `p_${name}`), classNames]) {
    const groups = recogniseClassColumns(
      names.map((name) => ({ name, kind: "number" as const })),
      "probs",
    );
    const isWhole = groups.length === 1 && groups[0]!.fields.length === classNames.length;
    if (isWhole || (groups.length === 0 && names === classNames)) return names;
  }
  throw new BadInput(
    `the classes ${classNames.join(", ")} cannot be told apart from other columns, expected other names`,
  );
}

function forecastTables(loaded: Extract<LoadedMembers, { kind: "forecasts" }>): MeanTables {
  const { forecasts, memberWeights, bad } = loaded;
  const { mean, total } = decomposeForecastVariance(forecasts, memberWeights ? { memberWeights } : {});
  const name = `mean of ${forecasts.members} members`;
  const spread = `spread of ${forecasts.members} members`;
  const notes = [`the forecasts are the mean of ${forecasts.members} members: ${namesOf(loaded)}`, ...badNote(loaded)];
  const tables = new Map([[name, new MembersTable(name, mean, 1, undefined, bad, notes)]]);
  if (total === null) return { tables, flags: { prediction: name } };
  const note =
    "their standard deviation is that of the mixture: the noise that members state and what they disagree about";
  tables.set(spread, new MembersTable(spread, total.map(Math.sqrt), 1, undefined, bad, [note]));
  return { tables, flags: { prediction: name, sigma: spread } };
}

const MOST_NAMES = 6;

function namesOf({ names }: LoadedMembers): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

/** The same files and the tables of the mean, found by their names. */
function withTables(sources: Sources, tables: ReadonlyMap<string, MembersTable>): Sources {
  const set = new TableSet<FileTable>(
    sources.set.main,
    async (path) => tables.get(path) ?? (await sources.set.side(path)),
  );
  return { set, spool: sources.spool, close: () => sources.close() };
}
