import type { ReadContext } from "@candor/input";

/** How reading of files is watched and stopped. */
export interface FileContext extends ReadContext {
  /** What `-` reads; standard input of the process by default. */
  readonly stdin?: NodeJS.ReadableStream;
}
