import type { CalibrationData } from "../calibration-data.ts";
import type { DataSize } from "./candidate.ts";

/** Effective rows below which no gain is called proven. */
const LEAST_ROWS = 20;
/** Effective rows that are not of the commonest outcome below which none is. */
const LEAST_OF_OTHERS = 5;

/** The rule that a method needs so many (effective) rows of the rarest outcome. */
export function atLeastOfRarest(least: number): (size: DataSize) => string | null {
  return ({ rarest }) =>
    rarest >= least ? null : `it takes ${least} rows of the rarer outcome, and there are ${Math.floor(rarest)}`;
}

/** The rule that a method needs so many (effective) rows, and so many per class. */
export function atLeastRows(least: number, perClass: number): (size: DataSize) => string | null {
  return ({ effectiveN, classes }) => {
    const needed = Math.max(least, perClass * classes);
    return effectiveN >= needed ? null : `it takes ${needed} rows, and there are ${Math.floor(effectiveN)}`;
  };
}

/**
 * Whether there are too few labels for any verdict: below 20 rows, or 5 that are not of the commonest class. A class of
 * many that is rare, or does not occur, proves nothing against the others.
 */
export function provesNothing(data: CalibrationData, { effectiveN, rarest }: DataSize): boolean {
  if (effectiveN < LEAST_ROWS) return true;
  if (!("labels" in data)) return rarest < LEAST_OF_OTHERS;
  const mass = new Float64Array(data.logits.cols);
  let total = 0;
  for (let i = 0; i < data.rows; i++) {
    const weight = data.weights ? data.weights[i] : 1;
    mass[data.labels[i]] += weight;
    total += weight;
  }
  const commonest = mass.reduce((a, b) => Math.max(a, b));
  return effectiveN * (1 - commonest / total) < LEAST_OF_OTHERS;
}
