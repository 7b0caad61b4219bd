import type { PolicyDocument } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "@candor/input";

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

const sourceRoles = ["score", "probs", "logits", "confidence", "label", "correct", "weight"] as const;

/**
 * The columns that a policy was made from, for rows that are called the same.
 *
 * @returns undefined where the user names columns, or the policy was made without rows
 */
export function recordedRoles({ source }: PolicyDocument, input: InputOptions): InputOptions | undefined {
  if (source === null || input.labels !== undefined || sourceRoles.some((role) => input[role] !== undefined))
    return undefined;
  const known = Object.entries(source.columns).filter(([role]) => sourceRoles.some((name) => name === role));
  return Object.fromEntries(known);
}
