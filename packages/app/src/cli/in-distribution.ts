import type { InDistributionDemand, PolicyDocument } from "@candor/core";
import { BadInput, type InputOptions } from "@candor/input";
import type { Command } from "commander";
import { parseShare } from "./policy-numbers.ts";
import { UsageError } from "./usage-error.ts";

/** What `addDemandFlags` reads. */
export interface DemandFlags extends Pick<InputOptions, "inDistribution"> {
  readonly oodLevel?: number;
}

const LEVEL = 0.05;

/** Adds the flags that send rows from outside to review. */
export function addDemandFlags(command: Command): Command {
  return command
    .option("--in-distribution <column>", "review rows that this column of p-values calls outside, or an NPY file")
    .option(
      "--ood-level <share>",
      `p-value at or below which a row is outside (default: ${LEVEL})`,
      parseShare("open", "0.05"),
    );
}

/** Adds the flag that names the p-values for a policy that reads them. */
export function addPValueFlag(command: Command): Command {
  return command.option("--in-distribution <column>", "p-values that the policy reads, if they are called otherwise");
}

/** @throws {UsageError} for a level without a column */
export function checkDemand({ inDistribution, oodLevel }: DemandFlags): void {
  if (inDistribution === undefined && oodLevel !== undefined)
    throw new UsageError("--ood-level is for --in-distribution COLUMN, expected both");
}

/**
 * What a policy shall demand of rows beside their score.
 *
 * @param name of the column of p-values that was read; undefined where none was
 * @throws {UsageError} where a column is asked for and these rows cannot have one
 */
export function demandOf(
  { inDistribution, oodLevel }: DemandFlags,
  name: string | undefined,
): InDistributionDemand | undefined {
  if (inDistribution === undefined) return undefined;
  if (name === undefined)
    throw new UsageError("--in-distribution cannot be read beside these inputs, expected a table of scores");
  return { column: name, level: oodLevel ?? LEVEL };
}

/**
 * The flags with the column of p-values that a policy reads.
 *
 * @throws {UsageError} where a column is named that the policy does not read
 */
export function withDemandOf<Flags extends InputOptions>(input: Flags, { rule }: PolicyDocument): Flags {
  const demand = rule.inDistribution;
  if (demand === undefined) {
    if (input.inDistribution === undefined) return input;
    throw new UsageError("the policy does not ask whether a row is in distribution, expected no --in-distribution");
  }
  return { ...input, inDistribution: input.inDistribution ?? demand.column };
}

/** Says who asks for p-values that are not there. */
export function sayWhoDemands({ rule }: PolicyDocument, given: string | undefined): (cause: unknown) => never {
  return (cause) => {
    const demand = rule.inDistribution;
    if (demand === undefined || given !== undefined || !BadInput.is(cause)) throw cause;
    if (!cause.message.includes("--in-distribution")) throw cause;
    const { row, column, file } = cause;
    throw new BadInput(`the policy demands that a row is in distribution and reads its p-value; ${cause.message}`, {
      row,
      column,
      file,
      hint: "`candor ood score` adds p-values; --in-distribution names a column that is called otherwise",
      cause,
    });
  };
}
