import { InputError } from "../../errors.ts";
import { matrix } from "../../matrix.ts";
import { createRandom, type Random } from "../../random/random.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { CalibrationData } from "../calibration-data.ts";

/** A uniform random sample, without replacement, of the rows with weight of a stream; bounded in size. */
export interface RowSample {
  /** Most rows kept. */
  readonly size: number;
  readonly random: Random;
  /** Rows with weight so far. */
  seen: number;
  /** What the kept rows hold; set by the first batch. */
  kept: KeptRows | undefined;
}

interface KeptRows {
  /** The last batch: what all rows have in common. */
  batch: CalibrationData;
  /** Scores per row. */
  readonly width: number;
  readonly scores: Float64Array;
  readonly outcomes: Int32Array;
  readonly weights: Float64Array | undefined;
  readonly groups: Int32Array | undefined;
  readonly times: Float64Array | undefined;
  readonly segments: readonly Int32Array[];
}

/**
 * An empty sample.
 *
 * @param size most rows kept, an integer ≥ 1
 * @param seed of the draws, an integer in [0, 2⁵³)
 * @throws {InputError} `out-of-range`
 */
export function createRowSample(size: number, seed: number): RowSample {
  if (!(Number.isSafeInteger(size) && size >= 1))
    throw new InputError("out-of-range", `a sample needs a whole number of rows from 1 on, got ${size}`);
  return { size, random: createRandom(seed).fork(), seen: 0, kept: undefined };
}

/**
 * Offers the rows of a batch to a sample, in place. Which rows are kept depends on the seed and the order of the rows, not
 * on how they are divided into batches.
 *
 * @throws {InputError} `incompatible` for merged rows; `shape-mismatch` for a batch of another width
 *
 * Source: Vitter (1985), "Random sampling with a reservoir", ACM TOMS 11, algorithm R.
 */
export function addToRowSample(sample: RowSample, batch: CalibrationData): void {
  if (batch.merged) throw new InputError("incompatible", "rows are sampled one by one, and these are merged");
  const slots = drawSlots(sample, batch);
  sample.kept ??= roomFor(batch, sample.size);
  const { kept } = sample;
  const { width } = kept;
  kept.batch = batch;
  const scores = "labels" in batch ? batch.logits.data : batch.scores;
  if (scores.length !== batch.rows * width)
    throw new InputError("shape-mismatch", `${batch.rows} rows of ${width} scores, got ${scores.length}`);
  const outcomes = "labels" in batch ? batch.labels : batch.outcomes;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    if (slot < 0) continue;
    for (let j = 0; j < width; j++) kept.scores[slot * width + j] = scores[i * width + j];
    kept.outcomes[slot] = outcomes[i];
  }
  copy(slots, batch.weights, kept.weights);
  copy(slots, batch.groups?.codes, kept.groups);
  copy(slots, batch.time?.values, kept.times);
  batch.segments.forEach(({ codes }, s) => {
    copy(slots, codes, kept.segments[s]);
  });
}

/**
 * The rows of a sample (views that further rows would change), with their groups, times and segments. They are in the order of the stream where all were kept, and
 * in no particular order otherwise.
 *
 * @throws {InputError} `empty` where no row had weight
 */
export function sampledData({ size, seen, kept }: RowSample): CalibrationData {
  const rows = Math.min(size, seen);
  if (!kept || rows === 0) throw new InputError("empty", "a calibrator needs rows with weight, got none");
  const { batch, width } = kept;
  const { groups, time, segments, classNames } = batch;
  const coded = (column: SegmentColumn, codes: Int32Array | undefined): SegmentColumn => ({
    ...column,
    codes: codes?.subarray(0, rows) ?? column.codes,
  });
  const base = {
    rows,
    classNames,
    segments: segments.map((column, s) => coded(column, kept.segments[s])),
    ...(kept.weights ? { weights: kept.weights.subarray(0, rows) } : {}),
    ...(groups ? { groups: coded(groups, kept.groups) } : {}),
    ...(time && kept.times ? { time: { ...time, values: kept.times.subarray(0, rows) } } : {}),
  };
  const scores = kept.scores.subarray(0, rows * width);
  const outcomes = kept.outcomes.subarray(0, rows);
  if (!("labels" in batch)) return { ...base, scoreKind: batch.scoreKind, scores, outcomes: Uint8Array.from(outcomes) };
  const { scoreKind, clip } = batch;
  return { ...base, scoreKind, clip, logits: matrix(scores, rows, width), labels: outcomes };
}

/** Where each row of the batch goes; -1 where it is not kept. */
function drawSlots(sample: RowSample, { rows, weights }: CalibrationData): Int32Array {
  const { size, random } = sample;
  const slots = new Int32Array(rows).fill(-1);
  for (let i = 0; i < rows; i++) {
    if (weights && weights[i] === 0) continue;
    const slot = sample.seen < size ? sample.seen : Math.floor(random.uniform() * (sample.seen + 1));
    if (slot < size) slots[i] = slot;
    sample.seen++;
  }
  return slots;
}

function roomFor(batch: CalibrationData, size: number): KeptRows {
  const width = "labels" in batch ? batch.logits.cols : 1;
  return {
    batch,
    width,
    scores: new Float64Array(size * width),
    outcomes: new Int32Array(size),
    weights: batch.weights ? new Float64Array(size) : undefined,
    groups: batch.groups ? new Int32Array(size) : undefined,
    times: batch.time ? new Float64Array(size) : undefined,
    segments: batch.segments.map(() => new Int32Array(size)),
  };
}

function copy(
  slots: Int32Array,
  from: Float64Array | Int32Array | undefined,
  to: Float64Array | Int32Array | undefined,
): void {
  if (!from || !to) return;
  for (let i = 0; i < slots.length; i++) if (slots[i] >= 0) to[slots[i]] = from[i];
}
