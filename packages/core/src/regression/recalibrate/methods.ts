import { InputError } from "../../errors.ts";
import type { Forecast, RegressionPredictions } from "../forecasts.ts";
import { USUAL_LEVELS } from "../metrics/quantile-curve.ts";
import { column, endLevels } from "../quantile-view.ts";
import type { RegressionMap } from "../regression-calibrator.ts";
import { applyRegressionMap } from "./apply-map.ts";
import { conformalShift } from "./conformal-shifts.ts";
import { fitIsotonicLevels } from "./isotonic-levels.ts";
import { fitShiftAndScale } from "./shift-and-scale.ts";
import { fitSpreadScale, fitWidthScale } from "./spread-scale.ts";
import { standardScores } from "./standard-scores.ts";

/** A way to repair forecasts. */
export interface RegressionMethod {
  readonly method: string;
  /** For people. */
  readonly label: string;
  /** Free parameters; many where the map is as fine as the rows. */
  readonly simplicity: number;
  /** Fewest effective rows with which `auto` tries it. */
  readonly fewest: number;
  fit(predictions: RegressionPredictions): RegressionMap;
}

type Of<Kind extends Forecast["kind"]> = Extract<Forecast, { kind: Kind }>;

function method<Kind extends Forecast["kind"]>(
  kind: Kind,
  named: Omit<RegressionMethod, "fit">,
  fit: (forecast: Of<Kind>, outcomes: Float64Array, weights: Float64Array | undefined) => RegressionMap,
): RegressionMethod {
  const isKind = (forecast: Forecast): forecast is Of<Kind> => forecast.kind === kind;
  return {
    ...named,
    fit({ forecast, outcomes, weights }) {
      if (!isKind(forecast))
        throw new InputError("incompatible", `${named.method} repairs forecasts of kind ${kind}, got ${forecast.kind}`);
      return fit(forecast, outcomes, weights);
    },
  };
}

const minus = (outcomes: Float64Array, values: Float64Array): Float64Array => outcomes.map((y, i) => y - values[i]);

const POINT: readonly RegressionMethod[] = [
  method(
    "point",
    { method: "residual-sigma", label: "adding one spread for all rows", simplicity: 2, fewest: 5 },
    ({ point }, outcomes, weights) =>
      fitShiftAndScale(point, new Float64Array(point.length).fill(1), outcomes, weights),
  ),
  method(
    "point",
    { method: "residual-quantiles", label: "adding the quantiles of the errors", simplicity: 23, fewest: 130 },
    ({ point }, outcomes, weights) => {
      const errors = minus(outcomes, point);
      return {
        kind: "quantile-shifts",
        levels: USUAL_LEVELS,
        shifts: USUAL_LEVELS.map((level) => conformalShift(errors, level, weights)),
      };
    },
  ),
];

const NORMAL: readonly RegressionMethod[] = [
  method(
    "point-and-sigma",
    { method: "shift-and-scale", label: "shifting and scaling", simplicity: 2, fewest: 10 },
    ({ point, sigma }, outcomes, weights) => fitShiftAndScale(point, sigma, outcomes, weights),
  ),
  method(
    "point-and-sigma",
    { method: "isotonic", label: "isotonic recalibration", simplicity: 23, fewest: 50 },
    (forecast, outcomes, weights) => fitIsotonicLevels(standardScores(forecast, outcomes), USUAL_LEVELS, weights),
  ),
  method(
    "point-and-sigma",
    {
      method: "scale-then-isotonic",
      label: "isotonic recalibration after shifting and scaling",
      simplicity: 25,
      fewest: 50,
    },
    (forecast, outcomes, weights) => {
      const first = fitShiftAndScale(forecast.point, forecast.sigma, outcomes, weights);
      const scores = standardScores(applyRegressionMap(first, forecast), outcomes);
      return { kind: "chain", maps: [first, fitIsotonicLevels(scores, USUAL_LEVELS, weights)] };
    },
  ),
];

const QUANTILES: readonly RegressionMethod[] = [
  method(
    "quantiles",
    { method: "shift-and-scale", label: "scaling of the spread", simplicity: 1, fewest: 10 },
    ({ levels, values }, outcomes, weights) => {
      needsTwo(levels);
      return fitSpreadScale(levels, values, outcomes, weights);
    },
  ),
  method(
    "quantiles",
    { method: "isotonic", label: "isotonic recalibration", simplicity: 20, fewest: 50 },
    (forecast, outcomes, weights) => {
      needsTwo(forecast.levels);
      return fitIsotonicLevels(standardScores(forecast, outcomes), forecast.levels, weights);
    },
  ),
  method(
    "quantiles",
    {
      method: "scale-then-isotonic",
      label: "isotonic recalibration after scaling the spread",
      simplicity: 21,
      fewest: 50,
    },
    (forecast, outcomes, weights) => {
      needsTwo(forecast.levels);
      const first = fitSpreadScale(forecast.levels, forecast.values, outcomes, weights);
      const scores = standardScores(applyRegressionMap(first, forecast), outcomes);
      return { kind: "chain", maps: [first, fitIsotonicLevels(scores, forecast.levels, weights)] };
    },
  ),
  method(
    "quantiles",
    { method: "quantile-shifts", label: "a conformal shift of each quantile", simplicity: 23, fewest: 20 },
    ({ levels, values }, outcomes, weights) => ({
      kind: "quantile-shifts",
      levels,
      shifts: levels.map((level, k) => conformalShift(minus(outcomes, column(values, k)), level, weights)),
    }),
  ),
];

const INTERVAL: readonly RegressionMethod[] = [
  method(
    "interval",
    { method: "shift-and-scale", label: "conformal scaling of the width", simplicity: 1, fewest: 10 },
    ({ lower, upper, level }, outcomes, weights) => fitWidthScale(lower, upper, level, outcomes, weights),
  ),
  method(
    "interval",
    { method: "quantile-shifts", label: "a conformal shift of each end", simplicity: 2, fewest: 20 },
    ({ lower, upper, level }, outcomes, weights) => {
      const levels = endLevels(level);
      const ends = [lower.map((low, i) => Math.min(low, upper[i])), upper.map((high, i) => Math.max(high, lower[i]))];
      const shifts = levels.map((at, k) => conformalShift(minus(outcomes, ends[k]), at, weights));
      return { kind: "quantile-shifts", levels, shifts };
    },
  ),
];

function needsTwo(levels: readonly number[]): void {
  if (levels.length < 2)
    throw new InputError("incompatible", `one quantile, at ${levels[0]}, has no spread: only its shift can be learned`);
}

/** The methods for a kind of forecast, the simplest first. */
export function regressionMethods(kind: Forecast["kind"]): readonly RegressionMethod[] {
  return { point: POINT, "point-and-sigma": NORMAL, quantiles: QUANTILES, interval: INTERVAL }[kind];
}

/**
 * The method of that name, identity among them.
 *
 * @throws {InputError} `unknown-option` naming those there are
 */
export function namedRegressionMethod(kind: Forecast["kind"], name: string): RegressionMethod {
  if (name === "identity")
    return {
      method: "identity",
      label: "left as they are",
      simplicity: 0,
      fewest: 0,
      fit: () => ({ kind: "identity" }),
    };
  const methods = regressionMethods(kind);
  const found = methods.find((candidate) => candidate.method === name);
  if (found) return found;
  const known = ["auto", "identity", ...methods.map((candidate) => candidate.method)].join(", ");
  throw new InputError("unknown-option", `forecasts of kind ${kind} can be repaired by ${known}, got ${name}`);
}
