import { InputError } from "../../errors.ts";
import { nearestDistances } from "../../kernels/nearest/nearest-distances.ts";
import { numberOf, type OodKind } from "./kind.ts";
import { unitRows } from "./unit-rows.ts";

const DEFAULT_K = 50;

/**
 * Minus the distance from the k-th nearest training row, features divided by their length, `knn`.
 *
 * Source: Sun, Ming, Zhu and Li (2022), "Out-of-distribution detection with deep nearest neighbors", ICML, section 3:
 * normalised penultimate features, k = 50 for 50 000 rows and 1000 for 1.28 million.
 */
export const nearestNeighboursKind: OodKind = {
  needs: ["features"],
  options: ["k"],
  settings: { k: { type: "integer", minimum: 1 } },
  arrays: ({ width }) => ({ bank: ["rows", width] }),
  fit: (rows, { k }) => {
    if (rows.count === 0) throw new InputError("too-few", "knn needs at least one training row, got none");
    if (k !== undefined && !(Number.isInteger(k) && k >= 1))
      throw new InputError("out-of-range", `k must be an integer ≥ 1, got ${k}`);
    if (k !== undefined && k > rows.count)
      throw new InputError("too-few", `the distance of neighbour ${k} needs as many training rows, got ${rows.count}`);
    const used = k ?? Math.min(DEFAULT_K, rows.count);
    const notes =
      k === undefined && used < DEFAULT_K
        ? [`There are ${rows.count} training rows: the farthest of them counts instead of neighbour ${DEFAULT_K}.`]
        : [];
    return { settings: { k: used }, arrays: { bank: rows.features() }, notes };
  },
  scorer: (part) => {
    const k = numberOf(part, "k");
    const bank = unitRows(part.arrays.bank);
    return (rows) => {
      const { data } = nearestDistances(unitRows(rows.features()), bank, k).distances;
      return Float64Array.from({ length: rows.count }, (_, i) => 0 - Math.sqrt(data[i * k + k - 1]));
    };
  },
};
