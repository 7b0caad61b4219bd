import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Calibrator, FitDocument, PolicyDocument, ReportDocument } from "@candor/core";
import { BadInput, type InputOptions } from "@candor/input";
import { calibratorOfScore, splitHalves } from "@candor/llm";
import type { Spool } from "../input/index.ts";
import { computeFit } from "./compute-fit.ts";
import { computePolicy } from "./compute-policy.ts";
import { computeReport } from "./compute-report.ts";
import type { CliContext } from "./context.ts";
import type { LlmFlags } from "./llm-flags.ts";
import { planObjective } from "./policy-objective.ts";

/** Answers with their scores and labels. */
export interface ScoredAnswers {
  /** Name of the file, for the record. */
  readonly name: string;
  /** Name of the score, for the record. */
  readonly score: string;
  /** NaN where the score is missing. */
  readonly values: Float64Array;
  /** 1 right, 0 wrong, −1 where nothing is known. */
  readonly correct: readonly number[];
  /** Answers with the same key belong together; null for one that stands alone. */
  readonly keys: readonly (string | null)[];
}

/** What the labels made possible. */
export interface LabelledResults {
  readonly report: ReportDocument | null;
  readonly fit: FitDocument | null;
  readonly policy: PolicyDocument | null;
  readonly notes: readonly string[];
}

/** Rows as a table that `report`, `fit` and `decide` read. */
interface Table {
  readonly file: string;
  readonly input: InputOptions;
}

const count = (n: number): string => n.toLocaleString("en");

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Writes some of the answers to a file called like theirs, in a folder of its own. */
async function writeRows(
  folder: string,
  { name, score, values, correct, keys }: ScoredAnswers,
  rows: readonly number[],
  spool: Spool,
): Promise<Table> {
  await mkdir(spool.path(folder));
  const file = spool.path(`${folder}/${name}`);
  const isGrouped = rows.some((row) => keys[row] !== null);
  function* lines(): Generator<string> {
    yield `${quoted(score)},correct${isGrouped ? ",question" : ""}\n`;
    for (const row of rows)
      yield `${values[row]},${correct[row]}${isGrouped ? `,${quoted(keys[row] ?? `line ${row}`)}` : ""}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  const input = { confidence: score, correct: "correct", format: "csv" };
  return { file, input: isGrouped ? { ...input, group: "question" } : input };
}

/**
 * Reports on the score, fits a calibrator to it and makes a policy, as far as each is asked for. Where a calibrator is fitted and
 * a policy certified, each gets one half of the answers: a certificate on rows that were fitted to would not hold.
 *
 * @param calibrator that the policy is of, where none is fitted here
 * @throws {BadInput} where a calibrator or a policy is asked for and cannot be made
 */
export async function useLabels(
  answers: ScoredAnswers,
  { flags, calibrator }: Readonly<{ flags: LlmFlags; calibrator: Calibrator | null }>,
  spool: Spool,
  context: CliContext,
): Promise<LabelledResults> {
  const { values, correct, score, keys } = answers;
  const labelled = [...correct.keys()].filter((row) => (correct[row] ?? -1) >= 0);
  const rows = labelled.filter((row) => !Number.isNaN(values[row]));
  const unscored = labelled.length - rows.length;
  const notes =
    unscored === 0 ? [] : [`${count(unscored)} labelled answers have no ${score}; no calibration counts them`];
  const none = `no answer has both a label and ${score}`;
  if (rows.length === 0) {
    if (flags.fit !== undefined || flags.policy !== undefined)
      throw new BadInput(`${none}, expected some to learn from`);
    return { report: null, fit: null, policy: null, notes: [`no report: ${none}`] };
  }
  const all = await writeRows("labelled", answers, rows, spool);
  const { level, seed, maxError, sure } = flags;
  const created = context.now().toISOString();
  const report = await computeReport(
    { ...all, level, versus: undefined, calibrator: flags.calibrator, mode: "auto" },
    context,
  );
  const isSplit = flags.fit !== undefined && flags.policy !== undefined;
  const [forFit, forPolicy] = isSplit ? splitHalves(rows, (row) => keys[row] ?? null, seed) : [rows, rows];
  if (isSplit)
    notes.push(
      `the calibrator was fitted on ${count(forFit.length)} answers and the policy certified on the other ${count(forPolicy.length)}`,
    );
  let fit: FitDocument | null = null;
  if (flags.fit !== undefined) {
    const table = isSplit ? await writeRows("fitted", answers, forFit, spool) : all;
    const how = { mode: "auto", method: "auto", keepOrder: false, folds: undefined } as const;
    const made = await computeFit({ ...table, ...how, seed, level, created }, context);
    fit = { ...made, calibrator: calibratorOfScore(made.calibrator, score) };
  }
  let policy: PolicyDocument | null = null;
  if (flags.policy !== undefined) {
    const table = isSplit ? await writeRows("certified", answers, forPolicy, spool) : all;
    const wanted = { ...(maxError === undefined ? {} : { maxError }), ...(sure === undefined ? {} : { sure }) };
    const how = { plan: await planObjective(wanted), flags: wanted, calibrator: fit?.calibrator ?? calibrator };
    policy = await computePolicy({ ...table, ...how, seed, level, created }, context);
  }
  return { report, fit, policy, notes };
}
