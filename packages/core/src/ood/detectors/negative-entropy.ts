import { negativeEntropy } from "../../scores/negative-entropy.ts";
import type { OodKind } from "./kind.ts";

/** Minus the entropy, `entropy`. Nothing is fitted. */
export const negativeEntropyKind: OodKind = {
  needs: ["probabilities"],
  options: [],
  settings: {},
  arrays: () => ({}),
  fit: () => ({ settings: {}, arrays: {}, notes: [] }),
  scorer: () => (rows) => negativeEntropy(rows.probabilities()),
};
