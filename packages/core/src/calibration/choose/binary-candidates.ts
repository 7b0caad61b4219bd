import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData } from "../calibration-data.ts";
import { binaryMethods } from "./binary-methods.ts";
import type { Candidate } from "./candidate.ts";
import { withinBounds } from "./certainty-bounds.ts";
import type { MethodOptions } from "./method-options.ts";
import { atLeastOfRarest } from "./too-few.ts";
import { unknownMethod } from "./unknown-method.ts";

/** A candidate for one score. */
export type BinaryCandidate = Candidate<BinaryCalibrationData, BinaryMap>;

/**
 * What `auto` chooses among, with the rows of the rarer outcome that each takes. Fits that shrink by themselves take none,
 * or few for a bend. Those without a penalty take 25 or more per free parameter: twice what keeps their coefficients
 * unbiased (Peduzzi et al. 1996, J. Clin. Epidemiol. 49), for below that the shrunken ones give the same at less risk.
 * Shapes that are free take several times that.
 */
const LADDER: readonly (readonly [string, number])[] = [
  ["shrunken-logit", 0],
  ["temperature", 50],
  ["platt", 50],
  ["shrunken-quadratic", 30],
  ["quadratic", 100],
  ["beta", 100],
  ["spline", 100],
  ["venn-abers", 200],
  ["isotonic-bounded", 400],
];

/** The candidates of `auto` for one score, simplest first, off 0 and 1 where some scores are exactly that (`withinBounds`). */
export const binaryCandidates: readonly BinaryCandidate[] = LADDER.map(([method, least]) => {
  const named = namedBinaryCandidate(method, {});
  return { ...named, tooFew: atLeastOfRarest(least), fit: (data) => withinBounds(named.fit(data), data) };
});

/** Of the candidates those that keep the order of the scores where that is asked for: a parabola may turn. */
export function inOrder(
  candidates: readonly BinaryCandidate[],
  { keepOrder = false }: MethodOptions,
): readonly BinaryCandidate[] {
  return keepOrder ? candidates.filter(({ method }) => !method.includes("quadratic")) : candidates;
}

/**
 * The candidate of that name.
 *
 * @throws {InputError} `unknown-option` for a method that does not exist
 */
export function namedBinaryCandidate(name: string, methodOptions: MethodOptions): BinaryCandidate {
  const simplicity = binaryMethods.findIndex((entry) => entry.method === name);
  if (simplicity < 0) throw unknownMethod(name, "binary");
  const { method, label, fit } = binaryMethods[simplicity];
  return {
    method,
    label,
    simplicity,
    tooFew: () => null,
    fit: ({ scores, outcomes, weights, merged }) => ({
      ...fit(scores, outcomes, { ...methodOptions, ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) }),
      method,
    }),
  };
}
