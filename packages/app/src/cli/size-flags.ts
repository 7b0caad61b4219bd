import type { SizeMode } from "@candor/input";
import { type Command, Option } from "commander";

/** What `addSizeFlags` reads. */
export interface SizeFlags {
  readonly approximate?: boolean;
  readonly exact?: boolean;
}

/** Adds the flags that say whether all rows are kept in memory. */
export function addSizeFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--approximate", "one pass, constant memory; chosen by itself above 3 million rows").conflicts(
        "exact",
      ),
    )
    .option("--exact", "keep all rows in memory, however many");
}

/** What the flags ask for. */
export function sizeMode({ approximate, exact }: SizeFlags): SizeMode {
  return exact ? "exact" : approximate ? "cells" : "auto";
}
