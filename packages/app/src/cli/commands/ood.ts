import { type Command, InvalidArgumentError, Option } from "commander";
import { parseLevel } from "../column-flags.ts";
import type { CliContext } from "../context.ts";
import { type OodFitFlags, runOodFit } from "../ood-fit.ts";
import {
  addEvidenceFlags,
  addHeadFlags,
  collect,
  discoveryOption,
  mergeOption,
  parseOpenShare,
  parseWhole,
} from "../ood-flags.ts";
import { type OodReportFlags, runOodReport } from "../ood-report.ts";
import { type OodScoreFlags, runOodScore } from "../ood-score.ts";
import { parsePositive, parseShare } from "../policy-numbers.ts";

const table = "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input";

/** Adds `candor ood` with its subcommands to the program. */
export function addOodCommand(program: Command, context: CliContext): void {
  const ood = program.command("ood").description("rows unlike the training data: fit a detector, score rows, test it");
  addFit(ood, context);
  addScore(ood, context);
  addReport(ood, context);
  ood.addHelpText(
    "after",
    `
Examples:
  candor ood fit --features train.npy --labels y.npy --calibration-features cal.npy \\
    --head-weights W.npy --head-bias b.npy -o detector.json
  candor ood score new.csv --features 'f_*' --detector detector.json --fdr 0.1 -o scored.csv
  candor ood report --detector detector.json --in-features test.npy --out-features other.npy`,
  );
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!isDate || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("expected a date such as 2026-11-22 or 2026-11-22T09:30:00Z");
  return text;
}

function addFit(ood: Command, context: CliContext): void {
  const command = ood
    .command("fit")
    .description("a detector that learns what the training data looks like")
    .argument("[file]", table)
    .option("-o, --out <file>", "where to write the detector; large arrays go to NPY files beside it");
  addHeadFlags(addEvidenceFlags(command, { labels: "the true class of each row, or an NPY file" }))
    .optionsGroup("Rows that nothing has learned from, for p-values (default: a share of the given rows):")
    .option("--calibration <file>", "a table with the same columns")
    .option("--calibration-features <columns>", "as --features")
    .option("--calibration-logits <columns>", "as --logits")
    .option("--calibration-probs <columns>", "as --probs")
    .option("--calibration-share <share>", "of the given rows; 0 for none (default: 0.2)", parseShare("closed", "0.2"))
    .optionsGroup("Rows known to be outside, for outlier exposure:")
    .option("--outliers <file>", "a table with the same columns")
    .option("--outliers-features <columns>", "as --features")
    .option("--outliers-logits <columns>", "as --logits")
    .option("--outliers-probs <columns>", "as --probs")
    .optionsGroup("How to detect:")
    .option("--method <name>", "auto, or one of `--method list`")
    .option("--k <count>", "neighbour whose distance counts", parseWhole(1))
    .option("--shrinkage <share>", "of covariances (default: Ledoit-Wolf)", parseShare("closed", "0.1"))
    .option("--dimension <count>", "usual directions of vim and residual", parseWhole(1))
    .option("--percentile <share>", "of react, ash and scale", parseShare("open", "0.9"))
    .option("--temperature <number>", "of the energy (default: 1)", parsePositive("1"))
    .option("--gamma <number>", "exponent of gen (default: 0.1)", parsePositive("0.1"))
    .option("--top <count>", "largest probabilities that gen reads (default: 100)", parseWhole(1))
    .option("--ridge <number>", "penalty of outlier exposure (default: 0.1)", parsePositive("0.1"))
    .option("--seed <seed>", "of the rows drawn to calibrate", parseWhole(0), 0)
    .option("--name <name>", "what to call the training data (default: its file)")
    .option("--created <date>", "when it was made, for the record", parseDate)
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .optionsGroup("What to make:")
    .option("--json", "what was fitted, as JSON on standard output")
    .action((file: string | undefined, flags: OodFitFlags) => runOodFit(file, flags, context));
}

function addScore(ood: Command, context: CliContext): void {
  const command = ood
    .command("score")
    .description("score and p-value of every row, beside everything else that is in the file")
    .argument("[file]", table)
    .requiredOption("--detector <file>", "what `candor ood fit` made; repeat it to merge several", collect)
    .option("-o, --out <file>", "where to: a table, or .npy for the p-values; CSV on standard output by default");
  addEvidenceFlags(command, { labels: undefined })
    .optionsGroup("What to look for:")
    .option("--fdr <share>", "find outside rows, this share of them wrong at most on average", parseOpenShare)
    .addOption(discoveryOption())
    .addOption(mergeOption())
    .option("--skip-bad", "keep bad rows, with nothing in what is added, instead of stopping")
    .optionsGroup("What to make:")
    .option("--json", "what was done, as JSON on standard output")
    .action((file: string | undefined, flags: OodScoreFlags) => runOodScore(file, flags, context));
}

function addReport(ood: Command, context: CliContext): void {
  const command = ood
    .command("report")
    .description("how well a detector tells outside rows, and whether its p-values hold on inside rows")
    .argument("[file]", `inside rows: ${table}`)
    .requiredOption("--detector <file>", "what `candor ood fit` made");
  addHeadFlags(addEvidenceFlags(command, { labels: "the true class of each inside row, or an NPY file" }))
    .optionsGroup("Test rows in files of their own:")
    .option("--in-features <file>", "of inside rows")
    .option("--in-logits <file>", "of inside rows")
    .option("--in-probs <file>", "of inside rows")
    .option("--outside <file>", "outside rows, a table with the same columns; may be repeated", collect)
    .option("--out-features <file>", "of outside rows; may be repeated, once for each kind", collect)
    .option("--out-logits <file>", "of outside rows; may be repeated", collect)
    .option("--out-probs <file>", "of outside rows; may be repeated", collect)
    .optionsGroup("What to compare with:")
    .option("--compare <file>", "another detector; may be repeated", collect)
    .option("--train-features <file>", "training rows, to fit all other methods on")
    .option("--train-logits <file>", "the same")
    .option("--train-probs <file>", "the same")
    .option("--train-labels <file>", "their true classes")
    .optionsGroup("How to judge:")
    .option("--ood-level <share>", "rows with a p-value at or below it are called outside", parseOpenShare, 0.05)
    .option("--fdr <share>", "false discoveries of a batch, at most on average", parseOpenShare, 0.1)
    .addOption(discoveryOption())
    .option("--level <level>", "coverage of the intervals", parseLevel, 0.95)
    .option("--seed <seed>", "of what is drawn at random", parseWhole(0), 0)
    .option("--created <date>", "when it was made, for the record (default: now)", parseDate)
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .optionsGroup("What to make:")
    .addOption(new Option("--json [file]", "the whole report as JSON: to a file, or alone on standard output"))
    .option("--html <file>", "one self-contained page with pictures")
    .action((file: string | undefined, flags: OodReportFlags) => runOodReport(file, flags, context));
}
