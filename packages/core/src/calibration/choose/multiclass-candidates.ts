import type { MulticlassCalibrationData } from "../calibration-data.ts";
import { fitTemperature } from "../multiclass/temperature.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import type { Candidate } from "./candidate.ts";

/** A method for one score per class. */
export type MulticlassCandidate = Candidate<MulticlassCalibrationData, MulticlassMap>;

/** What `auto` chooses among, simplest first. */
export const multiclassCandidates: readonly MulticlassCandidate[] = [
  {
    method: "temperature",
    label: "temperature scaling",
    simplicity: 1,
    tooFew: () => null,
    fit: ({ logits, labels, weights, merged }) =>
      fitTemperature(logits, labels, { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) }),
  },
];
