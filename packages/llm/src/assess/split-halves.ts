import { createRandom } from "@candor/core";

/**
 * Two halves of some rows, drawn at random; rows that belong together stay together.
 *
 * @param rows positions
 * @param keyOf rows with the same key belong together; null for a row that stands alone
 * @param seed an integer in [0, 2⁵³)
 * @returns both ascending
 */
export function splitHalves(
  rows: readonly number[],
  keyOf: (row: number) => string | null,
  seed: number,
): readonly [first: number[], second: number[]] {
  const units = new Map<string, number[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const name = key === null ? `row ${row}` : `key ${key}`;
    const unit = units.get(name);
    if (unit === undefined) units.set(name, [row]);
    else unit.push(row);
  }
  const random = createRandom(seed);
  const drawn = [...units.values()].map((unit) => ({ unit, at: random.uniform() })).toSorted((a, b) => a.at - b.at);
  const first: number[] = [];
  const second: number[] = [];
  for (const { unit } of drawn) (first.length <= second.length ? first : second).push(...unit);
  return [first.toSorted((a, b) => a - b), second.toSorted((a, b) => a - b)];
}
