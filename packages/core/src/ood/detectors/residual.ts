import { numberIn, type OodKind } from "./kind.ts";
import { needTwoRows } from "./mahalanobis.ts";
import { residualLengths, residualSpace } from "./residual-space.ts";

/**
 * Minus the length of what a row has in directions in which training rows hardly vary, `residual`.
 *
 * Source: Wang, Li, Feng and Zhang (2022), "ViM: out-of-distribution with virtual-logit matching", CVPR, section 4.1; about the
 * mean of the rows where there is no head.
 */
export const residualKind: OodKind = {
  needs: ["features"],
  options: ["dimension", "rankTolerance"],
  settings: {
    dimension: { type: "integer", minimum: 1 },
    origin: { enum: ["head", "mean"] },
    meanResidual: numberIn({ exclusiveMinimum: 0 }),
  },
  arrays: ({ width }) => ({ origin: [1, width], directions: ["rest", width] }),
  fit: (rows, options) => {
    needTwoRows(rows, "residual");
    const { origin, directions, dimension, from, meanResidual } = residualSpace(rows, options);
    return { settings: { dimension, origin: from, meanResidual }, arrays: { origin, directions }, notes: [] };
  },
  scorer:
    ({ arrays: { origin, directions } }) =>
    (rows) =>
      residualLengths(rows.features(), { origin, directions }).map((length) => 0 - length),
};
