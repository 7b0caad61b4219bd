import { fitBeta } from "../binary/beta.ts";
import { fitIsotonic } from "../binary/isotonic.ts";
import { fitPlatt } from "../binary/platt.ts";
import { fitQuadratic } from "../binary/quadratic.ts";
import { fitShrunkenLogit } from "../binary/shrunken-logit.ts";
import { fitTemperature } from "../binary/temperature.ts";
import { fitVennAbers } from "../binary/venn-abers.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData } from "../calibration-data.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { Candidate } from "./candidate.ts";
import { atLeastOfRarest } from "./too-few.ts";

/** A method for one score. */
export type BinaryCandidate = Candidate<BinaryCalibrationData, BinaryMap>;

type BinaryFit = (scores: Float64Array, outcomes: Uint8Array, options: FitOptions) => CalibrationFit<BinaryMap>;

/**
 * What `auto` chooses among, simplest first. The rows of the rarer outcome that each needs: ten to twenty per free
 * parameter (Peduzzi et al. 1996, J. Clin. Epidemiol. 49), several times that where the shape is free.
 */
export const binaryCandidates: readonly BinaryCandidate[] = [
  candidate("shrunken-logit", "shrunken logit scaling", 1, 0, fitShrunkenLogit),
  candidate("temperature", "temperature scaling", 2, 10, fitTemperature),
  candidate("platt", "Platt scaling", 3, 20, fitPlatt),
  candidate("shrunken-quadratic", "shrunken quadratic scaling", 4, 30, (scores, outcomes, options) =>
    fitShrunkenLogit(scores, outcomes, { ...options, degree: 2 }),
  ),
  candidate("quadratic", "quadratic scaling", 5, 50, fitQuadratic),
  candidate("beta", "beta calibration", 6, 50, fitBeta),
  candidate("venn-abers", "Venn–Abers", 8, 200, fitVennAbers),
  candidate("isotonic-centred", "centred isotonic regression", 9, 400, (scores, outcomes, options) =>
    fitIsotonic(scores, outcomes, { ...options, shape: "centred", bounded: true }),
  ),
];

function candidate(
  method: string,
  label: string,
  simplicity: number,
  leastOfRarest: number,
  fit: BinaryFit,
): BinaryCandidate {
  return {
    method,
    label,
    simplicity,
    tooFew: atLeastOfRarest(leastOfRarest),
    fit: ({ scores, outcomes, weights, merged }) => ({
      ...fit(scores, outcomes, { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) }),
      method,
    }),
  };
}
