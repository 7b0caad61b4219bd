import type { DataSize } from "./candidate.ts";

/** The rule that a method needs so many (effective) rows of the rarest outcome. */
export function atLeastOfRarest(least: number): (size: DataSize) => string | null {
  return ({ rarest }) =>
    rarest >= least ? null : `it takes ${least} rows of the rarer outcome, and there are ${Math.floor(rarest)}`;
}
