import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { BadInput, type InputOptions, type OpenedTables, TableSet } from "@candor/input";
import type { FileContext } from "./file-context.ts";
import type { FileTable } from "./file-table.ts";
import { openTable } from "./open-table.ts";
import { makeSpool, type Spool } from "./spool.ts";

/** The main file, opened, those that flags will add to it, and the temporary files made for them. */
export interface Sources extends OpenedTables {
  readonly set: TableSet<FileTable>;
  /** A folder for temporary files, made when it is first asked for; gone with `close`. */
  readonly spool: () => Spool;
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

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
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
  context: FileContext,
): Promise<Sources> {
  let made: Spool | undefined;
  const spool = () => {
    made ??= makeSpool();
    return made;
  };
  try {
    context.signal?.throwIfAborted();
    let main: FileTable | undefined;
    if (path === "-") {
      const copy = await spoolInput(context.stdin ?? process.stdin, spool(), context.signal);
      main = await openTable(copy, "standard input", format, spool);
    } else if (path !== undefined) main = await openTable(path, path, format, spool);
    const set = new TableSet(main, async (side) =>
      (await isFile(side)) ? openTable(side, side, undefined, spool) : undefined,
    );
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
