import type { CalibrationFit } from "../fit.ts";
import type { MulticlassMap, OrderKeepingMap } from "../multiclass-map.ts";

/**
 * The same fit with a map that never changes which class is predicted: where another class would overtake the one with
 * the largest logit, both get their mean, and that one a last bit more.
 *
 * @returns all else of the fit, its certificate included, is that of the map inside
 */
export function argmaxPreserving(fit: CalibrationFit<MulticlassMap>): CalibrationFit<OrderKeepingMap> {
  return {
    ...fit,
    method: `${fit.method}-argmax-preserving`,
    map: { kind: "argmax-preserving", map: fit.map },
  };
}
