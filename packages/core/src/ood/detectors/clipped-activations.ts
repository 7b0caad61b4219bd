import { InputError } from "../../errors.ts";
import { weightedQuantile } from "../../kernels/weighted-quantile.ts";
import { energyScore } from "../../scores/energy-score.ts";
import { headLogits } from "../head-logits.ts";
import { numberIn, numberOf, type OodKind } from "./kind.ts";
import { needHead } from "./shaped-energy.ts";

/**
 * The energy of features of which none is above what all but a tenth of the activations of training rows stay below, `react`.
 *
 * Source: Sun, Guo and Li (2021), "ReAct: out-of-distribution detection with rectified activations", NeurIPS, section 3. The
 * threshold is the linear quantile (Hyndman and Fan's type 7) of all activations of all training rows.
 */
export const clippedActivationsKind: OodKind = {
  needs: ["features", "head"],
  options: ["percentile"],
  settings: {
    percentile: numberIn({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    threshold: numberIn({}),
    quantile: { const: "linear" },
  },
  arrays: () => ({}),
  fit: (rows, { percentile = 0.9 }) => {
    if (!(percentile > 0 && percentile < 1))
      throw new InputError("out-of-range", `percentile must be in (0, 1), got ${percentile}`);
    const threshold = weightedQuantile(rows.features().data, percentile, undefined, { method: "linear" });
    return { settings: { percentile, threshold, quantile: "linear" }, arrays: {}, notes: [] };
  },
  scorer: (part, given) => {
    const threshold = numberOf(part, "threshold");
    const head = needHead(given);
    return (rows) => {
      const { data, rows: count, cols } = rows.features();
      const clipped = data.map((value) => (value < threshold ? value : threshold));
      return energyScore(headLogits(head, { data: clipped, rows: count, cols }));
    };
  },
};
