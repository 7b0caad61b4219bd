import { existsSync } from "node:fs";
import type { PolicyDocument } from "@candor/core";
import type { InputOptions } from "@candor/input";
import { formatCount } from "@candor/pages";
import { type Command, InvalidArgumentError } from "commander";
import { renderPolicyHtml } from "../../render/html/policy/render-policy-html.ts";
import { isRefused } from "../../render/policy-words.ts";
import { renderPolicy } from "../../render/terminal/policy.ts";
import { addColumnFlags, addForecastFlags, parseLevel, separate } from "../column-flags.ts";
import { computePolicy, policyWithoutRows } from "../compute-policy.ts";
import { addConfidenceFrom, refuseForecasts } from "../confidence-from.ts";
import type { CliContext } from "../context.ts";
import { computeDetectionPolicy } from "../detection-decide.ts";
import { addDetectionFlags, addPerImageFlag, type DetectionFlags, isDetection } from "../detection-flags.ts";
import { GateFailed } from "../gate-failed.ts";
import { addDemandFlags, checkDemand, type DemandFlags } from "../in-distribution.ts";
import { inputFiles, refuseOverwriting } from "../input-files.ts";
import { addMemberFlags } from "../members-flags.ts";
import { addObjectiveFlags, type ObjectiveFlags } from "../policy-flags.ts";
import { planObjective } from "../policy-objective.ts";
import { readCalibrator } from "../read-calibrator.ts";
import { schemaOf } from "../read-policy.ts";
import { terminalOptions } from "../terminal-options.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, type OutputFile, writeWhole } from "../write-file.ts";

interface DecideFlags extends InputOptions, ObjectiveFlags, DetectionFlags, DemandFlags {
  readonly out?: string;
  readonly calibrator?: string;
  readonly seed: number;
  readonly level: number;
  readonly created?: string;
  readonly json?: string | true;
  readonly html?: string;
}

/** Adds `candor decide` to the program. */
export function addDecideCommand(program: Command, context: CliContext): void {
  const command = program
    .command("decide")
    .description("thresholds from costs, capacity or a target: act, review or abstain")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input")
    .option("-o, --out <file>", "where to write the policy, for `candor apply`");
  addForecastFlags(addMemberFlags(addConfidenceFrom(addColumnFlags(command)), false))
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .option("--calibrator <file>", "calibrate the scores first; it becomes part of the policy");
  addPerImageFlag(addDetectionFlags(command));
  addDemandFlags(addObjectiveFlags(command))
    .option("--seed <seed>", "of what is drawn at random", parseSeed, 0)
    .option("--level <level>", "coverage of the intervals", parseLevel, 0.95)
    .option("--created <date>", "when it was made, for the record (default: now)", parseDate)
    .optionsGroup("What to make:")
    .option("--json [file]", "the whole policy as JSON: to a file, or alone on standard output")
    .option("--html <file>", "one self-contained page with pictures")
    .addHelpText(
      "after",
      `
Examples:
  candor decide new.csv --cost-error 20 --cost-review 1 -o policy.json
  candor decide new.csv --max-error 2% --sure 95% --by region -o policy.json
  candor decide new.csv --capacity 200 --volume 5000 --html policy.html
  candor decide new.csv --calibrator cal.json --precision 90% -o policy.json
  candor decide --calibrator cal.json --costs costs.csv -o policy.json
  candor decide detections.json --ground-truth instances.json --max-error 10% -o policy.json
  candor apply policy.json scores.csv -o decided.csv`,
    )
    .action((file: string | undefined, flags: DecideFlags) => runDecide(file, flags, context));
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new InvalidArgumentError("expected a whole number from 0 on");
  return seed;
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!isDate || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("expected a date such as 2026-11-22 or 2026-11-22T09:30:00Z");
  return text;
}

async function runDecide(file: string | undefined, flags: DecideFlags, context: CliContext): Promise<void> {
  checkFlags(flags);
  checkDemand(flags);
  const plan = await planObjective(flags);
  const isWithoutRows =
    file === undefined &&
    flags.calibrator !== undefined &&
    inputFiles(flags).length === 0 &&
    !(await isRows(flags.json));
  const { source, json } = isWithoutRows
    ? { source: undefined, json: flags.json === "-" ? (true as const) : flags.json }
    : separate(file, flags, { name: "decide", purpose: "decide on" });
  if (isWithoutRows && flags.inDistribution !== undefined)
    throw new UsageError("--in-distribution is a column of the rows to decide on, expected a file of labelled rows");
  const outputs = [
    ...(flags.out === undefined ? [] : [{ flag: "--out", path: flags.out }]),
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
  ];
  const costsFile = flags.costs !== undefined && /^\s*[[{]/.test(flags.costs) ? undefined : flags.costs;
  refuseOverwriting(outputs, [
    source,
    flags.calibrator,
    flags.groundTruth,
    flags.images,
    costsFile,
    ...inputFiles(flags),
  ]);
  for (const { path } of outputs) await checkWritable(path);
  const { seed, level, created = context.now().toISOString() } = flags;
  const document = isDetection(flags)
    ? await computeDetectionPolicy({ file: source, flags, plan, seed, level, created }, context)
    : await policyOfRows({ source, flags, plan, isWithoutRows, created }, context);
  const refused = isRefused(document);
  const written = refused ? outputs.filter(({ flag }) => flag !== "--out") : outputs;
  const files = written.map(({ flag, path }): OutputFile => ({ path, content: contentOf(flag, document) }));
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${JSON.stringify(document)}\n`);
  else
    context.stdout.write(
      `${renderPolicy(document, terminalOptions(context))}${closing(flags.out, written, refused, flags.groundTruth !== undefined)}\n`,
    );
  if (refused) throw new GateFailed(refusal(document, flags.out));
}

interface RowsToDecide {
  readonly source: string | undefined;
  readonly flags: DecideFlags;
  readonly plan: Awaited<ReturnType<typeof planObjective>>;
  readonly isWithoutRows: boolean;
  readonly created: string;
}

async function policyOfRows(
  { source, flags, plan, isWithoutRows, created }: RowsToDecide,
  context: CliContext,
): Promise<PolicyDocument> {
  const calibrator = flags.calibrator === undefined ? null : await readCalibrator(flags.calibrator);
  const { seed, level } = flags;
  return isWithoutRows && calibrator !== null
    ? policyWithoutRows(calibrator, plan, flags, created)
    : computePolicy({ file: source, input: flags, plan, flags, calibrator, seed, level, created }, context);
}

/** Whether what `--json` names is a file that is there already and no policy: then it is read, not overwritten. */
async function isRows(json: string | true | undefined): Promise<boolean> {
  return typeof json === "string" && existsSync(json) && (await schemaOf(json)) !== "candor.policy/1";
}

function checkFlags(flags: DecideFlags): void {
  refuseForecasts(flags);
  const { html, out, thresholdsPerSegment, by } = flags;
  if (html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (out === "-") throw new UsageError("--out needs the name of a file, got - (--json prints the policy)");
  if (thresholdsPerSegment && by === undefined)
    throw new UsageError("--thresholds-per-segment needs --by too: the columns whose values name the segments");
}

function contentOf(flag: string, document: PolicyDocument): string {
  if (flag === "--html") return renderPolicyHtml(document);
  return flag === "--out" ? `${JSON.stringify(document, undefined, 1)}\n` : `${JSON.stringify(document)}\n`;
}

function closing(
  out: string | undefined,
  written: readonly { readonly path: string }[],
  refused: boolean,
  isOfBoxes: boolean,
): string {
  const lines = written.map(({ path }) => `wrote ${path}`);
  if (!refused)
    lines.push(
      out === undefined
        ? "nothing was kept: -o policy.json writes the policy"
        : isOfBoxes
          ? `next: candor apply ${out} DETECTIONS -o decided.json`
          : `next: candor apply ${out} FILE -o decided.csv`,
    );
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}

/** Why there is no policy, and what it would take. */
function refusal({ verdict, missingLabels }: PolicyDocument, out: string | undefined): string {
  const notWritten = out === undefined ? "" : `${out} was not written: `;
  if (verdict.status === "unreachable") return `${notWritten}no threshold reaches the target`;
  const missing =
    missingLabels === null
      ? "and more labels like these would not change that"
      : `about ${formatCount(missingLabels)} more ${missingLabels === 1 ? "label is" : "labels are"} missing`;
  return `${notWritten}not certified, ${missing}`;
}
