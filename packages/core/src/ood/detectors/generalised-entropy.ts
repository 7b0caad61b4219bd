import { InputError } from "../../errors.ts";
import { generalisedEntropy } from "../../scores/generalised-entropy.ts";
import { numberIn, numberOf, type OodKind } from "./kind.ts";

/** Minus the generalised entropy, `gen`. Nothing is fitted. */
export const generalisedEntropyKind: OodKind = {
  needs: ["probabilities"],
  options: ["gamma", "top"],
  settings: { gamma: numberIn({ exclusiveMinimum: 0, maximum: 1 }), top: { type: "integer", minimum: 1 } },
  arrays: () => ({}),
  fit: (_, { gamma = 0.1, top = 100 }) => {
    if (!(gamma > 0 && gamma <= 1)) throw new InputError("out-of-range", `gamma must be in (0, 1], got ${gamma}`);
    if (!(Number.isInteger(top) && top >= 1))
      throw new InputError("out-of-range", `top must be an integer of at least 1, got ${top}`);
    return { settings: { gamma, top }, arrays: {}, notes: [] };
  },
  scorer: (part) => {
    const options = { gamma: numberOf(part, "gamma"), top: numberOf(part, "top") };
    return (rows) => generalisedEntropy(rows.probabilities(), options);
  },
};
