import type { PolicyDocument } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "../input/index.ts";

/** Columns whose segments a policy reads. */
export interface RuleColumns {
  /** Without these there is no decision. */
  readonly by: readonly string[];
  /** Only reported by: rows it was made from need them, others do not. */
  readonly reported: readonly string[];
  /** The flags without `--by`. */
  readonly input: InputOptions;
}

/**
 * The columns that a policy has to see again, under the names that it knows them by.
 *
 * @throws {BadInput} where the user names others
 */
export function ruleColumns({ rule, choices }: PolicyDocument, input: InputOptions): RuleColumns {
  const by = rule.kind === "threshold-per-segment" ? rule.columns : [];
  const reported = choices.by.filter((name) => !by.includes(name));
  const { by: given, ...rest } = input;
  const all = [...by, ...reported];
  if (given !== undefined && given.join("\n") !== all.join("\n"))
    throw new BadInput(
      all.length === 0
        ? "the policy has no segments, expected no --by"
        : `the policy has segments by ${nameList(all)}, expected --by ${nameList(all)} or none, got ${nameList(given)}`,
    );
  return { by, reported, input: rest };
}
