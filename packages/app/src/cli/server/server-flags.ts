import type { Command } from "commander";
import type { CliContext } from "../context.ts";

/** Where the data is, or the server that has it. */
export interface ServerFlags {
  readonly data?: string;
  readonly url?: string;
  readonly key?: string;
}

/** Where the data folder is when nothing is said. */
export const defaultFolder = ".candor/data";

/** The port of `candor serve` when nothing is said. */
export const defaultPort = 4319;

/** Adds the flags that say which server, or which data folder, a command is about. */
export function addServerFlags(command: Command): Command {
  return command
    .optionsGroup("Where the data is:")
    .option("--data <folder>", `the data folder of this machine; $CANDOR_DATA, else ${defaultFolder}`)
    .option("--url <url>", "a server elsewhere; $CANDOR_URL")
    .option("--key <key>", "its key; better in $CANDOR_KEY, where other users of the machine do not see it");
}

/** The data folder that the flags or the environment name. */
export function dataFolderOf({ data }: Pick<ServerFlags, "data">, { env }: Pick<CliContext, "env">): string {
  return data ?? (env["CANDOR_DATA"] || defaultFolder);
}
