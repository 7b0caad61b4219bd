/**
 * The fixed grid of cells over [0, 1].
 *
 * 7200 is divisible by every number of bins in common use (2–6, 8–10, 12, 15, 16, 18, 20, 24, 25, 30, 32, 36, 40, 50,
 * 100, …), so the edges of such bins are edges of the grid. Each edge is a cell of its own and so is each open stretch
 * between two edges: left-closed and right-closed bins can both be rebuilt without error. The first and last stretch are
 * divided further, four cells per halving of the distance to 0 or 1, because scores of networks pile up there.
 */
export const GRID = 7200;

/** Cells in each of the two end stretches: 40 halvings. */
const TAIL = 160;

const FIRST_EDGE = 1 + TAIL;
const LAST_EDGE = FIRST_EDGE + 2 * (GRID - 2);

/** Number of cells. */
export const CELL_COUNT: number = LAST_EDGE + TAIL + 2;

/** The cell of a value in [0, 1]; increases with the value. */
export function cellOf(p: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return CELL_COUNT - 1;
  let k = Math.trunc(p * GRID);
  if (p < k / GRID) k--;
  else if (p >= (k + 1) / GRID) k++;
  if (k === 0) return TAIL - tailStep(p);
  if (p === k / GRID) return FIRST_EDGE + 2 * (k - 1);
  if (k === GRID - 1) return LAST_EDGE + 1 + tailStep(1 - p);
  return FIRST_EDGE + 2 * (k - 1) + 1;
}

function tailStep(distance: number): number {
  return Math.min(TAIL - 1, Math.trunc(-4 * Math.log2(distance * GRID)));
}

/** The value that a cell of a single point stands for, `undefined` for a stretch. */
export function pointOf(cell: number): number | undefined {
  if (cell === 0) return 0;
  if (cell === CELL_COUNT - 1) return 1;
  if (cell < FIRST_EDGE || cell > LAST_EDGE) return undefined;
  const step = cell - FIRST_EDGE;
  return step % 2 === 0 ? (1 + step / 2) / GRID : undefined;
}

/** Both ends of a cell; equal for a point. */
export function boundsOf(cell: number): { lower: number; upper: number } {
  const point = pointOf(cell);
  if (point !== undefined) return { lower: point, upper: point };
  if (cell < FIRST_EDGE) {
    const step = TAIL - cell;
    return { lower: step === TAIL - 1 ? 0 : 2 ** (-(step + 1) / 4) / GRID, upper: 2 ** (-step / 4) / GRID };
  }
  if (cell > LAST_EDGE) {
    const step = cell - LAST_EDGE - 1;
    return { lower: 1 - 2 ** (-step / 4) / GRID, upper: step === TAIL - 1 ? 1 : 1 - 2 ** (-(step + 1) / 4) / GRID };
  }
  const k = (cell - FIRST_EDGE - 1) / 2 + 1;
  return { lower: k / GRID, upper: (k + 1) / GRID };
}
