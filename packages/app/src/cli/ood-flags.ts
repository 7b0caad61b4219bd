import { discoveryMethods, type LinearHead, mergeMethods, oodMethods } from "@candor/core";
import { BadInput, formats, type InputOptions } from "@candor/input";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type EvidenceFlags, type FileContext, type FlagNames, readMatrix } from "../input/index.ts";
import { parseShare } from "./policy-numbers.ts";
import { UsageError } from "./usage-error.ts";

/** Columns of the file, or files of their own, that all subcommands read. */
export interface EvidenceOptions extends EvidenceFlags, Pick<InputOptions, "format" | "skipBad"> {
  readonly label?: string;
}

/** The last layer of the network. */
export interface HeadFlags {
  readonly headWeights?: string;
  readonly headBias?: string;
}

export const ownNames: FlagNames = {
  features: "--features",
  logits: "--logits",
  probs: "--probs",
  labels: "--labels",
};

/** Names of flags with something before them: `--calibration-features`. */
export function prefixedNames(prefix: string): FlagNames {
  return {
    features: `--${prefix}-features`,
    logits: `--${prefix}-logits`,
    probs: `--${prefix}-probs`,
    labels: `--${prefix}-labels`,
  };
}

/** Adds the flags that say which columns, or files, hold what a detector reads. */
export function addEvidenceFlags(command: Command, { labels }: { readonly labels: string | undefined }): Command {
  command
    .optionsGroup("What the columns are (recognised where unambiguous):")
    .option("--features <columns>", "what the last layer sees: 'f_*', a,b,c, an NPY file")
    .option("--logits <columns>", "one logit per class, named like --features")
    .option("--probs <columns>", "one probability per class, named like --features");
  if (labels !== undefined)
    command.option("--labels <column>", labels).option("--label <column>", "the same as --labels");
  return command.addOption(new Option("--format <format>", "if it cannot be told").choices([...formats]));
}

/** Adds the flags for the last layer of the network. */
export function addHeadFlags(command: Command): Command {
  return command
    .option("--head-weights <file>", "last layer of the network: classes × features, an NPY file")
    .option("--head-bias <file>", "its bias, one per class, an NPY file");
}

/** The column of labels, however it was called. */
export function labelOf({ label, labels }: EvidenceOptions): string | undefined {
  if (label !== undefined && labels !== undefined && label !== labels)
    throw new UsageError("--label and --labels are the same, expected one of them");
  return labels ?? label;
}

/** Reads the last layer; undefined where it is not given. */
export async function readHead(
  { headWeights, headBias }: HeadFlags,
  context: FileContext,
): Promise<LinearHead | undefined> {
  if (headWeights === undefined && headBias === undefined) return undefined;
  if (headWeights === undefined || headBias === undefined)
    throw new UsageError("--head-weights and --head-bias belong together, expected both");
  const weights = await readMatrix(headWeights, "--head-weights", context);
  const bias = await readMatrix(headBias, "--head-bias", context);
  if (bias.cols !== 1 && bias.rows !== 1)
    throw new BadInput(`${headBias}: expected one number per class (--head-bias), got ${bias.rows} × ${bias.cols}`, {
      file: headBias,
    });
  return { weights, bias: bias.data };
}

/** The files that such flags name, for what must not be overwritten. */
export function namedFiles(...texts: readonly (string | undefined)[]): string[] {
  return texts
    .filter((text) => text !== undefined)
    .filter((text) => /\.(np[yz]|csv|tsv|parquet|jsonl?)(\.(gz|zst))?$/i.test(text));
}

/** Reads a whole number from a lowest one on. */
export function parseWhole(lowest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(Number.isSafeInteger(value) && value >= lowest && /^\d+$/.test(text.trim())))
      throw new InvalidArgumentError(`expected a whole number from ${lowest} on`);
    return value;
  };
}

/** Reads `0.05` or `5%`. */
export const parseOpenShare: (text: string) => number = parseShare("open", "0.05");

export const discoveryOption = (): Option =>
  new Option("--fdr-method <method>", "how the batch is searched").choices([...discoveryMethods]);

export const mergeOption = (): Option =>
  new Option("--merge <method>", "how p-values of several detectors become one (default: harmonic)").choices([
    ...mergeMethods,
  ]);

/** Every detector with what it needs, for `--method list`. */
export function detectorList(): string {
  const width = oodMethods.reduce((most, { name }) => Math.max(most, name.length), 0);
  return oodMethods.map(({ name, label, needs }) => `${name.padEnd(width)}  ${label}; needs ${needs}\n`).join("");
}

/** Collects the values of a flag that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
