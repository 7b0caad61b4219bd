import { readFile, stat } from "node:fs/promises";
import { normalQuantile } from "@candor/core";
import { formats, type InputOptions } from "@candor/input";
import { formatCount, formatNumber } from "@candor/pages";
import { type Command, InvalidArgumentError, Option } from "commander";
import { outputEndings, outputFormat } from "../../output/index.ts";
import { version } from "../../version.ts";
import type { CliContext } from "../context.ts";
import { collectNames, inputFiles, refuseOverwriting } from "../input-files.ts";
import { parseShare } from "../policy-numbers.ts";
import { readCalibrator } from "../read-calibrator.ts";
import { type Acquisition, batchChoices, isOneOf, rowScores, type SampleDesign } from "../sample-draw.ts";
import { type SampleResult, sampleToFile } from "../sample-rows.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, writeThrough } from "../write-file.ts";

interface SampleFlags extends InputOptions {
  readonly out?: string;
  readonly budget?: number;
  readonly design: "fixed" | "poisson";
  readonly byUncertainty?: string;
  readonly acquisition?: Acquisition;
  readonly below?: number;
  readonly above?: number;
  readonly floor: number;
  readonly seed: number;
  readonly calibrator?: string;
  readonly features?: string;
  readonly overwrite?: true;
  readonly json?: true;
}

/** Adds `candor sample` to the program. */
export function addSampleCommand(program: Command, context: CliContext): void {
  program
    .command("sample")
    .description(
      "select rows to label, with the probability of each, so that estimates from the labels hold for all rows",
    )
    .argument("<file>", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst); - reads standard input")
    .option("-o, --out <file>", `where to: ${outputEndings.replace(" or .npy", "")}`)
    .optionsGroup("How to select:")
    .option("--budget <labels>", "how many rows", parseBudget)
    .addOption(
      new Option("--design <design>", "exactly so many rows, or independent draws")
        .choices(["fixed", "poisson"])
        .default("fixed"),
    )
    .option(
      "--by-uncertainty <what>",
      `probability in proportion to ${rowScores.join(", ")} or a column (default: accuracy)`,
    )
    .option("--floor <share>", "share of the budget spread evenly over all rows", parseShare("closed", "0.5"), 0.5)
    .option(
      "--below <confidence>",
      "instead of a budget: all rows below this confidence, and --above of the others",
      parseShare("closed", "0.7"),
    )
    .option("--above <share>", "probability of each of the others", parseShare("positive", "0.02"))
    .addOption(
      new Option("--acquisition <name>", "choose rows to train on; says nothing about the others").choices([
        ...rowScores,
        ...batchChoices,
      ]),
    )
    .option("--seed <seed>", "of what is drawn", parseSeed, 0)
    .optionsGroup("What the columns are (recognised where unambiguous):")
    .option("--score <column>", "probability of the positive class, or an NPY file")
    .option("--probs <columns>", "one probability per class: 'p_*', a,b,c or an NPY file")
    .option("--logits <columns>", "one logit per class, named like --probs")
    .option("--confidence <column>", "confidence in the prediction made")
    .option(
      "--members <members>",
      "members of an ensemble: files or patterns of columns, comma separated",
      collectNames,
    )
    .option("--member-logits", "members give logits")
    .option("--features <columns>", "features of the rows: 'f_*', a column of lists or an NPY file")
    .option("--row-id <column>", "column that tells rows apart (default: their number, added as candor_row)")
    .addOption(new Option("--format <format>", "of the input, if it cannot be told").choices([...formats]))
    .optionsGroup("How to treat the rows:")
    .option("--calibrator <file>", "calibrate the scores first")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "never select bad rows, and say how many there are, instead of stopping")
    .optionsGroup("What to make:")
    .option("--overwrite", "replace a file of the name of --out that holds something else, labels perhaps")
    .option("--json", "what was done, as JSON on standard output")
    .addHelpText(
      "after",
      `
Examples:
  candor sample pool.csv --budget 200 -o to-label.csv
  candor sample pool.parquet --probs 'p_*' --budget 500 --floor 50% -o to-label.csv
  candor sample pool.csv --below 0.7 --above 2% -o to-label.csv
  candor sample pool.csv --budget 100 --acquisition badge --features f.npy -o to-train.csv

Then, with a column of labels filled in:
  candor report to-label.csv --population pool.csv`,
    )
    .action((file: string, flags: SampleFlags) => runSample(file, flags, context));
}

function parseBudget(text: string): number {
  const budget = Number(text);
  if (!(Number.isSafeInteger(budget) && budget >= 1))
    throw new InvalidArgumentError("expected a whole number from 1 on");
  return budget;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new InvalidArgumentError("expected a whole number from 0 on");
  return seed;
}

async function runSample(file: string, flags: SampleFlags, context: CliContext): Promise<void> {
  const { out, calibrator: calibratorFile, byUncertainty = "accuracy", features, rowId } = flags;
  if (out === undefined || out === "-")
    throw new UsageError("--out FILE is missing: the rows to label are written to a file");
  const output = outputFormat(out);
  if (output === undefined || output.format === "npy")
    throw new UsageError(
      `cannot tell how to write ${out}, expected a name in ${outputEndings.replace(" or .npy", "")}`,
    );
  const isName = isOneOf(rowScores, byUncertainty);
  const design = designOf(flags, isName ? byUncertainty : "column");
  refuseOverwriting([{ flag: "--out", path: out }], [file, calibratorFile, ...inputFiles(flags)]);
  await checkWritable(out);
  const calibrator = calibratorFile === undefined ? undefined : await readCalibrator(calibratorFile);
  const { rowId: _, ...input } = flags;
  const uncertainty = isName ? undefined : byUncertainty;
  const result = await sampleToFile(
    { file, input, uncertainty, features, calibrator, design, rowId, output },
    context,
    (produce) =>
      writeThrough(out, async (draft) => {
        await produce(draft);
        if (flags.overwrite === undefined) await refuseOtherContent(out, draft);
      }),
  );
  const document = documentOf(result, design, flags, out);
  for (const note of document.notes) context.stderr.write(`note: ${note}\n`);
  context.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : sayWhat(document, file, flags));
}

/**
 * Confirms that nothing is lost where a file is replaced: labels are filled in by hand into what was written before.
 *
 * @throws {UsageError} where a file of that name holds anything but what is about to be written
 */
async function refuseOtherContent(out: string, draft: string): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size === 0) return;
  if (found.size === (await stat(draft)).size && (await readFile(out)).equals(await readFile(draft))) return;
  throw new UsageError(
    `${out} exists and holds something else, labels perhaps: expected another name, or --overwrite to replace it`,
  );
}

function designOf(flags: SampleFlags, by: SampleDesign["by"]): SampleDesign {
  const { budget, below, above, acquisition, floor, seed, design } = flags;
  if ((below === undefined) !== (above === undefined))
    throw new UsageError("--below and --above belong together: all rows below a confidence, and some of the others");
  if (below !== undefined && budget !== undefined)
    throw new UsageError("--below says how many rows there are, expected no --budget");
  if (below === undefined && budget === undefined) throw new UsageError("--budget is missing: how many rows to label");
  if (acquisition !== undefined && (flags.byUncertainty !== undefined || below !== undefined))
    throw new UsageError("--acquisition chooses rows and draws none, expected no --by-uncertainty and no --below");
  const threshold = below === undefined || above === undefined ? undefined : { below, above };
  return { budget, design: threshold ? "poisson" : design, by, acquisition, threshold, floor, seed };
}

/** Width of the interval of the accuracy that these labels will give, if the confidences are right. */
function expectedWidth(confidences: Float64Array, probabilities: Float64Array): { own: number; uniform: number } {
  const n = confidences.length;
  let own = 0;
  let all = 0;
  let budget = 0;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    const p = confidences[i] ?? 0;
    const pi = probabilities[i] ?? 1;
    own += (p * (1 - p) * (1 / pi - 1)) / n;
    all += (p * (1 - p)) / n;
    mean += p / n;
    budget += pi;
  }
  const ofRows = mean * (1 - mean);
  const width = (variance: number): number => 2 * normalQuantile(0.975) * Math.sqrt(variance / n);
  return { own: width(own + ofRows), uniform: width(all * (n / budget - 1) + ofRows) };
}

interface SampleDocument {
  readonly schema: "candor.sample/1";
  readonly version: string;
  readonly source: {
    readonly name: string;
    readonly rows: number;
    readonly skipped: SampleResult["skipped"];
    readonly columns: Readonly<Record<string, string>>;
  };
  readonly output: string;
  /** Rows that could be selected. */
  readonly population: number;
  readonly design: "fixed" | "poisson" | "threshold" | "chosen";
  readonly by: string;
  readonly floor: number | null;
  readonly threshold: { readonly below: number; readonly above: number } | null;
  readonly seed: number;
  /** Rows to be expected, and rows there are. */
  readonly expected: number;
  readonly selected: number;
  readonly propensity: { readonly column: string; readonly smallest: number; readonly largest: number } | null;
  readonly rowId: string;
  /** Width of the 95 % interval of the accuracy to be expected if the confidences are right; of uniform sampling beside it. */
  readonly expectedWidth: number | null;
  readonly expectedWidthUniform: number | null;
  readonly notes: readonly string[];
}

function documentOf(result: SampleResult, design: SampleDesign, flags: SampleFlags, out: string): SampleDocument {
  const { source, rows, good, skipped, drawn, confidences, columns } = result;
  const chances = drawn.probabilities;
  const width = chances && expectedWidth(confidences, chances);
  const isChosen = design.acquisition !== undefined;
  const notes = [
    ...result.notes,
    ...skipped.map(({ reason, count }) => `${formatCount(count)} rows cannot be selected: ${reason}`),
    ...(isChosen
      ? [
          `these rows were chosen by ${design.acquisition}, not drawn: their labels are for training, and an accuracy measured on them says nothing about the other rows`,
        ]
      : []),
  ];
  let smallest = 1;
  let largest = 0;
  for (const p of chances ?? []) {
    smallest = Math.min(smallest, p);
    largest = Math.max(largest, p);
  }
  if (chances !== undefined && smallest === 0)
    notes.push("some rows have a probability of 0: no label can speak for them, --floor above 0 reaches them");
  return {
    schema: "candor.sample/1",
    version,
    source: { name: source.name, rows, skipped, columns: source.columns },
    output: out,
    population: good,
    design: isChosen ? "chosen" : design.threshold ? "threshold" : design.design,
    by: design.acquisition ?? (design.threshold ? "confidence" : (flags.byUncertainty ?? "accuracy")),
    floor: isChosen || design.threshold ? null : design.floor,
    threshold: design.threshold ?? null,
    seed: design.seed,
    expected: drawn.expected,
    selected: drawn.rows.length,
    propensity: columns.propensity === null ? null : { column: columns.propensity, smallest, largest },
    rowId: columns.rowId,
    expectedWidth: width?.own ?? null,
    expectedWidthUniform: width?.uniform ?? null,
    notes,
  };
}

/** Flags that the report needs too. */
function reportFlags({ score, probs, logits, confidence, rowId }: SampleFlags): string {
  const given = { score, probs, logits, confidence, "row-id": rowId };
  const quoted = (value: string): string => (/^[\w./-]+$/.test(value) ? value : `'${value}'`);
  return Object.entries(given)
    .flatMap(([flag, value]) => (value === undefined ? [] : [` --${flag} ${quoted(value)}`]))
    .join("");
}

function sayWhat(document: SampleDocument, file: string, flags: SampleFlags): string {
  const {
    output,
    selected,
    population,
    propensity,
    expected,
    expectedWidth: width,
    expectedWidthUniform,
    rowId,
  } = document;
  const lines = [`wrote ${output}: ${formatCount(selected)} of ${formatCount(population)} rows to label`];
  if (propensity !== null) {
    const isRandom = document.design !== "fixed" && Math.abs(expected - selected) >= 0.5;
    lines.push(
      `  ${propensity.column}: probability of each row of being selected, ${formatNumber(propensity.smallest)} to ${formatNumber(propensity.largest)}`,
      ...(isRandom ? [`  ${formatNumber(expected, 1)} were to be expected; their number is random`] : []),
    );
  }
  lines.push(`  ${rowId}: which row of ${document.source.name} each is`);
  if (width !== null && expectedWidthUniform !== null)
    lines.push(
      `  if the confidences are right, the accuracy will be known to ± ${formatNumber(width / 2)} (± ${formatNumber(expectedWidthUniform / 2)} by uniform sampling)`,
    );
  if (propensity !== null)
    lines.push(
      `next: fill in a column of labels, then candor report ${output} --population ${file}${reportFlags(flags)}`,
    );
  return `${lines.join("\n")}\n`;
}
