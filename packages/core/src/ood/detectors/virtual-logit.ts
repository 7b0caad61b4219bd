import { InputError } from "../../errors.ts";
import { energyScore } from "../../scores/energy-score.ts";
import { maximumLogit } from "../../scores/maximum-logit.ts";
import { numberIn, numberOf, type OodKind } from "./kind.ts";
import { needTwoRows } from "./mahalanobis.ts";
import { mean, residualLengths, residualSpace } from "./residual-space.ts";

/**
 * The energy minus the residual, scaled so that it is on average as large as the largest logit, `vim`.
 *
 * Source: Wang, Li, Feng and Zhang (2022), "ViM: out-of-distribution with virtual-logit matching", CVPR, equations 6 to 8; about
 * the mean of the rows where there is no head.
 */
export const virtualLogitKind: OodKind = {
  needs: ["logits", "features"],
  options: ["dimension", "rankTolerance"],
  settings: {
    dimension: { type: "integer", minimum: 1 },
    origin: { enum: ["head", "mean"] },
    alpha: numberIn({ exclusiveMinimum: 0 }),
  },
  arrays: ({ width }) => ({ origin: [1, width], directions: ["rest", width] }),
  fit: (rows, options) => {
    needTwoRows(rows, "vim");
    const { origin, directions, dimension, from, meanResidual } = residualSpace(rows, options);
    const meanLogit = mean(maximumLogit(rows.logits()));
    if (!(meanLogit > 0))
      throw new InputError(
        "incompatible",
        `vim scales by the mean of the largest logits, which must be > 0, got ${meanLogit}; add a constant to all logits`,
      );
    return {
      settings: { dimension, origin: from, alpha: meanLogit / meanResidual },
      arrays: { origin, directions },
      notes: [],
    };
  },
  scorer: (part) => {
    const { origin, directions } = part.arrays;
    const alpha = numberOf(part, "alpha");
    return (rows) => {
      const lengths = residualLengths(rows.features(), { origin, directions });
      return energyScore(rows.logits()).map((energy, i) => energy - alpha * lengths[i]);
    };
  },
};
