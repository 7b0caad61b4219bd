import type { Estimate } from "../estimate.ts";
import { meanEstimate } from "../intervals/mean.ts";
import { benjaminiHochberg } from "../metrics/tests/benjamini-hochberg.ts";
import { codeGroups } from "../report/code-groups.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import { erfc } from "../special/erf.ts";
import { shareEstimate } from "./effect-of-members.ts";
import type { UncertaintyGroup } from "./ensemble-document.ts";
import type { UncertaintyParts } from "./split-uncertainty.ts";

/** The weights of the rows and the level of intervals. */
export interface GroupSample {
  readonly level: number;
  readonly weights?: Float64Array;
}

const FLAG_AT = 0.05;

/**
 * Uncertainty of the rows of every value of a column, most epistemic first, with a test whether it differs from elsewhere; the
 * false discovery rate is controlled over the values of the column.
 */
export function uncertaintyGroups(
  column: SegmentColumn,
  parts: { readonly [part in keyof UncertaintyParts]: Float64Array | null } & Pick<UncertaintyParts, "epistemic">,
  sample: GroupSample,
  by: "entropy" | "variance" = "entropy",
): UncertaintyGroup[] {
  const groups = codeGroups(column.codes, column.values.length)
    .map((rows, code) => ({ rows, name: column.values[code] }))
    .filter(({ rows }) => rows.length > 0 && rows.some((row) => (sample.weights ? sample.weights[row] > 0 : true)));
  const tests = groups.map(({ rows }) => differenceTest(parts.epistemic, rows, sample));
  const known = tests.flatMap((test) => (test === null ? [] : [test.pValue]));
  const adjusted = benjaminiHochberg(known);
  let at = 0;
  return groups
    .map(({ rows, name }, g): UncertaintyGroup => {
      const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]);
      const { weights, level } = sample;
      const own: GroupSample = { level, ...(weights ? { weights: pick(weights) } : {}) };
      const aleatoric = parts.aleatoric && pick(parts.aleatoric);
      const mean = (values: Float64Array, metric: string): Estimate =>
        meanEstimate(values, { metric, by, unit: by === "entropy" ? "nats" : "outcome squared" }, { ...own, min: 0 });
      const test = tests[g];
      const qValue = test === null ? null : adjusted[at++];
      return {
        by: column.name,
        name,
        n: rows.length,
        aleatoric: aleatoric && mean(aleatoric, "aleatoric-uncertainty"),
        epistemic: mean(pick(parts.epistemic), "epistemic-uncertainty"),
        epistemicShare: parts.total && aleatoric && shareEstimate(pick(parts.total), aleatoric, own, { by }),
        pValue: test?.pValue ?? null,
        qValue,
        isLacking: test !== null && qValue !== null && test.difference > 0 && qValue <= FLAG_AT,
      };
    })
    .sort((a, b) => b.epistemic.value - a.epistemic.value);
}

/** Welch's comparison of the mean inside with the mean outside, by the normal distribution. */
function differenceTest(
  values: Float64Array,
  rows: Uint32Array,
  { weights }: GroupSample,
): { difference: number; pValue: number } | null {
  const inside = new Uint8Array(values.length);
  for (const row of rows) inside[row] = 1;
  const mass = [0, 0];
  const sums = [0, 0];
  const squaredMass = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const w = weights ? weights[i] : 1;
    mass[inside[i]] += w;
    sums[inside[i]] += w * values[i];
    squaredMass[inside[i]] += w * w;
  }
  if (!(mass[0] > 0 && mass[1] > 0)) return null;
  const effective = [0, 1].map((side) => (mass[side] * mass[side]) / squaredMass[side]);
  if (effective.some((n) => n < 1 + 1e-9)) return null;
  const means = [sums[0] / mass[0], sums[1] / mass[1]];
  const squares = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const w = weights ? weights[i] : 1;
    squares[inside[i]] += (w * (values[i] - means[inside[i]])) ** 2;
  }
  const variance = [0, 1].reduce(
    (sum, side) => sum + (squares[side] / (mass[side] * mass[side])) * (effective[side] / (effective[side] - 1)),
    0,
  );
  const difference = means[1] - means[0];
  if (!(variance > 0)) return { difference, pValue: difference === 0 ? 1 : 0 };
  return { difference, pValue: Math.min(1, erfc(Math.abs(difference) / Math.sqrt(2 * variance))) };
}
