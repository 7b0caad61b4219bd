import { type PolicyDocument, type VerificationDocument, verifyPolicy } from "@candor/core";
import { BadInput, type InputOptions } from "@candor/input";
import type { Command } from "commander";
import { renderVerification } from "../../render/terminal/policy-verification.ts";
import { version } from "../../version.ts";
import { addColumnFlags, separate } from "../column-flags.ts";
import { addConfidenceFrom } from "../confidence-from.ts";
import type { CliContext } from "../context.ts";
import { addDetectionFlags, type DetectionFlags, isDetection } from "../detection-flags.ts";
import { verifyOnDetections } from "../detection-verify.ts";
import { GateFailed } from "../gate-failed.ts";
import { addPValueFlag, sayWhoDemands, withDemandOf } from "../in-distribution.ts";
import { inputFiles, refuseOverwriting } from "../input-files.ts";
import { recordedRoles, ruleColumns } from "../policy-columns.ts";
import { readPolicyRows } from "../policy-rows.ts";
import { createProgress } from "../progress.ts";
import { readPolicy } from "../read-policy.ts";
import { withScoreOfPolicy } from "../recorded-score.ts";
import { terminalOptions } from "../terminal-options.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, writeWhole } from "../write-file.ts";

interface VerifyFlags extends InputOptions, DetectionFlags {
  readonly calibrator?: string;
  readonly json?: string | true;
  readonly strict?: true;
}

/** Adds `candor verify` to the program. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  const command = program
    .command("verify")
    .description("tell whether a policy keeps what it promises, on its own rows or on new ones")
    .argument("<policy>", "what `candor decide` made")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input");
  addDetectionFlags(addPValueFlag(addConfidenceFrom(addColumnFlags(command))))
    .option("--calibrator <file>", "of a policy of `candor fit --method box`: that calibrator")
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .optionsGroup("What to make:")
    .option("--json [file]", "the answer as JSON: to a file, or alone on standard output")
    .option("--strict", "exit with 1, too, where the rows are too few to tell")
    .addHelpText(
      "after",
      `
Columns are those that the policy was made from, unless flags name others.
Exits with 0 where the policy holds or the rows do not tell, with 1 where it is
broken.

Examples:
  candor verify policy.json labelled.csv --score p --label y
  candor verify policy.json march.parquet --strict --json march.json
  candor verify policy.json detections.json --ground-truth instances.json`,
    )
    .action((policy: string, file: string | undefined, flags: VerifyFlags) => runVerify(policy, file, flags, context));
}

async function runVerify(
  policyFile: string,
  file: string | undefined,
  flags: VerifyFlags,
  context: CliContext,
): Promise<void> {
  const { source: path, json } = separate(file, flags, { name: "verify POLICY", purpose: "verify on" });
  const outputs = typeof json === "string" ? [{ flag: "--json", path: json }] : [];
  refuseOverwriting(outputs, [
    policyFile,
    path,
    flags.groundTruth,
    flags.images,
    flags.calibrator,
    ...inputFiles(flags),
  ]);
  for (const output of outputs) await checkWritable(output.path);
  const policy = await readPolicy(policyFile);
  const { document, source } = await (policy.source?.columns["box"] === undefined
    ? verified(policy, path, withoutBoxes(flags), context)
    : verifyOnDetections(policy, path, flags, context));
  const text = `${JSON.stringify(document)}\n`;
  context.signal.throwIfAborted();
  await writeWhole(outputs.map((output) => ({ path: output.path, content: text })));
  if (json === true) context.stdout.write(text);
  else
    context.stdout.write(
      `${renderVerification(document, { policy, source }, terminalOptions(context))}${outputs.map((output) => `\nwrote ${output.path}\n`).join("")}`,
    );
  if (document.status === "broken") throw new GateFailed("the policy does not hold");
  if (document.status === "not-shown" && flags.strict) throw new GateFailed("it is not shown that the policy holds");
}

/** @throws {UsageError} for flags of boxes, which this policy does not read */
function withoutBoxes(flags: VerifyFlags): VerifyFlags {
  if (isDetection(flags) || flags.calibrator !== undefined)
    throw new UsageError(
      "the policy was not made for detections, expected neither --ground-truth nor --calibrator (a policy carries its own)",
    );
  return flags;
}

const kindNames: Readonly<Record<PolicyDocument["task"], string>> = {
  binary: "the probability of the positive class",
  confidence: "confidences",
  multiclass: "one score per class",
};

const scoreFlags: Readonly<Record<PolicyDocument["task"], readonly ("score" | "confidence" | "probs" | "logits")[]>> = {
  binary: ["score"],
  confidence: ["confidence"],
  multiclass: ["probs", "logits"],
};

/** Rows of another kind than those of the policy cannot be decided by it. */
function checkKindOf({ task }: PolicyDocument, flags: InputOptions): void {
  if (flags.confidenceFrom !== undefined) return;
  const own = scoreFlags[task];
  const expected = own.map((flag) => `--${flag}`).join(" or ");
  const given = Object.values(scoreFlags)
    .flat()
    .find((flag) => flags[flag] !== undefined && !own.includes(flag));
  if (given !== undefined)
    throw new UsageError(`the policy is for ${kindNames[task]}, expected ${expected}, got --${given}`);
  if (flags.task !== undefined && flags.task !== task)
    throw new UsageError(`the policy is for ${kindNames[task]}, expected no --task ${flags.task}`);
}

async function verified(
  policy: PolicyDocument,
  file: string | undefined,
  flags: VerifyFlags,
  context: CliContext,
): Promise<{ document: VerificationDocument; source: { name: string; notes: readonly string[] } }> {
  const progress = createProgress(context.stderr);
  const { by, reported, input: given } = ruleColumns(policy, flags);
  const input = withDemandOf(withScoreOfPolicy(given, policy), policy);
  checkKindOf(policy, input);
  const known = policy.task === "binary" && flags.positive === undefined ? policy.classNames : undefined;
  const positive = known?.[1] ?? flags.positive;
  const readAs = (columns: readonly string[], roles: InputOptions) =>
    readPolicyRows(
      {
        file,
        input: { ...input, ...roles, ...(positive === undefined ? {} : { positive }) },
        calibrator: policy.calibrator,
        by: columns,
        classes: policy.classNames,
      },
      {
        ...(known === undefined ? {} : { classNames: known }),
        signal: context.signal,
        stdin: context.stdin,
        onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
      },
    );
  const recorded = file === undefined || file === "-" ? undefined : recordedRoles(policy, flags);
  const read = (columns: readonly string[]) =>
    recorded === undefined
      ? readAs(columns, {})
      : readAs(columns, recorded).catch((cause) => {
          if (!BadInput.is(cause)) throw cause;
          return readAs(columns, {}).catch(() => {
            throw cause;
          });
        });
  const isOnlyReported = (cause: unknown) =>
    BadInput.is(cause) && cause.column !== undefined && reported.includes(cause.column) && file !== "-";
  try {
    const { predictions, source } = await read([...by, ...reported])
      .catch((cause) => {
        if (isOnlyReported(cause)) return read(by);
        throw cause;
      })
      .catch(sayWhoDemands(policy, flags.inDistribution));
    progress.update("verifying", undefined);
    return { document: context.whileBusy(() => verifyPolicy(policy, predictions, { version })), source };
  } finally {
    progress.clear();
  }
}
