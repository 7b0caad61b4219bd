import { InputError } from "../../errors.ts";
import { energyScore } from "../../scores/energy-score.ts";
import { numberIn, numberOf, type OodKind } from "./kind.ts";

/** The energy, `energy`: a smooth largest logit. Nothing is fitted. */
export const energyKind: OodKind = {
  needs: ["logits"],
  options: ["temperature"],
  settings: { temperature: numberIn({ exclusiveMinimum: 0 }) },
  arrays: () => ({}),
  fit: (_, { temperature = 1 }) => {
    if (!(temperature > 0 && temperature < Infinity))
      throw new InputError("out-of-range", `temperature must be a finite number > 0, got ${temperature}`);
    return { settings: { temperature }, arrays: {}, notes: [] };
  },
  scorer: (part) => {
    const temperature = numberOf(part, "temperature");
    return (rows) => energyScore(rows.logits(), temperature);
  },
};
