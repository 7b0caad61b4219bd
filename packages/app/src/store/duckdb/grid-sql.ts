import { timeGrid } from "@candor/core";

/** The least value of each cell of `timeGrid`, ascending. */
export function cellStarts(): Float64Array {
  return Float64Array.from({ length: timeGrid.size }, (_, cell) => {
    const { lower } = timeGrid.boundsOf(cell);
    return timeGrid.cellOf(lower) === cell ? lower : above(lower);
  });
}

/** The least number above one in [0, 1). */
function above(value: number): number {
  const number = new Float64Array([value]);
  const bits = new BigInt64Array(number.buffer);
  bits[0] = (bits[0] ?? 0n) + 1n;
  return number[0] ?? value;
}

/**
 * SQL of the cell of `timeGrid` that a column of doubles in [0, 1] lies in, null for null: exactly `timeGrid.cellOf`.
 *
 * The stretches between the first and the last edge are found by division and corrected by comparison with the edges, as
 * `cellOf` does; the halvings at both ends by comparison alone.
 */
export function cellSql(column: string): string {
  const { stretches, size } = timeGrid;
  const starts = cellStarts();
  const firstEdge = timeGrid.cellOf(1 / stretches);
  const lastEdge = timeGrid.cellOf((stretches - 1) / stretches);
  const literal = (value: number): string => `${value.toExponential()}::DOUBLE`;
  const descending = (from: number, to: number): string =>
    Array.from({ length: from - to }, (_, k) => from - k)
      .map((cell) => `WHEN ${column} >= ${literal(starts[cell] ?? 0)} THEN ${cell}`)
      .join(" ");
  const guess = `CAST(trunc(${column} * ${stretches}) AS INTEGER)`;
  const edge = (k: string): string => `((${k})::DOUBLE / ${stretches}::DOUBLE)`;
  const k = `(CASE WHEN ${column} < ${edge(guess)} THEN ${guess} - 1
    WHEN ${column} >= ${edge(`${guess} + 1`)} THEN ${guess} + 1 ELSE ${guess} END)`;
  return `CAST(CASE WHEN ${column} IS NULL THEN NULL
    ${descending(size - 1, lastEdge)}
    WHEN ${column} >= ${literal(starts[firstEdge] ?? 0)}
      THEN ${firstEdge} + 2 * (${k} - 1) + CASE WHEN ${column} = ${edge(k)} THEN 0 ELSE 1 END
    ${descending(firstEdge - 1, 0)}
    ELSE 0 END AS SMALLINT)`;
}
