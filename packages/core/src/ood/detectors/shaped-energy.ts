import { InputError } from "../../errors.ts";
import { select } from "../../kernels/select.ts";
import type { Matrix } from "../../matrix.ts";
import { energyScore } from "../../scores/energy-score.ts";
import type { LinearHead } from "../detector.ts";
import { headLogits } from "../head-logits.ts";
import { numberIn, numberOf, type OodKind } from "./kind.ts";

/** How features are shaped before the head sees them. */
export type Shape = "ash-p" | "ash-s" | "ash-b" | "scale";

/** exp of more overflows; the quotient of sums of features that are none negative stays below width / kept. */
const LARGEST_QUOTIENT = 700;

/** @throws {InputError} `incompatible` without a head */
export function needHead(head: LinearHead | null): LinearHead {
  if (head === null)
    throw new InputError("incompatible", "this method needs the head: weights and bias of the last layer");
  return head;
}

/** width − round(width · percentile), halves to the even number, as NumPy rounds. */
export function keptFeatures(width: number, percentile: number): number {
  const pruned = width * percentile;
  const below = Math.floor(pruned);
  const isHalf = pruned - below === 0.5;
  return width - (isHalf ? below + (below % 2) : Math.round(pruned));
}

/**
 * A detector by the energy of features of which the largest are kept or all are scaled by how much of the sum they hold.
 *
 * @param shape `ash-p` zeroes the others, `ash-s` also multiplies by exp(sum / sum kept), `ash-b` puts the sum in equal shares on
 *   the kept ones, `scale` multiplies all features by exp(sum / sum kept); by 1 where the kept ones sum to 0 or less
 * @param standard percentile where nobody gives one
 */
export function shapedEnergyKind(shape: Shape, standard: number): OodKind {
  return {
    needs: ["features", "head"],
    options: ["percentile"],
    settings: {
      percentile: numberIn({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      kept: { type: "integer", minimum: 1 },
    },
    arrays: () => ({}),
    fit: (rows, { percentile = standard }) => {
      if (!(percentile > 0 && percentile < 1))
        throw new InputError("out-of-range", `percentile must be in (0, 1), got ${percentile}`);
      const { data, cols } = rows.features();
      const kept = keptFeatures(cols, percentile);
      if (kept < 1 || cols / kept > LARGEST_QUOTIENT)
        throw new InputError(
          "out-of-range",
          `percentile ${percentile} keeps ${kept} of ${cols} features; at least one in ${LARGEST_QUOTIENT} must stay`,
        );
      const negative = data.findIndex((value) => value < 0) >= 0;
      const notes = negative ? [`Some features are negative; ${shape} was made for features that are not.`] : [];
      return { settings: { percentile, kept }, arrays: {}, notes };
    },
    scorer: (part, given) => {
      const kept = numberOf(part, "kept");
      const head = needHead(given);
      return (rows) => energyScore(headLogits(head, shaped(rows.features(), kept, shape)));
    },
  };
}

function shaped({ data, rows, cols }: Matrix, kept: number, shape: Shape): Matrix {
  const out = data.slice();
  for (let i = 0; i < rows; i++) shapeRow(out.subarray(i * cols, (i + 1) * cols), kept, shape);
  return { data: out, rows, cols };
}

/** Of equal features those with smaller numbers are kept. */
function shapeRow(row: Float64Array, kept: number, shape: Shape): void {
  const limit = select(row, row.length - kept);
  let sum = 0;
  let above = 0;
  for (let j = 0; j < row.length; j++) {
    sum += row[j];
    if (row[j] > limit) above++;
  }
  let ties = kept - above;
  let sumKept = 0;
  for (let j = 0; j < row.length; j++) {
    const isKept = row[j] > limit || (row[j] === limit && ties-- > 0);
    if (isKept) sumKept += row[j];
    if (shape === "ash-b") row[j] = isKept ? sum / kept : 0;
    else if (!isKept && shape !== "scale") row[j] = 0;
  }
  if (shape !== "ash-s" && shape !== "scale") return;
  const factor = sumKept > 0 ? Math.exp(sum / sumKept) : 1;
  for (let j = 0; j < row.length; j++) row[j] *= factor;
}
