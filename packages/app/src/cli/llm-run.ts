import { nameList, printable, shownValue } from "@candor/input";
import { judgeEntry, type LlmDocument, type LlmEntry, scoreDistribution, scoreNames } from "@candor/llm";
import { openResponses, type Spool, textLines } from "../input/index.ts";
import { outputFormat } from "../output/index.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { type Appliers, type Assessments, appliers, assessAll, recordedScore } from "./llm-assess.ts";
import { type Collected, collectEntries, type PlacedEntry } from "./llm-collect.ts";
import type { LlmFlags } from "./llm-flags.ts";
import { useLabels } from "./llm-labelled.ts";
import { readTruths } from "./llm-labels.ts";
import { type TableColumns, writeLlmDocument, writeScoreTable } from "./llm-outputs.ts";
import { type ChosenScore, chooseScore } from "./llm-scores.ts";
import { createProgress } from "./progress.ts";
import { readCalibrator } from "./read-calibrator.ts";
import { readPolicy } from "./read-policy.ts";
import { UsageError } from "./usage-error.ts";

/** Entries that a page shows. */
const PAGE_ENTRIES = 200;

/** All that a run made. */
export interface LlmRun {
  /** With the least sure entries only; `n` counts all. */
  readonly document: LlmDocument;
  /** Writes the document with all entries, or the table, to a path where nothing is yet. */
  readonly writeJson: (path: string) => Promise<void>;
  readonly writeTable: (path: string) => Promise<void>;
}

interface Applied extends Appliers {
  readonly score: ChosenScore;
}

async function whatToApply(flags: LlmFlags): Promise<Applied> {
  const calibrator = flags.calibrator === undefined ? null : await readCalibrator(flags.calibrator);
  const applied = appliers(calibrator, flags.apply === undefined ? null : await readPolicy(flags.apply));
  const recorded = recordedScore(applied);
  if (recorded !== null && flags.score !== undefined && flags.score !== recorded)
    throw new UsageError(
      `the ${applied.calibrator === null ? "policy was made of" : "calibrator was fitted on"} ${printable(recorded)}, expected --score ${printable(recorded)} or none`,
    );
  const score = chooseScore(flags.score ?? recorded ?? undefined, {
    judge: flags.judge !== undefined,
    answer: flags.answer,
  });
  const needs = (["fit", "policy", "calibrator", "apply"] as const).find((flag) => flags[flag] !== undefined);
  if (needs !== undefined && !score.isConfidence)
    throw new UsageError(
      `--${needs} needs a score from 0 to 1 that grows with confidence, such as lengthNormalised, got ${score.name}`,
    );
  return { ...applied, score };
}

/**
 * Reads all responses and computes everything that was asked for.
 *
 * @param file the responses; `-` reads standard input
 * @param spool where what does not fit into memory goes
 */
export async function runResponses(file: string, flags: LlmFlags, context: CliContext, spool: Spool): Promise<LlmRun> {
  const applied = await whatToApply(flags);
  const { score } = applied;
  const progress = createProgress(context.stderr);
  const { signal } = context;
  const paths = { entries: spool.path("entries"), rows: spool.path("rows") };
  try {
    const truths = await readTruths(flags, file, { signal });
    const { stream = false, skipBad = false, provider, judge } = flags;
    const columns = [flags.labels === undefined ? flags.correct : undefined, flags.groupBy];
    const wanted = columns.filter((name) => name !== undefined);
    const opened = openResponses(
      file,
      { stream, skipBad, columns: wanted, ...(provider === undefined ? {} : { provider }) },
      { signal, stdin: context.stdin, onProgress: (fraction) => progress.update("reading", fraction) },
    );
    const keep = Math.max(flags.show, flags.html === undefined ? 0 : PAGE_ENTRIES);
    const collected = await collectEntries(opened, {
      score,
      keep,
      groupBy: flags.groupBy,
      judge: judge === undefined ? undefined : (trace) => judgeEntry(trace, judge),
      level: flags.level,
      correctOf: (saved) => truths?.correctOf(saved) ?? null,
      entries: flags.json === undefined && score.name !== "agreement" ? undefined : paths.entries,
      rows: flags.out === undefined ? undefined : paths.rows,
      signal,
    });
    progress.clear();
    const { groups, agreementOf } = collected.groups.result();
    const { values, assessments } = assessed(collected, agreementOf, applied);
    const leastSure =
      score.name === "agreement" ? await leastAgreeing(paths.entries, values, keep) : collected.leastSure;
    const truthNotes = truths?.notes() ?? [];
    const learnt =
      truths === null || !score.isConfidence
        ? { report: null, fit: null, policy: null, notes: [] }
        : await useLabels(
            { name: opened.name, score: score.name, values, correct: collected.correct, keys: collected.keys },
            { flags, calibrator: applied.calibrator },
            spool,
            context,
          );
    const { skipped, responses } = opened.summary();
    checkGroups(flags, collected, opened.name);
    const nobody = values.every(Number.isNaN) ? [nobodyHas(score, collected)].filter((note) => note !== "") : [];
    const notes = [...truthNotes, ...learnt.notes, ...nobody, ...notesOn(flags, collected, groups.length)];
    const document: LlmDocument = {
      schema: "candor.llm/1",
      version,
      created: context.now().toISOString(),
      source: { name: opened.name, responses, skipped, notes },
      n: values.length,
      entries: leastSure.map(({ position, entry }) =>
        assessments === null ? entry : { ...entry, assessment: assessments.at(position) },
      ),
      groups,
      summary: collected.summary.result(scoreDistribution(score.name, values), assessments?.decisions ?? null),
      report: learnt.report,
      fit: learnt.fit,
      policy: learnt.policy,
    };
    const assessmentAt = (position: number) => assessments?.at(position) ?? null;
    const agreementAt = (position: number) => agreementOf.get(position) ?? null;
    const chosenAt = (position: number) => {
      const value = values[position];
      return value === undefined || Number.isNaN(value) ? null : value;
    };
    return {
      document,
      writeJson: (path) => writeLlmDocument(path, document, paths.entries, { assessmentAt, agreementAt }, signal),
      writeTable: (path) => {
        const table = tableColumns(flags, collected, { score, agreementOf, assessments });
        const output = tableFormat(flags.out ?? "");
        return writeScoreTable(path, paths.rows, output, table, { assessmentAt, agreementAt, chosenAt }, signal);
      },
    };
  } finally {
    progress.clear();
  }
}

/** A column that is nowhere is a slip of the pen. */
function checkGroups({ groupBy }: LlmFlags, { columns }: Collected, file: string): void {
  if (groupBy === undefined || groupBy === "id" || columns.has(groupBy)) return;
  const there = columns.size === 0 ? "nothing stands beside the responses" : `there are ${nameList([...columns])}`;
  throw new UsageError(`${file}: no line has ${shownValue(groupBy)} (--group-by), ${there}`);
}

function isEntry(value: unknown): value is LlmEntry {
  return typeof value === "object" && value !== null && "evidence" in value && "tokens" in value;
}

/** The entries that agree least with others, which is known only once all have been read: they are read again. */
async function leastAgreeing(path: string, values: Float64Array, keep: number): Promise<readonly PlacedEntry[]> {
  const rank = (position: number): number => {
    const value = values[position] ?? Number.NaN;
    return Number.isNaN(value) ? 2 : value;
  };
  const order = [...values.keys()].toSorted((a, b) => rank(a) - rank(b)).slice(0, keep);
  const wanted = new Set(order);
  const found = new Map<number, PlacedEntry>();
  let position = 0;
  for await (const { text } of textLines(path, "temporary file", {})) {
    const entry: unknown = wanted.has(position) ? JSON.parse(text) : undefined;
    if (isEntry(entry)) found.set(position, { position, entry });
    position++;
  }
  return order.flatMap((at) => found.get(at) ?? []);
}

/** The score of every entry, and what the calibrator and the policy make of it. */
function assessed(
  { values: found, lower: low, upper: high, reasons, reasonTexts }: Collected,
  agreementOf: ReadonlyMap<number, number>,
  { score, ...applied }: Applied,
): { readonly values: Float64Array; readonly assessments: Assessments | null } {
  const values = Float64Array.from(found);
  const lower = Float64Array.from(low);
  const upper = Float64Array.from(high);
  if (score.name === "agreement")
    for (const [position, share] of agreementOf) for (const all of [values, lower, upper]) all[position] = share;
  if (applied.calibrator === null && applied.policy === null) return { values, assessments: null };
  const reasonAt = (position: number): string => reasonTexts[reasons[position] ?? -1] ?? "the score is missing";
  return { values, assessments: assessAll(score.name, { values, lower, upper, reasonAt }, applied) };
}

/**
 * How a table of scores is written.
 *
 * @throws {UsageError} for a name that says nothing, and for formats that are not written here
 */
export function tableFormat(out: string): ReturnType<typeof outputFormat> & object {
  const output = outputFormat(out);
  if (output === undefined || ["parquet", "npy"].includes(output.format) || output.compression === "zstd")
    throw new UsageError(
      `cannot tell how to write ${out}, expected a name in .csv, .tsv, .jsonl or .json (each also with .gz)`,
    );
  return output;
}

function tableColumns(
  flags: LlmFlags,
  collected: Collected,
  {
    score,
    agreementOf,
    assessments,
  }: Readonly<{ score: ChosenScore; agreementOf: ReadonlyMap<number, number>; assessments: Assessments | null }>,
): TableColumns {
  const isOwn = ["judge", "judged", "agreement", ...scoreNames].some((name) => name === score.name);
  return {
    own: [...collected.columns],
    chosen: isOwn || score.name === "decision" ? null : score.name,
    has: {
      decision: collected.hasDecisions,
      verdict: flags.judge !== undefined,
      agreement: agreementOf.size > 0,
      correct: flags.correct !== undefined || flags.labels !== undefined,
      assessment: assessments !== null,
      policy: flags.apply !== undefined,
    },
  };
}

/** Why no answer has the score; empty where that is plain: no answer has any. */
function nobodyHas({ name }: ChosenScore, { reasons, reasonTexts, paths, hasEvidence }: Collected): string {
  const counts = new Map<number, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1]);
  if (most === undefined || (name === "lengthNormalised" && !hasEvidence)) return "";
  const there = name.startsWith("$") && paths.size > 0 ? `; there are ${nameList([...paths])}` : "";
  return `no answer has ${printable(name)}: ${(reasonTexts[most[0]] ?? "").replace(/\.$/, "")}${there}`;
}

function notesOn({ groupBy, answer }: LlmFlags, collected: Collected, groups: number): string[] {
  const { repeatedIds, severalAnswers } = collected;
  return [
    ...(groupBy === undefined && repeatedIds > 0
      ? [
          `${repeatedIds.toLocaleString("en")} ${repeatedIds === 1 ? "answer has" : "answers have"} the id of an earlier one: --group-by id compares them`,
        ]
      : []),
    ...(groupBy !== undefined && groups === 0 ? [`no two answers have the same ${groupBy}; nothing was compared`] : []),
    ...(answer === undefined && severalAnswers > 0
      ? [
          `${severalAnswers.toLocaleString("en")} ${severalAnswers === 1 ? "response answers" : "responses answer"} several questions: the least sure one counts, --answer NAME scores another`,
        ]
      : []),
  ];
}
