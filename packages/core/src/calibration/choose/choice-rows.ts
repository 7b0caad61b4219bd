import { createRandom } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import type { CalibrationData } from "../calibration-data.ts";

/** Most rows, and most numbers, that a choice is made on; above, a sample of the rows decides and all rows are fitted. */
const MOST_ROWS = 100_000;
const MOST_NUMBERS = 20_000_000;

/** Positions of the rows with weight, or null where all have. */
export function weightedRows({ weights }: CalibrationData): Uint32Array | null {
  if (!weights?.includes(0)) return null;
  return Uint32Array.from(weights.keys()).filter((row) => weights[row] > 0);
}

/**
 * Positions of the rows that the choice is made on, ascending, or null where it is all of them. Groups are taken whole.
 *
 * @param width scores per row
 */
export function sampledRows({ rows, groups }: CalibrationData, width: number, seed: number): Uint32Array | null {
  const most = Math.min(MOST_ROWS, Math.max(1000, Math.floor(MOST_NUMBERS / width)));
  if (rows <= most) return null;
  const random = createRandom(seed).fork();
  if (groups) return sampledGroups(groups.codes, most / rows, random.uniform.bind(random));
  const order = shuffle(
    Uint32Array.from({ length: rows }, (_, i) => i),
    random,
  );
  return order.slice(0, most).sort();
}

/** Every group with the same probability; rows of other groups do not change whether one is taken. */
function sampledGroups(codes: Int32Array, share: number, uniform: () => number): Uint32Array {
  const distinct = Int32Array.from(new Set(codes)).sort();
  const taken = new Set<number>();
  for (const code of distinct) if (uniform() < share) taken.add(code);
  for (const code of distinct.subarray(0, 2)) taken.add(code);
  const rows = new Uint32Array(codes.length);
  let count = 0;
  for (let i = 0; i < codes.length; i++) if (taken.has(codes[i])) rows[count++] = i;
  return rows.slice(0, count);
}

/** The given rows with everything that goes with them: groups, time and segments too. */
export function rowsWithColumns<Data extends CalibrationData>(
  data: CalibrationData,
  subset: Data,
  rows: Uint32Array,
): Data {
  const codesOf = (codes: Int32Array): Int32Array => Int32Array.from(rows, (row) => codes[row]);
  const { groups, time, segments } = data;
  return {
    ...subset,
    segments: segments.map((column) => ({ ...column, codes: codesOf(column.codes) })),
    ...(groups ? { groups: { ...groups, codes: codesOf(groups.codes) } } : {}),
    ...(time ? { time: { ...time, values: Float64Array.from(rows, (row) => time.values[row]) } } : {}),
  };
}
