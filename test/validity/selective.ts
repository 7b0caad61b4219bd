import {
  argsort,
  binomialPValue,
  certifySelectiveRisk,
  fixedSequenceSelection,
  type Random,
  selectionWithGuaranteedRisk,
} from "@candor/core";

/** Rows of which everything is known: any confidence splits them into accepted and rejected, with a known error rate. */
export interface Known {
  /** Descending. */
  readonly confidence: Float64Array;
  readonly isError: Uint8Array;
}

export const SURE = 0.95;
const FAILURE = 0.05;

/** The threshold that a procedure accepts, or null. */
export interface Procedure {
  readonly name: string;
  threshold(confidence: Float64Array, isError: Uint8Array, maxError: number, seed: number): number | null;
}

/** The lowest threshold whose test passes by itself at the full failure: no procedure that is valid can be expected above. */
function uncorrected(confidence: Float64Array, isError: Uint8Array, maxError: number): number | null {
  const order = argsort(confidence).reverse();
  let errors = 0;
  let lowest: number | null = null;
  order.forEach((row, i) => {
    errors += isError[row];
    const isEnd = i + 1 === order.length || confidence[order[i + 1]] < confidence[row];
    if (!isEnd || errors >= maxError * (i + 1)) return;
    if (binomialPValue(errors, i + 1, maxError) <= FAILURE) lowest = confidence[row];
  });
  return lowest;
}

export const procedures: readonly Procedure[] = [
  {
    name: "certifySelectiveRisk",
    threshold: (confidence, isError, maxError, seed) =>
      certifySelectiveRisk(
        confidence,
        isError.map((value) => 1 - value),
        { maxError, sure: SURE, seed },
      ).threshold,
  },
  {
    name: "SGR",
    threshold: (confidence, isError, maxError) =>
      selectionWithGuaranteedRisk(confidence, isError, { maxError, failure: FAILURE }).threshold,
  },
  {
    name: "fixed sequence, label-free start",
    threshold: (confidence, isError, maxError) =>
      fixedSequenceSelection(confidence, isError, { maxError, failure: FAILURE }).threshold,
  },
  {
    name: "fixed sequence, strictest start",
    threshold: (confidence, isError, maxError) =>
      fixedSequenceSelection(confidence, isError, { maxError, failure: FAILURE, start: "strictest" }).threshold,
  },
  { name: "*no correction: the limit*", threshold: uncorrected },
];

/** Rows in the order of descending confidence. */
export function known(confidence: Float64Array, isError: Uint8Array): Known {
  const order = argsort(confidence).reverse();
  return {
    confidence: Float64Array.from(order, (row) => confidence[row]),
    isError: Uint8Array.from(order, (row) => isError[row]),
  };
}

/** How many rows of at least the threshold there are, and errors among them. */
export function accepted({ confidence, isError }: Known, threshold: number): { rows: number; errors: number } {
  let rows = 0;
  let errors = 0;
  while (rows < confidence.length && confidence[rows] >= threshold) errors += isError[rows++];
  return { rows, errors };
}

/** What a procedure did over many samples. */
export interface Tally {
  readonly name: string;
  /** Mean share of all rows accepted; 0 where nothing was certified. */
  readonly coverage: number;
  /** Samples whose threshold breaks the target on the rows that judge it. */
  readonly broken: number;
  /** Samples without a threshold. */
  readonly refused: number;
}

/** One sample to choose on, and the rows that judge the choice. */
interface Sample {
  readonly confidence: Float64Array;
  readonly isError: Uint8Array;
  readonly judge: Known;
}

function rowsAt({ confidence, isError }: Known, rows: Uint32Array): Omit<Sample, "judge"> {
  return {
    confidence: Float64Array.from(rows, (row) => confidence[row]),
    isError: Uint8Array.from(rows, (row) => isError[row]),
  };
}

/** Independent draws with replacement: the rows they come from are the population, whose risk is known exactly. */
export function drawn(all: Known, n: number, random: Random): Sample {
  const rows = Uint32Array.from({ length: n }, () => random.integer(all.confidence.length));
  return { ...rowsAt(all, rows), judge: all };
}

/** One half to choose on, the other to judge, which is itself a sample and no population. */
export function halved(all: Known, random: Random): Sample {
  const rows = Uint32Array.from(all.confidence.keys());
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  const half = rows.length >> 1;
  const others = rowsAt(all, rows.subarray(half));
  return { ...rowsAt(all, rows.subarray(0, half)), judge: known(others.confidence, others.isError) };
}

/** Every procedure on the same samples. */
export function study(maxError: number, runs: number, sample: () => Sample): Tally[] {
  const sums = procedures.map(() => ({ coverage: 0, broken: 0, refused: 0 }));
  for (let run = 0; run < runs; run++) {
    const { confidence, isError, judge } = sample();
    procedures.forEach((procedure, p) => {
      const threshold = procedure.threshold(confidence, isError, maxError, run);
      if (threshold === null) {
        sums[p].refused++;
        return;
      }
      const { rows, errors } = accepted(judge, threshold);
      sums[p].coverage += rows / judge.confidence.length;
      if (errors > maxError * rows) sums[p].broken++;
    });
  }
  return procedures.map(({ name }, p) => ({ name, ...sums[p], coverage: sums[p].coverage / runs }));
}
