import { InputError } from "../../errors.ts";
import type { ConformalDocument, ConformalPart, WeightedThresholds } from "../conformal-document.ts";
import { conformalRank } from "../rank.ts";

function wrong(path: string, expected: string, got: unknown): never {
  throw new InputError("incompatible", `${path}: expected ${expected}, got ${got === undefined ? "nothing" : got}`);
}

/**
 * Checks the thresholds of a weighted part.
 *
 * @throws {InputError} `incompatible` with the path
 */
export function checkThresholds(path: string, thresholds: WeightedThresholds | undefined): void {
  if (thresholds === undefined) wrong(path, "scores and weights of a weighted part", thresholds);
  const { scores, weights } = thresholds;
  if (scores.length !== weights.length)
    wrong(`${path}.weights`, `one for each of ${scores.length} scores`, weights.length);
  for (let i = 1; i < scores.length; i++)
    if (!(scores[i] >= scores[i - 1])) wrong(`${path}.scores[${i}]`, `at least ${scores[i - 1]}`, scores[i]);
}

function checkRank(path: string, part: ConformalPart, level: number): void {
  const rank = conformalRank(part.n, level);
  if (part.rank !== rank) wrong(`${path}.rank`, `${rank}, which follows from n and level`, part.rank);
  const isInfinite = rank > part.n;
  if (isInfinite !== (part.quantile === null))
    wrong(
      `${path}.quantile`,
      isInfinite ? `null, for ${part.n} rows are too few for the level` : "a number",
      part.quantile,
    );
}

/**
 * Checks what all parts of a document have to agree on: with the level, with each other, and with weights.
 *
 * @param columns values that each part must have; null where that is not fixed
 * @param ranks whether the rank of a part follows from `n` and `level` of the document
 * @throws {InputError} `incompatible` with the path
 */
export function checkParts(
  { parts, weighted, level }: ConformalDocument,
  columns: number | null,
  ranks: boolean,
): void {
  const seen = new Set<string>();
  parts.forEach((part, i) => {
    const path = `parts[${i}]`;
    const key = JSON.stringify(part.values);
    if (columns !== null && part.values.length !== columns)
      wrong(`${path}.values`, `a list of ${columns}`, part.values.length);
    if (seen.has(key)) wrong(`${path}.values`, "values of no other part", key);
    seen.add(key);
    if (weighted) {
      if (part.rank !== null) wrong(`${path}.rank`, "null under weights", part.rank);
      checkThresholds(`${path}.weighted`, part.weighted);
    } else if (part.weighted !== undefined) wrong(`${path}.weighted`, "nothing without weights", "an object");
    else if (ranks) checkRank(path, part, level);
  });
}
