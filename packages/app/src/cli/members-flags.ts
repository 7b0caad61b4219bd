import type { InputOptions } from "@candor/input";
import { type Command, InvalidArgumentError } from "commander";
import { collectNames } from "./input-files.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Adds the flags that name the members of an ensemble, whose mean is then read.
 *
 * @param isForecast whether the command reads forecasts of numbers, too
 */
export function addMemberFlags(command: Command, isForecast = true): Command {
  command
    .optionsGroup("Members of an ensemble, dropout passes or posterior draws:")
    .option(
      "--members <parts>",
      "a file each, one array of members × rows × classes, or columns: 'm*_*' (member, class) or 'm1_*,m2_*'",
      collectNames,
    )
    .option("--member-logits", "members give logits instead of probabilities")
    .option("--member-weights <weights>", "how much each member counts: 2,1,1", parseWeights);
  return isForecast
    ? command.option(
        "--member-sigmas <parts>",
        "the standard deviations they state, named like --members",
        collectNames,
      )
    : command;
}

function parseWeights(text: string): number[] {
  return text.split(",").map((part) => {
    const weight = Number(part);
    if (!(part.trim() !== "" && weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new InvalidArgumentError("expected numbers of 0 or more, separated by commas");
    return weight;
  });
}

/** The flags without those of members, for a file of a single model. */
export function withoutMembers(input: InputOptions): InputOptions {
  const { members: _, memberLogits: __, memberSigmas: ___, memberWeights: ____, ...others } = input;
  return others;
}

/** @throws {UsageError} for flags of a report that do not go with members, or need them */
export function refuseWithMembers({
  members,
  rows,
  approximate,
  compareScores,
}: InputOptions & { readonly rows?: string; readonly approximate?: boolean; readonly compareScores?: true }): void {
  if (members === undefined) {
    if (rows !== undefined)
      throw new UsageError("--rows writes the uncertainty of members, expected --members beside it");
    return;
  }
  if (rows === "-") throw new UsageError("--rows needs the name of a file, got -");
  if (approximate)
    throw new UsageError("--approximate and --members exclude each other: members are all kept in memory");
  if (compareScores)
    throw new UsageError("--compare-scores and --members exclude each other: the part on members ranks what they tell");
}
