/**
 * A fixed division of [0, 1] into cells, numbered in ascending order.
 *
 * The interval is cut into equal stretches. Each edge is a cell of its own and so is each open stretch between two edges:
 * left-closed and right-closed bins whose number divides `stretches` can both be rebuilt without error. The first and the
 * last stretch are divided further by halvings of the distance to 0 or 1, because scores of networks pile up there.
 */
export interface Grid {
  readonly name: "fine" | "time";
  /** Equal stretches; the edges k / stretches are exact. */
  readonly stretches: number;
  /** Number of cells. */
  readonly size: number;
  /** The cell of a value in [0, 1]; increases with the value, and its bounds contain it. */
  readonly cellOf: (p: number) => number;
  /** The value that a cell of a single point stands for, `undefined` for a stretch. */
  readonly pointOf: (cell: number) => number | undefined;
  /** Both ends of a cell; equal for a point. */
  readonly boundsOf: (cell: number) => { lower: number; upper: number };
}

/**
 * The grid of files: 7200 is divisible by every number of bins in common use (2–6, 8–10, 12, 15, 16, 18, 20, 24, 25, 30,
 * 32, 36, 40, 50, 100, …). The end stretches have four cells per halving, 40 halvings. The default of `createCells`.
 */
export const fineGrid: Grid = grid("fine", 7200, 40, 4);

/**
 * The grid of what is kept per hour, stream and segment: 240 is divisible by 2–6, 8, 10, 12, 15, 16, 20, 24, 30, 40, 48,
 * 60, 80 and 120 bins. The end stretches have one cell per halving, 20 halvings. Its cells fit 16 bits.
 */
export const timeGrid: Grid = grid("time", 240, 20, 1);

function grid(name: Grid["name"], stretches: number, halvings: number, perHalving: number): Grid {
  const tail = halvings * perHalving;
  const firstEdge = 1 + tail;
  const lastEdge = firstEdge + 2 * (stretches - 2);
  const size = lastEdge + tail + 2;
  const distances = Float64Array.from({ length: tail + 1 }, (_, step) =>
    step === tail ? 0 : 2 ** (-step / perHalving) / stretches,
  );
  /** Ends of the cells of the last stretch, ascending. */
  const high = distances.map((distance, step) => (step === 0 ? (stretches - 1) / stretches : 1 - distance));

  const firstStep = (distance: number): number =>
    Math.min(tail - 1, Math.trunc(-perHalving * Math.log2(distance * stretches)));

  const lowStep = (p: number): number => {
    let step = firstStep(p);
    while (p <= distances[step + 1]) step++;
    while (p > distances[step] && step > 0) step--;
    return step;
  };

  const highStep = (p: number): number => {
    let step = firstStep(1 - p);
    while (p >= high[step + 1]) step++;
    while (p < high[step] && step > 0) step--;
    return step;
  };

  const cellOf = (p: number): number => {
    if (p <= 0) return 0;
    if (p >= 1) return size - 1;
    let k = Math.trunc(p * stretches);
    if (p < k / stretches) k--;
    else if (p >= (k + 1) / stretches) k++;
    if (k === 0) return tail - lowStep(p);
    if (p === k / stretches) return firstEdge + 2 * (k - 1);
    if (k === stretches - 1) return lastEdge + 1 + highStep(p);
    return firstEdge + 2 * (k - 1) + 1;
  };

  const pointOf = (cell: number): number | undefined => {
    if (cell === 0) return 0;
    if (cell === size - 1) return 1;
    if (cell < firstEdge || cell > lastEdge) return undefined;
    const step = cell - firstEdge;
    return step % 2 === 0 ? (1 + step / 2) / stretches : undefined;
  };

  const boundsOf = (cell: number): { lower: number; upper: number } => {
    const point = pointOf(cell);
    if (point !== undefined) return { lower: point, upper: point };
    if (cell < firstEdge) {
      const step = tail - cell;
      return { lower: distances[step + 1], upper: distances[step] };
    }
    if (cell > lastEdge) {
      const step = cell - lastEdge - 1;
      return { lower: high[step], upper: high[step + 1] };
    }
    const k = (cell - firstEdge - 1) / 2 + 1;
    return { lower: k / stretches, upper: (k + 1) / stretches };
  };

  return { name, stretches, size, cellOf, pointOf, boundsOf };
}
