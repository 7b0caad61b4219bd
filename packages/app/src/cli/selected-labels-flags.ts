import { type InputOptions, rowIdName } from "@candor/input";
import type { Command } from "commander";
import { parseShare } from "./policy-numbers.ts";
import { UsageError } from "./usage-error.ts";

/** What `addSelectedLabelsFlags` reads, beside `--propensity`. */
export interface SelectedLabelsFlags {
  readonly population?: string;
  readonly width?: number;
  readonly rowId?: string;
  readonly propensity?: string;
}

/** Adds the flags of reports on rows that `candor sample` selected. */
export function addSelectedLabelsFlags(command: Command): Command {
  return command
    .optionsGroup("Labels of selected rows (`candor sample`; a column called propensity is recognised):")
    .option("--population <file>", "all rows that they were selected from: narrower intervals")
    .option("--row-id <column>", `which row of the population each is (default: ${rowIdName})`)
    .option(
      "--width <width>",
      "how many labels until the interval of the accuracy is this narrow",
      parseShare("open", "0.02"),
    );
}

/** Input with the column that says which row of the population each row is, where there is a population. */
export function withRowId<T extends InputOptions>(input: T, population: string | undefined): T {
  if (population === undefined) {
    if (input.rowId !== undefined) throw new UsageError("--row-id needs --population: the rows that it tells apart");
    return input;
  }
  if (input.confidenceFrom !== undefined || input.members !== undefined)
    throw new UsageError(
      "--population needs scores that both files have as they are, expected no --members and no --confidence-from",
    );
  return { ...input, rowId: input.rowId ?? rowIdName };
}

/** @throws {UsageError} where a flag belongs to scores of classes */
export function refuseForForecasts({ population, width, rowId, propensity }: SelectedLabelsFlags): void {
  const given = Object.entries({ population, width, "row-id": rowId, propensity }).find(
    ([, value]) => value !== undefined,
  );
  if (given !== undefined && given[1] !== "none")
    throw new UsageError(`--${given[0]} is about scores of classes, and these are forecasts of a number`);
}
