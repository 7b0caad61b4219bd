/** Exponentials below which compiling the vector functions costs more than it saves. */
const WORTH_COMPILING = 20_000;

/** Columns of a row that fills one vector of f32. */
const NARROW = 4;

/** Longest row that fits into the memory of the vector functions. */
const LONGEST = 2 ** 21;

/** Whether work along rows of logits is done with vectors, where there are any. */
export function worthVectors(rows: number, cols: number): boolean {
  return rows * cols >= WORTH_COMPILING && cols >= NARROW && cols <= LONGEST;
}
