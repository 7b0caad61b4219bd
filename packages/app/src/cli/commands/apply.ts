import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Calibrator, PolicyDocument } from "@candor/core";
import { formats, type InputOptions } from "@candor/input";
import { type Command, Option } from "commander";
import type { LoadedMembers } from "../../input/index.ts";
import { type OutputFormat, outputEndings, outputFormat } from "../../output/index.ts";
import { version } from "../../version.ts";
import { type ApplyResult, applyToFile } from "../apply-calibrator.ts";
import { runApplyConformal } from "../apply-conformal.ts";
import { runApplyMultiLabel } from "../apply-multi-label.ts";
import { type ApplyPolicyResult, applyPolicyToFile } from "../apply-policy.ts";
import { runApplyRegression } from "../apply-regression.ts";
import { addForecastFlags } from "../column-flags.ts";
import { confidenceFromOption } from "../confidence-from.ts";
import type { CliContext } from "../context.ts";
import { isOfDetectionsFile, runApplyDetection } from "../detection-apply.ts";
import { addDetectionFlags, type DetectionFlags, isDetection } from "../detection-flags.ts";
import { addPValueFlag } from "../in-distribution.ts";
import { collectNames, inputFiles, refuseOverwriting } from "../input-files.ts";
import { calibratedMean, identityAfter, readEnsembleCalibrator } from "../members-calibrator.ts";
import { addMemberFlags } from "../members-flags.ts";
import { readCalibrator } from "../read-calibrator.ts";
import { isConformal } from "../read-conformal.ts";
import { isMultiLabelFile } from "../read-multi-label.ts";
import { readPolicy, schemaOf } from "../read-policy.ts";
import { isRegressionCalibrator } from "../read-regression-calibrator.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, writeThrough } from "../write-file.ts";

interface ApplyFlags extends InputOptions, DetectionFlags {
  readonly calibrator?: string;
  readonly policy?: string;
  readonly out?: string;
  readonly into?: string;
  readonly json?: true;
  readonly multiLabel?: string;
}

/** Adds `candor apply` to the program. */
export function addApplyCommand(program: Command, context: CliContext): void {
  const command = program
    .command("apply")
    .description("calibrate the scores or forecasts of a file, or decide its rows, and keep everything else")
    .argument("<calibrator>", "what `candor fit`, `candor decide` or `candor conformal` made")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input")
    .option("--policy <file>", "decide every row, too: act, review or abstain")
    .option("--calibrator <file>", "of prediction sets that were made with one")
    .option("-o, --out <file>", `where to: ${outputEndings}; CSV on standard output by default`)
    .optionsGroup("What the columns are (recognised where unambiguous):")
    .option("--score <column>", "probability of the positive class, or an NPY file")
    .option("--probs <columns>", "one probability per class: 'p_*', a,b,c or an NPY file")
    .option("--logits <columns>", "one logit per class, named like --probs")
    .option("--confidence <column>", "confidence in the prediction made")
    .addOption(confidenceFromOption())
    .option("--multi-label <columns>", "one score per label, if they are called otherwise")
    .option("--weight <column>", "of sets and intervals made with weights: that of each row")
    .option("--by <columns>", "the segments, if they are called otherwise than in the calibrator", collectNames)
    .addOption(new Option("--format <format>", "of the input, if it cannot be told").choices([...formats]));
  addForecastFlags(addMemberFlags(addDetectionFlags(addPValueFlag(command))))
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "keep rows with bad scores, with nothing in what is added, instead of stopping")
    .optionsGroup("What to make:")
    .option("--into <name>", "what to call the calibrated confidence (default: confidence)")
    .option("--json", "what was done, as JSON on standard output")
    .addHelpText(
      "after",
      `
Examples:
  candor apply cal.json scores.csv -o calibrated.csv
  candor apply cal.json preds.parquet --probs 'p_*' -o calibrated.parquet
  candor apply cal.json logits.npy -o probabilities.npy
  candor apply cal.json demand.csv --prediction mean --sigma sd -o repaired.csv
  candor apply policy.json scores.csv -o decided.csv
  candor apply sets.json preds.parquet --probs 'p_*' -o with-sets.parquet
  candor apply cal.json detections.json -o calibrated.json
  cat answers.jsonl | candor apply cal.json - --confidence conf > calibrated.csv`,
    )
    .action((calibrator: string, file: string | undefined, flags: ApplyFlags) =>
      runApply(calibrator, file, flags, context),
    );
}

async function runApply(
  first: string,
  second: string | undefined,
  flags: ApplyFlags,
  context: CliContext,
): Promise<void> {
  if (await isMultiLabelFile(first)) return runApplyMultiLabel(first, second, flags, context);
  if ((await isOfDetectionsFile(first)) || (flags.policy !== undefined && (await isOfDetectionsFile(flags.policy))))
    return runApplyDetection(first, second, flags, context);
  if (isDetection(flags))
    throw new UsageError("--ground-truth is for what was made of detections, expected a calibrator or policy of them");
  if (flags.multiLabel !== undefined)
    throw new UsageError("--multi-label is for a threshold of labels, as `candor conformal --multi-label` makes it");
  if (await isConformal(first)) return runApplyConformal(first, second, flags, context);
  for (const flag of ["calibrator", "weight"] as const)
    if (flags[flag] !== undefined) throw new UsageError(`--${flag} belongs to what \`candor conformal\` made`);
  if (await isRegressionCalibrator(first)) return runApplyRegression(first, second, flags, context);
  const named = inputFiles(flags);
  const { policyFile, calibratorFile, file } = await argumentsOf(first, second, flags, named.length > 0);
  if (file === undefined && named.length === 0)
    throw new UsageError("no file to calibrate, expected `candor apply CALIBRATOR FILE` (- reads standard input)");
  const out = flags.out === "-" ? undefined : flags.out;
  if (out === undefined && flags.json)
    throw new UsageError("--json and the calibrated rows both go to standard output, expected --out FILE");
  const output = formatOf(out);
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], [calibratorFile, policyFile, file, ...named]);
    await checkWritable(out);
  }
  const draft: Draft = (produce, spool) =>
    out === undefined ? printed(produce, spool().path("calibrated.csv"), context) : writeThrough(out, produce);
  const ofMembers = await readEnsembleCalibrator(policyFile === undefined ? calibratorFile : undefined, flags);
  const onMembers = ofMembers && ((members: LoadedMembers) => calibratedMean(ofMembers, members));
  const request = { file, input: flags, into: flags.into, output, ...(onMembers ? { onMembers } : {}) };
  const calibrator =
    calibratorFile === undefined
      ? undefined
      : ofMembers
        ? identityAfter(ofMembers)
        : await readCalibrator(calibratorFile, policyFile === undefined ? firstArgument : undefined);
  if (policyFile !== undefined) {
    const policy = await readPolicy(policyFile);
    checkCalibratorOf(policy, calibrator);
    const result = await applyPolicyToFile({ ...request, policy }, context, draft);
    say(result, flags.json ? decidedDocument(result, policy, out) : wroteDecisions(result, out), context);
  } else if (calibrator !== undefined) {
    const result = await applyToFile({ ...request, calibrator }, context, draft);
    say(result, flags.json ? documentOf(result, calibrator, out) : wrote(result, out), context);
  }
}

const firstArgument =
  "what `candor fit`, `candor decide` or `candor conformal` wrote, and then the file of rows: `candor apply CALIBRATOR FILE`";

type Draft = Parameters<typeof applyToFile>[2];

/** What each argument is: with --policy the calibrator may be left out, and a policy may stand in its place. */
async function argumentsOf(
  first: string,
  second: string | undefined,
  { policy }: ApplyFlags,
  hasNamedFiles: boolean,
): Promise<{ policyFile?: string; calibratorFile?: string; file: string | undefined }> {
  if (policy === undefined) {
    const schema = await schemaOf(first);
    const isPolicy = schema?.startsWith("candor.policy/") ?? false;
    return { ...(isPolicy ? { policyFile: first } : { calibratorFile: first }), file: second };
  }
  if (second === undefined && !hasNamedFiles) return { policyFile: policy, file: first };
  return { policyFile: policy, calibratorFile: first, file: second };
}

/** Beside a policy only its own calibrator can be applied: the thresholds are of what that one gives. */
function checkCalibratorOf({ calibrator: own }: PolicyDocument, given: Calibrator | undefined): void {
  if (given === undefined || own?.fingerprint === given.fingerprint) return;
  throw new UsageError(
    own === null
      ? "the policy was made for scores as they are, expected no calibrator: `candor apply POLICY FILE`"
      : `the policy was made for another calibrator, expected that with the fingerprint ${own.fingerprint.slice(0, 19)}, got ${given.fingerprint.slice(0, 19)}`,
  );
}

function say(result: ApplyResult, text: string | object | undefined, { stdout, stderr }: CliContext): void {
  for (const note of [...skippedNotes(result), ...result.notes]) stderr.write(`note: ${note}\n`);
  if (text !== undefined) stdout.write(`${typeof text === "string" ? text : JSON.stringify(text)}\n`);
}

function wroteDecisions(result: ApplyPolicyResult, out: string | undefined): string | undefined {
  const first = wrote(result, out);
  if (first === undefined) return undefined;
  const { act, review, abstain } = result.decisions;
  const total = Math.max(1, act + review + abstain);
  const part = (name: string, count: number) =>
    count === 0 ? [] : [`${name} ${count.toLocaleString("en")} (${((100 * count) / total).toFixed(1)} %)`];
  return `${first}\n${[...part("act", act), ...part("review", review), ...part("abstain", abstain)].join(", ")}`;
}

function decidedDocument(result: ApplyPolicyResult, policy: PolicyDocument, out: string | undefined): object {
  const { calibrator, fingerprint, objective, verdict } = policy;
  return {
    ...documentOf(result, calibrator, out),
    policy: { fingerprint, objective: objective.kind, status: verdict.status },
    decisions: result.decisions,
  };
}

function formatOf(out: string | undefined): OutputFormat {
  if (out === undefined) return { format: "csv", compression: "none" };
  const output = outputFormat(out);
  if (output === undefined)
    throw new UsageError(`cannot tell how to write ${out}, expected a name in ${outputEndings}`);
  return output;
}

/** Nothing is printed before all rows are known to be good. */
async function printed(
  produce: (path: string) => Promise<void>,
  draft: string,
  { stdout, signal }: CliContext,
): Promise<void> {
  await produce(draft);
  await pipeline(createReadStream(draft), stdout, { signal, end: false });
}

function skippedNotes({ skipped }: ApplyResult): string[] {
  return skipped.map(({ reason, count }) =>
    reason === "malformed line"
      ? `${count.toLocaleString("en")} malformed ${count === 1 ? "line was" : "lines were"} left out`
      : `${count.toLocaleString("en")} ${count === 1 ? "row has" : "rows have"} no calibrated score: ${reason}`,
  );
}

function wrote({ rows, added }: ApplyResult, out: string | undefined): string | undefined {
  if (out === undefined) return undefined;
  const shown = added.length > 5 ? [...added.slice(0, 4), `${added.length - 4} more`] : added;
  const what = shown.length === 0 ? "" : `, added ${shown.join(", ")}`;
  return `wrote ${out}: ${rows.toLocaleString("en")} rows${what}`;
}

function documentOf(
  { source, rows, skipped, added, notes }: ApplyResult,
  calibrator: Calibrator | null,
  out: string | undefined,
): object {
  const described = (made: Calibrator) => {
    const { method, scoreKind, classNames, fingerprint } = made;
    return { method, scoreKind, classNames, fingerprint };
  };
  return {
    schema: "candor.apply/1",
    version,
    calibrator: calibrator && described(calibrator),
    source,
    output: out ?? null,
    rows,
    skipped,
    added,
    notes,
  };
}
