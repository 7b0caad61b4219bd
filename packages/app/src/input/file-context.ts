import type { Matrix } from "@candor/core";
import type { ReadContext } from "@candor/input";
import type { LoadedMembers } from "./members/load-members.ts";

/** How reading of files is watched and stopped. */
export interface FileContext extends ReadContext {
  /** What `-` reads; standard input of the process by default. */
  readonly stdin?: NodeJS.ReadableStream;
  /** Called with the members of an ensemble once they are read; what it returns is read as their mean. */
  readonly onMembers?: (members: LoadedMembers) => Matrix | undefined;
}
