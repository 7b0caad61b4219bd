import { createReadStream } from "node:fs";
import { flaggedFamily, type InputOptions, looksLikeForecasts, type TaskFamily } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openSources } from "../open-sources.ts";

/** What the rows of a file are. */
export interface RecognisedTask {
  readonly task: TaskFamily;
  /** What standard input held, where it was read to find out. */
  readonly stdin: NodeJS.ReadableStream | undefined;
  /** Removes what was kept of standard input. */
  close(): Promise<void>;
}

/**
 * Whether a file holds forecasts of numbers or scores of classes: as the flags say, else as the names of its columns
 * show. Where they show nothing, or both, it is read as scores of classes, whose reader says what is missing.
 *
 * @param path the file; `-` reads standard input, which is kept for the reader that comes next
 */
export async function recogniseTask(
  path: string | undefined,
  options: InputOptions,
  context: FileContext = {},
): Promise<RecognisedTask> {
  const close = async (): Promise<void> => undefined;
  const flagged = flaggedFamily(options);
  if (flagged !== undefined || path === undefined) return { task: flagged ?? "classes", stdin: undefined, close };
  const sources = await openSources(path, options, context);
  try {
    const { main } = sources.set;
    const task = main?.named && (await looksLikeForecasts(main, options)) ? "regression" : "classes";
    if (path !== "-") {
      await sources.close();
      return { task, stdin: undefined, close };
    }
    const stdin = createReadStream(sources.spool().path("standard-input"));
    return {
      task,
      stdin,
      async close() {
        stdin.destroy();
        await sources.close();
      },
    };
  } catch (error) {
    await sources.close();
    throw error;
  }
}
