import { maximumProbability } from "../../scores/maximum-probability.ts";
import type { OodKind } from "./kind.ts";

/** The largest probability, `msp`. Nothing is fitted. */
export const maximumProbabilityKind: OodKind = {
  needs: ["probabilities"],
  options: [],
  settings: {},
  arrays: () => ({}),
  fit: () => ({ settings: {}, arrays: {}, notes: [] }),
  scorer: () => (rows) => maximumProbability(rows.probabilities()),
};
