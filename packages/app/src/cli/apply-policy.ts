import { applyPolicy, decisionNames, type PolicyDocument, type SegmentColumn } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "@candor/input";
import { type OpenedScores, openScores, type ScoreBatch } from "../input/index.ts";
import {
  type AddedNames,
  type CalibratedBatch,
  nameAdded,
  type OutputFormat,
  openWriter,
  uniqueNames,
} from "../output/index.ts";
import { type ApplyResult, notesOnDuplicates, notesOnNames } from "./apply-calibrator.ts";
import type { CliContext } from "./context.ts";
import { sayWhoDemands, withDemandOf } from "./in-distribution.ts";
import { matchClasses, reorderColumns } from "./match-classes.ts";
import { createProgress } from "./progress.ts";
import { withScoreOfPolicy } from "./recorded-score.ts";
import { UsageError } from "./usage-error.ts";

/** What to apply to what. */
export interface ApplyPolicyRequest {
  readonly policy: PolicyDocument;
  readonly file: string | undefined;
  readonly input: InputOptions;
  /** What to call the calibrated confidence, instead of `confidence`. */
  readonly into: string | undefined;
  readonly output: OutputFormat;
}

/** What was done, and how many rows got each decision. */
export interface ApplyPolicyResult extends ApplyResult {
  readonly decisions: Readonly<Record<"act" | "review" | "abstain", number>>;
}

/** Columns that the calibrator and the rule read, each once. */
function segmentColumns({ rule, calibrator }: PolicyDocument): string[] {
  const own = rule.kind === "threshold-per-segment" ? rule.columns : [];
  const columns = [...(calibrator?.segments?.columns ?? [])];
  const seen = new Set(columns.map((name) => name.toLowerCase()));
  return [...columns, ...own.filter((name) => !seen.has(name.toLowerCase()))];
}

/**
 * A decision for every row of a file, beside everything else that is in it.
 *
 * @param draft lets a file be made: called once with what writes to the path it gets, and a place for temporary files
 * @throws {BadInput} when the scores do not fit the policy, or a row is bad and bad rows are not left out
 */
export async function applyPolicyToFile(
  request: ApplyPolicyRequest,
  context: CliContext,
  draft: (produce: (path: string) => Promise<void>, spool: OpenedScores["spool"]) => Promise<void>,
): Promise<ApplyPolicyResult> {
  const { policy, output } = request;
  const input = withDemandOf(withScoreOfPolicy(request.input, policy), policy);
  if (output.format === "npy")
    throw new UsageError("an array holds numbers only, expected a table such as .csv or .parquet for decisions");
  const progress = createProgress(context.stderr);
  const columns = segmentColumns(policy);
  checkSegments(columns, input.by);
  const by = input.by ?? (columns.length === 0 ? undefined : columns);
  try {
    const scores = await openScores(request.file, by === undefined ? input : { ...input, by }, policy.scoreKind, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("deciding", fraction, rows),
    })
      .catch(sayWhoDemands(policy, request.input.inDistribution))
      .catch(sayWhoAsks(columns, input.by));
    try {
      const names = namesFor(request, scores);
      const counts = { act: 0, review: 0, abstain: 0 };
      const notes: string[] = [];
      let rows = 0;
      await draft(async (path) => {
        rows = await write(request, { scores, names, columns, counts, notes, path }, context, () =>
          progress.update("writing", undefined),
        );
      }, scores.spool);
      const { skipped, notes: read } = scores.summary();
      const source = { name: scores.sourceName, columns: scores.columns };
      const own = [...notesOnDuplicates(scores.rowSource?.names ?? []), ...notesOnNames(names, names.names)];
      return { source, rows, skipped, added: names.names, notes: [...read, ...notes, ...own], decisions: counts };
    } finally {
      await scores.close();
    }
  } finally {
    progress.clear();
  }
}

function checkSegments(columns: readonly string[], by: readonly string[] | undefined): void {
  if (by === undefined || by.length === columns.length) return;
  throw new BadInput(
    columns.length === 0
      ? "the policy has nothing by segment, expected no --by"
      : `the policy reads the segments ${nameList(columns)}, expected as many columns for --by, got ${nameList(by)}`,
  );
}

/** A missing column that the policy, and not the user, asked for. */
function sayWhoAsks(columns: readonly string[], by: readonly string[] = []): (cause: unknown) => never {
  return (cause) => {
    if (!BadInput.is(cause) || cause.column === undefined) throw cause;
    if (!columns.includes(cause.column) || by.includes(cause.column)) throw cause;
    const { row, column, file } = cause;
    throw new BadInput(`the policy decides by ${nameList(columns)}; ${cause.message}`, { row, column, file, cause });
  };
}

function namesFor({ policy, into }: ApplyPolicyRequest, { rowSource }: OpenedScores): AddedNames {
  const { scoreKind, classNames, rule, calibrator } = policy;
  const isWide = scoreKind === "probabilities" || scoreKind === "logits";
  const words = [
    { name: "decision", values: decisionNames },
    ...(rule.kind === "least-cost" ? [{ name: "treat_as", values: rule.matrix.classNames }] : []),
  ];
  const names = nameAdded(uniqueNames(rowSource?.names ?? []), into, isWide ? classNames : undefined, {
    words,
    values: calibrator === null ? "prediction" : "all",
  });
  if (names.clash === undefined) return names;
  const hint = names.clash === into || into === undefined ? "another name: --into NAME" : "a file without it";
  throw new BadInput(`the file already has a column ${nameList([names.clash])}, expected ${hint}`);
}

interface Writing {
  readonly scores: OpenedScores;
  readonly names: AddedNames;
  readonly columns: readonly string[];
  readonly counts: { act: number; review: number; abstain: number };
  readonly notes: string[];
  readonly path: string;
}

/** Decides all rows into a file; returns how many there were. */
async function write(
  { policy, output }: ApplyPolicyRequest,
  { scores, names, columns, counts, notes, path }: Writing,
  { signal }: CliContext,
  onWriting: () => void,
): Promise<number> {
  const { calibrator, rule } = policy;
  const wanted = calibrator?.classNames ?? policy.classNames;
  const owner = calibrator === null ? "policy" : "calibrator";
  const { order, note } =
    names.added.classes === undefined
      ? { order: undefined, note: undefined }
      : matchClasses(wanted, scores.classNames, scores.width, scores.sourceName, owner);
  if (note !== undefined) notes.push(note);
  const writer = await openWriter(path, output, names.added, scores, signal);
  try {
    let rows = 0;
    for await (const batch of scores.batches()) {
      const values = order === undefined ? batch.values : reorderColumns(batch.values, order);
      const segments = batch.segments.map((column, i) => ({ ...column, name: columns[i] ?? column.name }));
      const decided = decideBatch(policy, values, segments, batch.insidePValues);
      for (const code of decided.codes) counts[decisionNames[code] ?? "review"]++;
      const { confidences, classes, codes, treated } = decided;
      const words = rule.kind === "least-cost" ? [codes, treated] : [codes];
      await writer.write({ rows: batch.rows, keep: batch.keep, confidences, classes, words });
      rows += batch.rows;
    }
    onWriting();
    await writer.finish();
    return rows;
  } finally {
    await writer.close();
  }
}

interface DecidedBatch extends Pick<CalibratedBatch, "confidences" | "classes"> {
  readonly codes: Int32Array;
  readonly treated: Int32Array;
}

function decideBatch(
  policy: PolicyDocument,
  values: ScoreBatch["values"],
  segments: readonly SegmentColumn[],
  insidePValues: Float64Array | undefined,
): DecidedBatch {
  const nothing = new Int32Array(0);
  if (values.rows === 0)
    return { confidences: new Float64Array(0), classes: emptyClasses(policy), codes: nothing, treated: nothing };
  const { confidences, classes, codes, treatedAs } = applyPolicy(
    policy,
    values,
    segments,
    policy.calibrator,
    insidePValues,
  );
  return { confidences, classes, codes: Int32Array.from(codes), treated: treatedAs ?? nothing };
}

function emptyClasses({ scoreKind, classNames }: PolicyDocument): CalibratedBatch["classes"] {
  if (scoreKind === "probability" || scoreKind === "confidence") return undefined;
  const probabilities = { data: new Float64Array(0), rows: 0, cols: classNames.length };
  return { predictions: new Int32Array(0), probabilities };
}
