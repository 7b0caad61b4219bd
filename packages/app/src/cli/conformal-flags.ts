import { type Command, InvalidArgumentError, Option } from "commander";
import { decimalOf, parseShare } from "./policy-numbers.ts";
import { UsageError } from "./usage-error.ts";

/** What `addConformalFlags` reads. */
export interface ConformalFlags {
  readonly method?: string;
  readonly level: number;
  readonly condition?: "none" | "class" | "clusters" | "groups";
  readonly borrow?: number;
  readonly randomised?: boolean;
  readonly penalty?: number | "auto";
  readonly freeRanks?: number;
  readonly rankWeight?: number;
  readonly emptySets?: "keep" | "top-class";
  readonly test?: string;
  readonly testShare?: number;
  readonly seed: number;
  readonly created?: string;
}

/** Reads a whole number from 0 on. */
function parseCount(text: string): number {
  const count = decimalOf(text);
  if (count === undefined || !(Number.isSafeInteger(count) && count >= 0))
    throw new InvalidArgumentError("expected a whole number from 0 on");
  return count;
}

function parseWeight(text: string): number {
  const weight = decimalOf(text);
  if (weight === undefined || !(weight >= 0 && weight < Infinity))
    throw new InvalidArgumentError("expected a number from 0 on, such as 0.01");
  return weight;
}

function parsePenalty(text: string): number | "auto" {
  return text === "auto" ? text : parseWeight(text);
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!isDate || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("expected a date such as 2026-11-22 or 2026-11-22T09:30:00Z");
  return text;
}

/** Adds the flags that say which sets or intervals to make. */
export function addConformalFlags(command: Command): Command {
  return command
    .optionsGroup("What to promise:")
    .option("--level <level>", "share of new rows whose set holds the truth", parseShare("open", "0.9"), 0.9)
    .option("--method <method>", "how classes are ranked or intervals widened; `list` names all")
    .addOption(
      new Option("--condition <condition>", "for whom the level holds apart; groups are those of --by").choices([
        "none",
        "class",
        "clusters",
        "groups",
      ]),
    )
    .optionsGroup("How sets are made:")
    .option("--randomised", "one random number per row breaks ties (default for aps, raps, saps)")
    .option("--no-randomised", "the same set for the same scores")
    .option("--penalty <penalty>", "of raps, per rank; auto chooses it (default: 0.01)", parsePenalty)
    .option("--free-ranks <count>", "of raps: ranks without penalty (default: 5)", parseCount)
    .option("--rank-weight <weight>", "of saps: weight of a rank (default: 0.2)", parseWeight)
    .addOption(
      new Option("--empty-sets <policy>", "keep them, or put the likeliest class in (default: keep)").choices([
        "keep",
        "top-class",
      ]),
    )
    .option("--borrow <rows>", "with --condition class: rows each class borrows from all (default: 0)", parseCount)
    .optionsGroup("How to test it:")
    .option("--test <file>", "rows to test on, read with the same flags")
    .option("--test-share <share>", "instead: test on this share of FILE", parseShare("open", "0.5"))
    .option("--seed <seed>", "of all that is random", parseCount, 0)
    .option("--created <date>", "when it was made, for the record (default: now)", parseDate);
}

const setFlags = [
  ["randomised", "--randomised"],
  ["penalty", "--penalty"],
  ["freeRanks", "--free-ranks"],
  ["rankWeight", "--rank-weight"],
  ["emptySets", "--empty-sets"],
  ["borrow", "--borrow"],
] as const;

/** Refuses flags of sets where intervals are made. */
export function refuseSetFlags(flags: ConformalFlags): void {
  const { condition } = flags;
  for (const [key, flag] of setFlags)
    if (flags[key] !== undefined)
      throw new UsageError(`${flag} belongs to sets of classes, not to intervals around numbers`);
  if (condition === "class" || condition === "clusters")
    throw new UsageError(`numbers have no classes, expected --condition none or groups, got ${condition}`);
}
