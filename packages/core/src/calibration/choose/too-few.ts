import type { DataSize } from "./candidate.ts";

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
