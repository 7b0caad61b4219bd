import type { FamilyWiseCorrection, MultiLabelRisk, RiskBound } from "@candor/core";
import { nearestName, printable } from "@candor/input";
import { type Command, InvalidArgumentError, Option } from "commander";
import { decimalOf, parseShare } from "./policy-numbers.ts";
import { UsageError } from "./usage-error.ts";

/** What `addMultiLabelFlags` reads. */
export interface MultiLabelFlags {
  readonly multiLabel?: string;
  readonly truth?: string;
  readonly risk?: MultiLabelRisk;
  readonly maxRisk?: number;
  readonly sure?: number;
  readonly correction?: FamilyWiseCorrection;
  readonly scoreRange?: readonly [from: number, to: number];
}

type Bound = Exclude<RiskBound, "binomial">;

const bounds: Readonly<Record<Bound, string>> = {
  "hoeffding-bentkus": "by the mean loss alone, never far from the tightest",
  betting: "usually the tightest; the order of the rows must not depend on them",
  "maurer-pontil": "by mean and variance of the losses",
  hoeffding: "by the mean loss alone, in one formula",
};

const onlyHere = ["truth", "risk", "maxRisk", "sure", "correction", "scoreRange"] as const;

/** Flags of `candor conformal` that also go with `--multi-label`. */
const shared: ReadonlySet<string> = new Set([
  "multiLabel",
  ...onlyHere,
  "method",
  "test",
  "testShare",
  "seed",
  "created",
  "skipBad",
  "format",
  "out",
  "json",
  "html",
]);

function parseRange(text: string): readonly [number, number] {
  const [from, to, ...more] = text.split(",").map(decimalOf);
  if (from === undefined || to === undefined || more.length > 0 || !(Number.isFinite(to - from) && from < to))
    throw new InvalidArgumentError("expected the lowest and the highest score there can be, such as -20,20");
  return [from, to];
}

/** Adds the flags of a threshold for labels, of which a row can have several. */
export function addMultiLabelFlags(command: Command): Command {
  return command
    .optionsGroup("Several labels per row, each with a score:")
    .option("--multi-label <columns>", "one score per label: 's_*', a,b,c or an NPY file")
    .option("--truth <columns>", "0 or 1 per label: 'y_*', a,b,c or an NPY file")
    .addOption(
      new Option("--risk <risk>", "share of true labels missed, or of false ones given (default: fnr)").choices([
        "fnr",
        "fdr",
      ]),
    )
    .option("--max-risk <share>", "largest share there may be", parseShare("open", "0.1"))
    .option("--sure <share>", "how sure of it to be (default: on average)", parseShare("open", "0.9"))
    .addOption(
      new Option("--correction <way>", "of fdr with --sure: for many thresholds at once").choices([
        "fixed-sequence",
        "holm",
        "bonferroni",
      ]),
    )
    .option("--score-range <range>", "lowest and highest score (default: 0,1)", parseRange);
}

/**
 * Whether a command line is about labels, of which a row can have several.
 *
 * @throws {UsageError} for flags that do not go together
 */
export function isMultiLabel(flags: MultiLabelFlags, command: Command): boolean {
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  if (flags.multiLabel === undefined) {
    const own = given.find((option) => onlyHere.some((key) => key === option.attributeName()));
    if (own === undefined) return false;
    throw new UsageError(`${own.long} belongs to labels with a score each: expected --multi-label too`);
  }
  const other = given.find((option) => !shared.has(option.attributeName()));
  if (other === undefined) return true;
  const instead = other.attributeName() === "level" ? ": --max-risk says what is promised" : "";
  throw new UsageError(`${other.long} does not go with --multi-label${instead}`);
}

/** What the flags ask for, with nothing left open. */
export interface MultiLabelTarget {
  readonly truth: string;
  readonly risk: MultiLabelRisk;
  readonly target: number;
  readonly sure: number | undefined;
  /** Undefined for conformal risk control. */
  readonly bound: Bound | undefined;
  readonly correction: FamilyWiseCorrection | undefined;
}

function namesOf<Name extends string>(methods: Readonly<Record<Name, string>>): Name[] {
  const all: Name[] = [];
  for (const name in methods) all.push(name);
  return all;
}

function boundOf(method: string | undefined, sure: number | undefined): Bound | undefined {
  if (method === undefined) return sure === undefined ? undefined : "hoeffding-bentkus";
  const names = namesOf(bounds);
  if (method === "crc") {
    if (sure === undefined) return undefined;
    throw new UsageError(`crc keeps the risk on average and takes no --sure; with it expected ${names.join(", ")}`);
  }
  const bound = names.find((name) => name === method);
  if (bound === undefined) {
    const near = nearestName(method, ["crc", ...names]);
    throw new UsageError(
      `no method for labels is called ${printable(method)}${near === undefined ? "" : ` (did you mean ${near}?)`}; expected crc, ${names.join(", ")}`,
    );
  }
  if (sure === undefined) throw new UsageError(`${bound} makes sure of the risk: expected --sure, such as --sure 0.9`);
  return bound;
}

/**
 * What the flags ask for.
 *
 * @throws {UsageError} where something is missing or does not go together
 */
export function multiLabelTarget(flags: MultiLabelFlags & { readonly method?: string }): MultiLabelTarget {
  const { truth, risk = "fnr", maxRisk, sure, correction, method } = flags;
  if (truth === undefined) throw new UsageError("--multi-label needs --truth: which labels are true, such as 'y_*'");
  if (maxRisk === undefined)
    throw new UsageError(
      `--multi-label needs --max-risk: the largest share of ${risk === "fnr" ? "true labels missed" : "false labels given"}, such as 0.1`,
    );
  if (correction !== undefined && (risk !== "fdr" || sure === undefined))
    throw new UsageError("--correction belongs to --risk fdr with --sure");
  return { truth, risk, target: maxRisk, sure, bound: boundOf(method, sure), correction };
}

/** All methods with a line each. */
export function multiLabelMethodList(): string {
  const line = (name: string, what: string) => `  ${name.padEnd(17)}  ${what}`;
  return `${[
    "On average (without --sure):",
    line("crc", "conformal risk control"),
    "",
    "With --sure, bounds of the risk (hoeffding-bentkus by default):",
    ...Object.entries(bounds).map(([name, what]) => line(name, what)),
  ].join("\n")}\n`;
}
