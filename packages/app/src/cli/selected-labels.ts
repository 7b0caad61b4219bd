import type { Calibrator, Predictions, ReportOptions, ScoreKind } from "@candor/core";
import { BadInput, type CollectedRows, type InputOptions, type OpenedPredictions, printable } from "@candor/input";
import { type FileContext, type OpenedScores, openScores } from "../input/index.ts";
import { matchClasses } from "./match-classes.ts";
import { confidencesOf } from "./sample-rows.ts";
import { UsageError } from "./usage-error.ts";

/** What is asked about selected labels. */
export interface PopulationRequest {
  readonly input: InputOptions;
  readonly population?: string | undefined;
  readonly width?: number | undefined;
}

type Population = NonNullable<ReportOptions["population"]>;

/** @throws {BadInput} where something is asked about selected labels of a file without propensities */
export function needsPropensities(
  { columns, sourceName }: OpenedPredictions,
  { population, width }: PopulationRequest,
): void {
  if (columns["propensity"] !== undefined) return;
  const flag = population !== undefined ? "--population" : width !== undefined ? "--width" : undefined;
  if (flag === undefined) return;
  throw new BadInput(
    `${sourceName}: ${flag} needs the probability of each row of being labelled, found no such column`,
    {
      hint: "`candor sample` writes it as propensity; another one is named with --propensity",
    },
  );
}

/** How far a score may differ between two files: what is left of it in single precision. */
const SCORE_TOLERANCE = 1e-5;
const PROPENSITY_TOLERANCE = 1e-6;

/**
 * What the model said of all rows that labels were selected from.
 *
 * @returns undefined where no population is named
 * @throws {BadInput} where ids, scores or propensities of the labelled rows are not those of the population
 */
export async function readPopulation(
  { predictions, source }: CollectedRows,
  { population: file, input }: PopulationRequest,
  calibrator: Calibrator | undefined,
  context: FileContext,
): Promise<Population | undefined> {
  if (file === undefined || predictions === undefined) return undefined;
  if (file === "-") throw new UsageError("--population needs the name of a file, got -");
  const kind = kindOf(source.columns);
  const { columns } = source;
  const rowId = columns["rowId"] ?? "";
  const propensity = columns["propensity"] ?? "";
  const own = await namesOf(file, input, kind, context);
  const options: InputOptions = {
    ...scoreOptions(input),
    ...(own.has(rowId.toLowerCase()) ? { rowId } : {}),
    ...(own.has(propensity.toLowerCase()) ? { propensity } : {}),
    ...(calibrator?.segments ? { by: calibrator.segments.columns } : {}),
  };
  const scores = await openScores(file, options, kind, context);
  try {
    const all = await readAll(scores, kind, calibrator);
    matchRows(predictions, all, { file, labelled: source.name, rowId });
    const confidence = Float64Array.from(all.confidences);
    return {
      accuracy: confidence,
      calibration: all.positive === undefined ? confidence : Float64Array.from(all.positive),
    };
  } finally {
    await scores.close();
  }
}

function kindOf(columns: Readonly<Record<string, string>>): ScoreKind {
  if (columns["logits"] !== undefined) return columns["score"] === undefined ? "logits" : "probability";
  if (columns["probs"] !== undefined) return "probabilities";
  return columns["score"] === undefined ? "confidence" : "probability";
}

/** Flags that say where the scores are and how they are treated. */
function scoreOptions({ score, probs, logits, confidence, scoreName, normalise, skipBad }: InputOptions): InputOptions {
  const given = { score, probs, logits, confidence, scoreName, normalise, skipBad };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Names of the columns of a file, in lower case. */
async function namesOf(
  file: string,
  input: InputOptions,
  kind: ScoreKind,
  context: FileContext,
): Promise<ReadonlySet<string>> {
  const opened = await openScores(file, scoreOptions(input), kind, context);
  try {
    return new Set((opened.rowSource?.names ?? []).map((name) => name.toLowerCase()));
  } finally {
    await opened.close();
  }
}

interface AllRows {
  /** Row of the file, counted from 1, of every good row. */
  readonly numbers: readonly number[];
  readonly ids: readonly (string | null)[] | undefined;
  readonly confidences: readonly number[];
  /** Probability of the positive class, of binary scores. */
  readonly positive: readonly number[] | undefined;
  readonly propensities: readonly number[] | undefined;
}

async function readAll(scores: OpenedScores, kind: ScoreKind, calibrator: Calibrator | undefined): Promise<AllRows> {
  const numbers: number[] = [];
  const ids: (string | null)[] = [];
  const confidences: number[] = [];
  const positive: number[] = [];
  const propensities: number[] = [];
  let rows = 0;
  const order =
    calibrator !== undefined && scores.width > 1
      ? matchClasses(calibrator.classNames, scores.classNames, scores.width, scores.sourceName).order
      : undefined;
  for await (const batch of scores.batches()) {
    const made = confidencesOf(batch, kind, calibrator, order);
    for (let i = 0; i < made.data.length; i++) {
      numbers.push(rows + (batch.keep?.[i] ?? i) + 1);
      confidences.push(made.data[i] ?? 0);
      if (made.positive) positive.push(made.positive[i] ?? 0);
      if (batch.propensities) propensities.push(batch.propensities[i] ?? 0);
      if (batch.rowIds) ids.push(batch.rowIds[i] ?? null);
    }
    rows += batch.rows;
  }
  return {
    numbers,
    ids: ids.length > 0 ? ids : undefined,
    confidences,
    positive: positive.length > 0 ? positive : undefined,
    propensities: propensities.length > 0 ? propensities : undefined,
  };
}

interface Names {
  readonly file: string;
  readonly labelled: string;
  readonly rowId: string;
}

/** Confirms that every labelled row is a row of the population, once, with the same score and the same propensity. */
function matchRows(predictions: Predictions, all: AllRows, { file, labelled, rowId }: Names): void {
  const { rowIds = [], propensities } = predictions;
  const places = new Map<string, number>();
  for (let i = 0; i < all.numbers.length; i++) {
    const id = all.ids === undefined ? String(all.numbers[i]) : all.ids[i];
    if (id === null || id === undefined) continue;
    const key = plainId(id);
    if (all.ids !== undefined && places.has(key))
      throw new BadInput(`${file}: ${rowId} ${printable(id)} occurs twice, expected one row of each`, {
        file,
        column: rowId,
      });
    places.set(key, i);
  }
  const seen = new Set<number>();
  const said = saidOf(predictions);
  for (let i = 0; i < predictions.rows; i++) {
    const id = rowIds[i];
    if (id === null || id === undefined)
      throw new BadInput(`${labelled}: a row has no ${rowId}, expected which row of ${file} it is`, { column: rowId });
    const place = places.get(plainId(id));
    if (place === undefined)
      throw new BadInput(
        `${labelled}: ${rowId} ${printable(id)} is no row of ${file} (${all.numbers.length} rows): is it the file that was selected from?`,
        { column: rowId },
      );
    if (seen.has(place))
      throw new BadInput(`${labelled}: ${rowId} ${printable(id)} occurs twice, expected every row once`, {
        column: rowId,
      });
    seen.add(place);
    const score = said[i] ?? 0;
    const other = (all.positive ?? all.confidences)[place] ?? 0;
    if (Math.abs(score - other) > SCORE_TOLERANCE)
      throw new BadInput(
        `${labelled}: ${rowId} ${printable(id)} has a score of ${Number(score.toPrecision(6))}, but that row of ${file} has ${Number(other.toPrecision(6))}: is it the file that was selected from?`,
        { column: rowId },
      );
    const chance = all.propensities?.[place];
    const own = propensities?.[i] ?? 1;
    if (chance !== undefined && Math.abs(chance - own) > PROPENSITY_TOLERANCE * Math.max(chance, own))
      throw new BadInput(
        `${labelled}: ${rowId} ${printable(id)} has a propensity of ${own}, but that row of ${file} has ${chance}: which is right?`,
        { column: rowId },
      );
  }
}

/** Numbers as text have several spellings. */
function plainId(id: string): string {
  const text = id.trim();
  return /^\d+(\.0+)?$/.test(text) ? String(Number(text)) : text;
}

/** Confidence of each row, or the probability of the positive class. */
function saidOf(predictions: Predictions): Float64Array {
  if (predictions.task === "binary") return predictions.probabilities;
  if (predictions.task === "confidence") return predictions.confidences;
  const { data, cols, rows } = predictions.probabilities;
  const top = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let k = 0; k < cols; k++) top[i] = Math.max(top[i] ?? 0, data[i * cols + k] ?? 0);
  return top.map((p) => Math.min(1, p));
}
