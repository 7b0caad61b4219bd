import type { Calibrator } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "@candor/input";
import type { OpenedScores } from "../input/index.ts";
import { type OutputFormat, uniqueNames } from "../output/index.ts";

/** What is applied to what, and how the file is made. */
export interface ConformalApplication {
  readonly file: string | undefined;
  readonly input: InputOptions;
  /** Applied to the scores first. */
  readonly calibrator: Calibrator | undefined;
  readonly output: OutputFormat;
  readonly signal: AbortSignal;
  readonly stdin: NodeJS.ReadableStream;
  readonly onProgress: (what: string, fraction: number | undefined, rows?: number) => void;
  /** Lets the file be made: called once with what writes to the path it gets, and a place for temporary files. */
  readonly draft: (produce: (path: string) => Promise<void>, spool: OpenedScores["spool"]) => Promise<void>;
}

/** What was done. */
export interface ConformalApplied {
  readonly source: { readonly name: string; readonly columns: Readonly<Record<string, string>> };
  /** Rows written, bad ones included. */
  readonly rows: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly added: readonly string[];
  readonly notes: readonly string[];
  /** Sets or intervals, how large they are on average, and how many are empty or unbounded. */
  readonly sizes: {
    readonly count: number;
    readonly mean: number | null;
    readonly empty: number;
    readonly unbounded: number;
  };
}

/**
 * Names for columns to add: those the file uses already, in upper or lower case, are put behind a prefix.
 *
 * @throws {BadInput} where that is taken as well
 */
export function namesBeside(
  existing: readonly string[],
  wanted: readonly string[],
  prefix = "conformal_",
): { readonly names: readonly string[]; readonly notes: readonly string[] } {
  const taken = new Set(uniqueNames(existing).map((name) => name.toLowerCase()));
  const names = wanted.map((name) => (taken.has(name.toLowerCase()) ? `${prefix}${name}` : name));
  const clash = names.find((name) => taken.has(name.toLowerCase()));
  if (clash !== undefined)
    throw new BadInput(`the file already has a column ${nameList([clash])}, expected a file without it`);
  const changed = wanted.flatMap((name, i) =>
    name === names[i] ? [] : [`${nameList([name])} (added as ${nameList([names[i] ?? name])})`],
  );
  return { names, notes: changed.length === 0 ? [] : [`the file already has ${changed.join(", ")}`] };
}
