import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Calibrator, FitDocument, PolicyDocument, ReportDocument } from "@candor/core";
import { BadInput, type Spool } from "../input/index.ts";
import { computeFit } from "./compute-fit.ts";
import { computePolicy } from "./compute-policy.ts";
import { computeReport } from "./compute-report.ts";
import type { CliContext } from "./context.ts";
import type { LlmFlags } from "./llm-flags.ts";
import { planObjective } from "./policy-objective.ts";

/** Answers with a label and a score, as a table that `report`, `fit` and `decide` read. */
export interface LabelledRows {
  readonly path: string;
  readonly rows: number;
  /** Answers that have a label but no score. */
  readonly unscored: number;
}

/** What the labels made possible. */
export interface LabelledResults {
  readonly report: ReportDocument | null;
  readonly fit: FitDocument | null;
  readonly policy: PolicyDocument | null;
  readonly notes: readonly string[];
}

/**
 * Writes the answers that have both to a file of its own.
 *
 * @param name what the file is to be called, for the reports
 * @param values of the score; NaN where it is missing
 * @param correct 1, 0, or −1 where nothing is known
 */
export async function writeLabelled(
  name: string,
  values: Float64Array,
  correct: readonly number[],
  spool: Spool,
): Promise<LabelledRows> {
  const path = spool.path(`labelled/${name}`);
  await mkdir(dirname(path));
  let rows = 0;
  let unscored = 0;
  function* lines(): Generator<string> {
    yield "score,correct\n";
    for (const [i, truth] of correct.entries()) {
      const value = values[i] ?? Number.NaN;
      if (truth < 0) continue;
      if (Number.isNaN(value)) {
        unscored++;
        continue;
      }
      rows++;
      yield `${value},${truth}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
  return { path, rows, unscored };
}

/**
 * Reports on the score, fits a calibrator to it and makes a policy, as far as each is asked for.
 *
 * @param scoreName for the record
 * @param calibrator applied first; the one that is fitted here takes its place
 * @throws {BadInput} where a calibrator or a policy is asked for and cannot be made
 */
export async function useLabels(
  { path, rows, unscored }: LabelledRows,
  { flags, calibrator, scoreName }: Readonly<{ flags: LlmFlags; calibrator: Calibrator | null; scoreName: string }>,
  context: CliContext,
): Promise<LabelledResults> {
  const count = (n: number): string => n.toLocaleString("en");
  const notes =
    unscored === 0 ? [] : [`${count(unscored)} labelled answers have no ${scoreName}; no calibration counts them`];
  if (rows === 0) {
    if (flags.fit !== undefined || flags.policy !== undefined)
      throw new BadInput(`no answer has both a label and ${scoreName}, expected some to learn from`);
    return {
      report: null,
      fit: null,
      policy: null,
      notes: [...notes, `no report: no answer has both a label and ${scoreName}`],
    };
  }
  const created = context.now().toISOString();
  const input = { confidence: "score", correct: "correct", format: "csv" };
  const shared = { file: path, input, level: flags.level };
  const renamed = <Made extends { readonly source: ReportDocument["source"] | null }>(made: Made): Made =>
    made.source === null
      ? made
      : { ...made, source: { ...made.source, columns: { ...made.source.columns, confidence: scoreName } } };
  const report = await computeReport(
    { ...shared, versus: undefined, calibrator: flags.calibrator, mode: "auto" },
    context,
  ).catch((cause: unknown) => {
    if (!BadInput.is(cause)) throw cause;
    notes.push(`no report: ${cause.message.replace(/^[^:]*: /, "")}`);
    return null;
  });
  const fit =
    flags.fit === undefined
      ? null
      : await computeFit(
          { ...shared, mode: "auto", method: "auto", keepOrder: false, folds: undefined, seed: flags.seed, created },
          context,
        );
  const { maxError, sure } = flags;
  const wanted = { ...(maxError === undefined ? {} : { maxError }), ...(sure === undefined ? {} : { sure }) };
  const policy =
    flags.policy === undefined
      ? null
      : await computePolicy(
          {
            ...shared,
            plan: await planObjective(wanted),
            flags: wanted,
            calibrator: fit?.calibrator ?? calibrator,
            seed: flags.seed,
            created,
          },
          context,
        );
  return {
    report: report === null ? null : renamed(report),
    fit: fit === null ? null : renamed(fit),
    policy: policy === null ? null : renamed(policy),
    notes,
  };
}
