import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { makeSpool, type Spool } from "../../input/index.ts";
import { renderLlmHtml } from "../../render/html/llm/render-llm-html.ts";
import { isRefused } from "../../render/policy-words.ts";
import { renderLlm } from "../../render/terminal/llm.ts";
import { renderPolicy } from "../../render/terminal/policy.ts";
import { renderFit } from "../../render/terminal/render-fit.ts";
import { renderTerminal } from "../../render/terminal/render-terminal.ts";
import { separate } from "../column-flags.ts";
import type { CliContext } from "../context.ts";
import { GateFailed } from "../gate-failed.ts";
import { refuseOverwriting } from "../input-files.ts";
import { addLlmFlags, type LlmFlags } from "../llm-flags.ts";
import { type LlmRun, runResponses, tableFormat } from "../llm-run.ts";
import { terminalOptions } from "../terminal-options.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, type OutputFile, writeThrough, writeWhole } from "../write-file.ts";

/** Adds `candor llm` to the program. */
export function addLlmCommand(program: Command, context: CliContext): void {
  const command = program
    .command("llm")
    .description("score saved responses of language models, and show where they are unsure")
    .argument(
      "[file]",
      "JSON lines, one response each, of any provider; or one JSON document; also .gz; - reads standard input",
    );
  addLlmFlags(command)
    .addHelpText(
      "after",
      `
A line is a response as the provider sent it, or a record of your own around it:
  {"id": "q1", "response": {…}, "correct": true, "question": "…"}
In it "chunks": […] may stand in place of "response": the chunks of its stream.
What else stands in the record is kept: as columns of --out, and in --json. Lines of a
batch job's output are read too. --labels reads a table with the columns id and correct.

Examples:
  candor llm answers.jsonl
  candor llm answers.jsonl --json scored.json --html heat-map.html
  candor llm stream.txt --stream
  candor llm verdicts.jsonl --judge boolean --group-by id
  candor llm samples.jsonl --group-by question --score agreement
  candor llm answers.jsonl --correct correct --fit cal.json
  candor llm answers.jsonl --labels labels.csv --fit cal.json --policy policy.json --max-error 5%
  candor llm invoices.jsonl --score '$.total' --correct total_ok --out scores.csv
  candor llm new.jsonl --apply policy.json --out decided.csv
  gunzip -c log.jsonl.gz | candor llm - --skip-bad --show 20`,
    )
    .action((file: string | undefined, flags: LlmFlags) => runLlm(file, flags, context));
}

async function runLlm(file: string | undefined, flags: LlmFlags, context: CliContext): Promise<void> {
  const { source, json } = separate(
    file,
    { ...(flags.json === undefined ? {} : { json: flags.json }) },
    {
      name: "llm",
      purpose: "score",
    },
  );
  if (source === undefined)
    throw new UsageError("no file to score, expected `candor llm FILE` (- reads standard input)");
  checkFlags(flags);
  const outputs = [
    ...(flags.fit === undefined ? [] : [{ flag: "--fit", path: flags.fit }]),
    ...(flags.policy === undefined ? [] : [{ flag: "--policy", path: flags.policy }]),
    ...(flags.out === undefined ? [] : [{ flag: "--out", path: flags.out }]),
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
  ];
  refuseOverwriting(outputs, [source, flags.labels, flags.calibrator, flags.apply]);
  for (const { path } of outputs) await checkWritable(path);
  const spool = makeSpool();
  try {
    const run = await runResponses(source, { ...flags, ...(json === undefined ? {} : { json }) }, context, spool);
    const kept = outputs.filter(({ flag }) => !isLeftOut(flag, run));
    context.signal.throwIfAborted();
    for (const { flag, path } of kept) {
      if (flag === "--json") await writeThrough(path, run.writeJson);
      if (flag === "--out") await writeThrough(path, run.writeTable);
    }
    context.signal.throwIfAborted();
    await writeWhole(kept.flatMap(({ flag, path }) => contentOf(flag, path, run)));
    if (json === true) await printJson(run, spool, context);
    else context.stdout.write(`${terminalText(run, flags.show, context)}${closing(kept, flags)}`);
    refuse(run, flags);
  } finally {
    spool.remove();
  }
}

function checkFlags({ html, out, fit, policy, maxError, sure, correct, labels }: LlmFlags): void {
  if (html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (out !== undefined) tableFormat(out);
  const needsLabels = fit !== undefined ? "--fit" : policy !== undefined ? "--policy" : undefined;
  if (needsLabels !== undefined && correct === undefined && labels === undefined)
    throw new UsageError(`${needsLabels} needs labels: --correct COLUMN or --labels FILE`);
  if (policy !== undefined && maxError === undefined)
    throw new UsageError("--policy needs --max-error too; for other targets: candor decide on the table of --out");
  if (policy === undefined && (maxError !== undefined || sure !== undefined))
    throw new UsageError(
      `${maxError === undefined ? "--sure" : "--max-error"} belongs to --policy FILE, expected both`,
    );
}

/** What is refused because it would do harm is not written. */
function isLeftOut(flag: string, { document: { fit, policy } }: LlmRun): boolean {
  if (flag === "--fit") return fit !== null && fit.improvement.logLoss.upper < 0;
  return flag === "--policy" && policy !== null && isRefused(policy);
}

function contentOf(flag: string, path: string, { document }: LlmRun): OutputFile[] {
  const { fit, policy } = document;
  if (flag === "--html") return [{ path, content: renderLlmHtml(document) }];
  if (flag === "--fit" && fit !== null) return [{ path, content: `${JSON.stringify(fit.calibrator, undefined, 1)}\n` }];
  if (flag === "--policy" && policy !== null) return [{ path, content: `${JSON.stringify(policy, undefined, 1)}\n` }];
  return [];
}

/** Nothing is printed before all lines are known to be good. */
async function printJson(run: LlmRun, spool: Spool, { stdout, signal }: CliContext): Promise<void> {
  const path = spool.path("document.json");
  await run.writeJson(path);
  await pipeline(createReadStream(path), stdout, { signal, end: false });
}

function terminalText({ document }: LlmRun, show: number, context: CliContext): string {
  const { report, fit, policy } = document;
  const options = terminalOptions(context);
  const shown = { ...document, entries: document.entries.slice(0, show) };
  return [
    renderLlm(shown, options),
    ...(report === null ? [] : [renderTerminal(report, options)]),
    ...(fit === null ? [] : [renderFit(fit, options)]),
    ...(policy === null ? [] : [renderPolicy(policy, options)]),
  ].join("\n");
}

function closing(written: readonly { readonly flag: string; readonly path: string }[], flags: LlmFlags): string {
  const lines = written.map(({ path }) => `wrote ${path}`);
  const has = (flag: string): boolean => written.some((output) => output.flag === flag);
  const calibrator = has("--fit") && !has("--policy") ? ` --calibrator ${flags.fit}` : "";
  const policy = has("--policy") ? ` --apply ${flags.policy}` : "";
  if (calibrator !== "" || policy !== "") lines.push(`next: candor llm FILE${calibrator}${policy} --out decided.csv`);
  return lines.length === 0 ? "" : `\n${lines.join("\n")}\n`;
}

function refuse(run: LlmRun, { fit, policy }: LlmFlags): void {
  if (isLeftOut("--fit", run)) throw new GateFailed(`${fit} was not written: the scores are worse after it`);
  if (isLeftOut("--policy", run))
    throw new GateFailed(`${policy} was not written: ${run.document.policy?.verdict.sentence ?? ""}`);
}
