import { createWriteStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { BadInput } from "./bad-input.ts";
import type { InputOptions, ReadContext } from "./input-options.ts";
import { openTable } from "./open-table.ts";
import type { ScorePlan } from "./plan.ts";
import { makeSpool, type Spool } from "./spool.ts";
import type { Table } from "./table.ts";
import { type Located, TableSet } from "./table-set.ts";

const mostRowsPerBatch = 131_072;
/** A batch holds no more cells than this, so that a thousand classes stay within 64 MB. */
const cellsPerBatch = 8_388_608;

/** Rows read at a time, for so many numbers per row. */
export function rowsPerBatch(width: number): number {
  return Math.max(1024, Math.min(mostRowsPerBatch, Math.floor(cellsPerBatch / width)));
}

/** The main file, opened, those that flags will add to it, and the temporary files made for them. */
export interface Sources {
  readonly set: TableSet;
  /** A folder for temporary files, made when it is first asked for; gone with `close`. */
  readonly spool: () => Spool;
  close(): Promise<void>;
}

/** Writes standard input to a file; the file's name is `standard input` in every message. */
async function spoolInput(
  input: NodeJS.ReadableStream,
  spool: Spool,
  signal: AbortSignal | undefined,
): Promise<string> {
  if ("isTTY" in input && input.isTTY === true)
    throw new BadInput("standard input is a terminal, expected a file piped into it");
  const path = spool.path("standard-input");
  try {
    await pipeline(input, createWriteStream(path), ...(signal ? [{ signal }] : []));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return path;
}

/**
 * Opens the file a command is about.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @throws {BadInput} when the file cannot be read
 */
export async function openSources(
  path: string | undefined,
  { format }: InputOptions,
  context: ReadContext,
): Promise<Sources> {
  let made: Spool | undefined;
  const spool = () => {
    made ??= makeSpool();
    return made;
  };
  try {
    context.signal?.throwIfAborted();
    let main: Table | undefined;
    if (path === "-") {
      const copy = await spoolInput(context.stdin ?? process.stdin, spool(), context.signal);
      main = await openTable(copy, "standard input", format, spool);
    } else if (path !== undefined) main = await openTable(path, path, format, spool);
    const set = new TableSet(main, (side) => openTable(side, side, undefined, spool));
    return {
      set,
      spool,
      async close() {
        for (const table of set.tables) await table.close();
        made?.remove();
      },
    };
  } catch (error) {
    made?.remove();
    throw error;
  }
}

/** What to call the data: the main file without its folder, or the files that take its place. */
export function sourceName(plan: ScorePlan, { main }: TableSet, truth?: Located): string {
  if (main !== undefined) return basename(main.file);
  const { table } = plan.task === "multiclass" ? plan.classes : plan.score;
  return [...new Set([table, truth?.table ?? table])].map(({ file }) => basename(file)).join(" + ");
}
