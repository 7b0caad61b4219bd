import type { PolicyDocument } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "../input/index.ts";

/** Columns whose segments a rule, and what it was reported by, read. */
export interface RuleColumns {
  readonly by: readonly string[];
  readonly input: InputOptions;
}

/**
 * The columns that a policy has to see again: those of its rule and those that it reports by.
 *
 * @throws {BadInput} where the user names others
 */
export function ruleColumns({ rule, choices }: PolicyDocument, input: InputOptions): RuleColumns {
  const columns = rule.kind === "threshold-per-segment" ? rule.columns : [];
  const all = [...columns, ...choices.by.filter((name) => !columns.includes(name))];
  const { by: given, ...rest } = input;
  if (given !== undefined && given.join("\n") !== all.join("\n"))
    throw new BadInput(
      all.length === 0
        ? "the policy has no segments, expected no --by"
        : `the policy has segments by ${nameList(all)}, expected them to be called the same, got --by ${nameList(given)}`,
    );
  return { by: all, input: rest };
}
