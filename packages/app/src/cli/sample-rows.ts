import { type Calibrator, calibrateValues, type Matrix, type Members, type ScoreKind, softmax } from "@candor/core";
import { acquisitionName, BadInput, type InputOptions, propensityName, rowIdName } from "@candor/input";
import { readEvidence } from "../input/features/read-evidence.ts";
import { type OpenedScores, openScores } from "../input/index.ts";
import type { OutputFormat } from "../output/index.ts";
import { openWriter, uniqueNames } from "../output/index.ts";
import type { CliContext } from "./context.ts";
import { matchClasses, reorderColumns } from "./match-classes.ts";
import { createProgress } from "./progress.ts";
import { type Drawn, drawRows, type SampleDesign, type SampleEvidence } from "./sample-draw.ts";
import { UsageError } from "./usage-error.ts";

/** Rows to select from, how, and where to. */
export interface SampleRequest {
  readonly file: string;
  readonly input: InputOptions;
  /** A column of uncertainties. */
  readonly uncertainty: string | undefined;
  readonly features: string | undefined;
  readonly calibrator: Calibrator | undefined;
  readonly design: SampleDesign;
  /** Column that tells rows apart already; the number of the row is added where there is none. */
  readonly rowId: string | undefined;
  readonly output: OutputFormat;
}

/** What was selected. */
export interface SampleResult {
  readonly source: { readonly name: string; readonly columns: Readonly<Record<string, string>> };
  /** Rows of the file, and those that could be selected. */
  readonly rows: number;
  readonly good: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly drawn: Drawn;
  readonly confidences: Float64Array;
  readonly columns: { readonly propensity: string | null; readonly acquisition: string | null; readonly rowId: string };
  readonly notes: readonly string[];
}

const kindOfFlag = {
  score: "probability",
  confidence: "confidence",
  probs: "probabilities",
  logits: "logits",
} as const;

/** What the flags say the scores are; undefined where they leave it open. */
function flaggedKind(input: InputOptions, calibrator: Calibrator | undefined): ScoreKind | undefined {
  if (calibrator !== undefined) return calibrator.scoreKind;
  const flag = (["score", "confidence", "probs", "logits"] as const).find((name) => input[name] !== undefined);
  return flag && kindOfFlag[flag];
}

/** Opens the scores as what the flags say, or as the only thing that they can be. */
async function openAny(
  request: SampleRequest,
  options: InputOptions,
  context: Parameters<typeof openScores>[3],
): Promise<{ scores: OpenedScores; kind: ScoreKind }> {
  const { file, input, calibrator } = request;
  const flagged = flaggedKind(input, calibrator);
  if (flagged !== undefined) return { scores: await openScores(file, options, flagged, context), kind: flagged };
  if (file === "-") throw new UsageError("of standard input a flag has to say which columns are the scores");
  const opened: { scores: OpenedScores; kind: ScoreKind }[] = [];
  const complaints: unknown[] = [];
  for (const kind of ["probability", "probabilities", "logits", "confidence"] as const)
    try {
      opened.push({ scores: await openScores(file, options, kind, context), kind });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      complaints.push(error);
    }
  const [only, ...others] = opened;
  if (only !== undefined && others.length === 0) return only;
  for (const { scores } of opened) await scores.close();
  const shared = complaints.find((error) => error instanceof BadInput && /\(--(weight|row-id)\)/.test(error.message));
  if (shared !== undefined) throw asUncertainty(shared);
  if (only === undefined && input.members !== undefined) throw complaints[0];
  if (only === undefined)
    throw new BadInput(`${file}: no column is known to be a score, expected probabilities, logits or a confidence`, {
      file,
      hint: "name them with --score, --probs 'p_*', --logits 'z_*' or --confidence",
    });
  throw new BadInput(
    `${file}: several columns could be the scores: ${opened.map(({ scores }) => Object.values(scores.columns)[0]).join(", ")}`,
    { file, hint: "say which with --score, --probs, --logits or --confidence" },
  );
}

/** The column of uncertainties is read as weights are; complaints call it by its own flag. */
function asUncertainty(error: unknown): unknown {
  if (!(error instanceof BadInput)) return error;
  const message = error.message.replace("(--weight)", "(--by-uncertainty)").replace("a weight", "an uncertainty");
  return new BadInput(message, { file: error.file, column: error.column, cause: error });
}

/**
 * Selects rows of a file into another, with the probability of each.
 *
 * @param draft lets a file be made: called once with what writes to the path it gets
 * @throws {BadInput} when the scores cannot be read
 * @throws {UsageError} when the design does not fit the rows
 */
export async function sampleToFile(
  request: SampleRequest,
  context: CliContext,
  draft: (produce: (path: string) => Promise<void>) => Promise<void>,
): Promise<SampleResult> {
  const { calibrator, uncertainty, design, rowId } = request;
  const progress = createProgress(context.stderr);
  const by = calibrator?.segments?.columns;
  let members: Members | undefined;
  const options: InputOptions = {
    ...request.input,
    ...(uncertainty === undefined ? {} : { weight: uncertainty }),
    ...(by === undefined ? {} : { by }),
    ...(rowId === undefined ? {} : { rowId }),
  };
  try {
    const { scores, kind } = await openAny(request, options, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
      onMembers: (loaded) => {
        if (loaded.kind === "classes") members = loaded.members;
        return undefined;
      },
    });
    try {
      const names = namesFor(scores, request);
      const read = await readScores(scores, kind, request);
      const features = await readFeatures(request, read.rows, context);
      const evidence: SampleEvidence = {
        ...read,
        members: members === undefined ? undefined : keptMembers(members, read.good),
        features: features === undefined ? undefined : keptRows(features, read.good),
      };
      progress.update("selecting", undefined);
      const drawn = context.whileBusy(() => drawRows(evidence, design));
      if (drawn.rows.length === 0)
        throw new UsageError(
          "no row was selected: the budget is too small for independent draws, --design fixed keeps to it",
        );
      await draft(async (path) => {
        const writer = await openWriter(path, request.output, names.added, scores, context.signal);
        try {
          const keep = Int32Array.from(drawn.rows, (i) => read.good[i] ?? 0);
          const chances = drawn.probabilities;
          await writer.write({
            rows: read.rows,
            keep,
            confidences: Float64Array.from(drawn.rows, (i) => chances?.[i] ?? 1),
            classes: undefined,
            ...(names.words ? { words: [new Int32Array(keep.length)] } : {}),
            ...(rowId === undefined ? { numbers: [Float64Array.from(keep, (row) => row + 1)] } : {}),
          });
          await writer.finish();
        } finally {
          await writer.close();
        }
      });
      const { skipped, notes } = scores.summary();
      return {
        source: { name: scores.sourceName, columns: scores.columns },
        rows: read.rows,
        good: read.good.length,
        skipped,
        drawn,
        confidences: read.confidences,
        columns: names.columns,
        notes,
      };
    } finally {
      await scores.close();
    }
  } finally {
    progress.clear();
  }
}

/** Columns to add. A row that was chosen has no propensity: nothing that is read as one may stand beside it. */
function namesFor({ rowSource }: OpenedScores, { rowId, design, file }: SampleRequest) {
  const existing = new Set(uniqueNames(rowSource?.names ?? []).map((name) => name.toLowerCase()));
  const isChosen = design.acquisition !== undefined;
  const own = [isChosen ? acquisitionName : propensityName, ...(rowId === undefined ? [rowIdName] : [])];
  const clash = own.find((name) => existing.has(name));
  if (clash !== undefined)
    throw new BadInput(
      `${file}: the file already has a column ${clash}, expected the rows that nothing was selected from`,
      {
        file,
        column: clash,
      },
    );
  const numbers = rowId === undefined ? [rowIdName] : [];
  const words = isChosen ? [{ name: acquisitionName, values: [design.acquisition ?? ""] }] : undefined;
  return {
    words,
    columns: {
      propensity: isChosen ? null : propensityName,
      acquisition: isChosen ? acquisitionName : null,
      rowId: rowId ?? rowIdName,
    },
    added: {
      confidence: isChosen ? undefined : propensityName,
      classes: undefined,
      numbers,
      wholeNumbers: numbers,
      onlyKept: true,
      ...(words ? { words } : {}),
    },
  };
}

interface ReadScores {
  /** Rows of the file, and positions of the good ones. */
  readonly rows: number;
  readonly good: Int32Array;
  readonly confidences: Float64Array;
  readonly probabilities: Matrix | undefined;
  readonly uncertainty: Float64Array | undefined;
}

async function readScores(
  scores: OpenedScores,
  kind: ScoreKind,
  { calibrator, uncertainty: hasUncertainty }: SampleRequest,
): Promise<ReadScores> {
  const good: number[] = [];
  const confidences: number[] = [];
  const uncertainty: number[] = [];
  const blocks: Matrix[] = [];
  let rows = 0;
  let order: Int32Array | undefined;
  for await (const batch of scores.batches()) {
    if (calibrator !== undefined && rows === 0 && scores.width > 1)
      order = matchClasses(calibrator.classNames, scores.classNames, scores.width, scores.sourceName).order;
    const { data, probabilities } = confidencesOf(batch, kind, calibrator, order);
    for (let i = 0; i < data.length; i++) {
      good.push(rows + (batch.keep?.[i] ?? i));
      confidences.push(data[i] ?? 0);
      if (hasUncertainty !== undefined) uncertainty.push(batch.weights?.[i] ?? 0);
    }
    if (probabilities !== undefined) blocks.push(probabilities);
    rows += batch.rows;
  }
  if (good.length === 0) throw new BadInput(`${scores.sourceName}: no rows, expected some to select from`);
  return {
    rows,
    good: Int32Array.from(good),
    confidences: Float64Array.from(confidences),
    probabilities: blocks.length === 0 ? undefined : joined(blocks),
    uncertainty: hasUncertainty === undefined ? undefined : Float64Array.from(uncertainty),
  };
}

/** Confidence in the prediction of each row, and a probability per class where there is one. */
export function confidencesOf(
  { values, segments }: { readonly values: Matrix; readonly segments: Parameters<typeof calibrateValues>[2] },
  kind: ScoreKind,
  calibrator: Calibrator | undefined,
  order: Int32Array | undefined,
): { data: Float64Array; probabilities: Matrix | undefined; positive: Float64Array | undefined } {
  const made =
    calibrator === undefined
      ? undefined
      : calibrateValues(calibrator, order === undefined ? values : reorderColumns(values, order), segments);
  if (kind === "confidence")
    return { data: made?.confidences ?? values.data, probabilities: undefined, positive: undefined };
  if (kind === "probability") {
    const positive = made?.confidences ?? values.data;
    const both = new Float64Array(2 * positive.length);
    for (let i = 0; i < positive.length; i++) {
      both[2 * i] = 1 - (positive[i] ?? 0);
      both[2 * i + 1] = positive[i] ?? 0;
    }
    const probabilities = { data: both, rows: positive.length, cols: 2 };
    return { data: positive.map((p) => Math.max(p, 1 - p)), probabilities, positive };
  }
  const probabilities = made?.classes?.probabilities ?? (kind === "logits" ? softmax(values) : values);
  const data = new Float64Array(probabilities.rows);
  for (let i = 0; i < data.length; i++) {
    let top = 0;
    for (let k = 0; k < probabilities.cols; k++)
      top = Math.max(top, probabilities.data[i * probabilities.cols + k] ?? 0);
    data[i] = Math.min(1, top);
  }
  return { data, probabilities, positive: undefined };
}

function joined(blocks: readonly Matrix[]): Matrix {
  const cols = blocks[0]?.cols ?? 0;
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const block of blocks) {
    data.set(block.data, at);
    at += block.data.length;
  }
  return { data, rows, cols };
}

async function readFeatures(
  { features, file }: SampleRequest,
  rows: number,
  context: CliContext,
): Promise<Matrix | undefined> {
  if (features === undefined) return undefined;
  const isFile = /\.np[yz]$/i.test(features);
  const names = { features: "--features", logits: "--logits", probs: "--probs", labels: "--label" };
  const read = await readEvidence(
    { file: isFile ? undefined : file, flags: { features }, names, kinds: ["features"] },
    { signal: context.signal },
  );
  const found = read.evidence.features;
  if (found === undefined || found.rows !== rows)
    throw new BadInput(`${features} has ${found?.rows ?? 0} rows of features but ${file} has ${rows} rows`, {
      file: features,
    });
  return found;
}

function keptRows({ data, cols }: Matrix, good: Int32Array): Matrix {
  const kept = new Float64Array(good.length * cols);
  good.forEach((row, i) => {
    kept.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return { data: kept, rows: good.length, cols };
}

function keptMembers({ data, members, rows, classes }: Members, good: Int32Array): Members {
  if (good.length === rows) return { data, members, rows, classes };
  const kept = new Float64Array(members * good.length * classes);
  for (let m = 0; m < members; m++)
    good.forEach((row, i) => {
      const from = (m * rows + row) * classes;
      kept.set(data.subarray(from, from + classes), (m * good.length + i) * classes);
    });
  return { data: kept, members, rows: good.length, classes };
}
