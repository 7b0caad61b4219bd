import { InputError } from "../../errors.ts";
import type { RegressionMap } from "../regression-calibrator.ts";

type ShiftAndScale = Extract<RegressionMap, { kind: "shift-and-scale" }>;

/**
 * The shift and the factor of sigma under which normal forecasts are most likely, in closed form:
 * shift = Σ w(y − p)/σ² / Σ w/σ², scale² = Σ w((y − p − shift)/σ)² / Σ w.
 *
 * @param point n means, checked
 * @param sigma n standard deviations > 0; of ones for forecasts without sigma
 * @throws {InputError} `incompatible` where every forecast is exactly right after the shift
 *
 * Source: the normal equations of the Gaussian likelihood; with shift 0 this is variance scaling (Levi et al. 2022,
 * Sensors 22).
 */
export function fitShiftAndScale(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  weights?: Float64Array,
): ShiftAndScale {
  const sums = new Float64Array(4);
  for (let i = 0; i < outcomes.length; i++) {
    const w = weights ? weights[i] : 1;
    const precision = w / (sigma[i] * sigma[i]);
    sums[0] += precision * (outcomes[i] - point[i]);
    sums[1] += precision;
    sums[2] += w;
  }
  const shift = sums[0] / sums[1];
  for (let i = 0; i < outcomes.length; i++) {
    const z = (outcomes[i] - point[i] - shift) / sigma[i];
    sums[3] += (weights ? weights[i] : 1) * z * z;
  }
  const scale = Math.sqrt(sums[3] / sums[2]);
  if (!(scale > 0 && Number.isFinite(scale) && Number.isFinite(shift)))
    throw new InputError(
      "incompatible",
      `the errors give a shift of ${shift} and a scale of ${scale}: there is no spread to learn from`,
    );
  return { kind: "shift-and-scale", shift, scale };
}
