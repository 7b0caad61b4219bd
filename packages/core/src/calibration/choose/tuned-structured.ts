import type { Matrix } from "../../matrix.ts";
import { logLossMulticlass } from "../../metrics/scores/log-loss-multiclass.ts";
import type { CalibrationFit } from "../fit.ts";
import { fitShrunkenTemperature } from "../multiclass/shrunken-temperature.ts";
import { fitStructuredMatrix, fitStructuredVector } from "../multiclass/structured.ts";
import { pathPlan } from "../multiclass/structured-path.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { type FoldPlan, heldOutFolds } from "./cross-fit.ts";
import { fitOptionsOf, fitPath, heldOutProbabilities, type MulticlassTask, singlePaths } from "./structured-paths.ts";

/** Choices of `fitTunedStructured`. */
export interface TunedStructuredOptions {
  readonly shape: "vector" | "matrix";
  /** Whether a temperature follows, fitted to held-out outputs. Default false. */
  readonly temperature?: boolean;
}

/**
 * Structured vector or matrix scaling (SVS, SMS) with the penalty scale that has the lowest cross-validated log loss; then,
 * where asked for, a temperature fitted to the outputs for held-out rows, which are less sure than those for the rows of the
 * fit.
 *
 * @param plan folds for choosing the scale
 * @returns parameters `temperature`, `penaltyScale` and, where asked for, `outputTemperature`
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: penalties as `fitStructuredMatrix`; the scale is chosen as in Kull et al. (2019), "Beyond temperature scaling",
 * NeurIPS, section 4.
 */
export function fitTunedStructured(
  task: MulticlassTask,
  plan: FoldPlan,
  { shape, temperature = false }: TunedStructuredOptions,
): CalibrationFit<MulticlassMap> {
  const { data } = task;
  const path = { ...pathPlan(data.rows, data.logits.cols), shape };
  const full = fitPath(data, path);
  const single = singlePaths(task, plan, path, full);
  const held = heldOutProbabilities(task, plan, heldOutFolds(plan), (k) => single[k]);
  const losses = (held?.probabilities.structured ?? []).map((probabilities) =>
    held === null ? 0 : logLossMulticlass(probabilities, held.data.labels, fitOptionsOf(held.data)).value,
  );
  const best = Math.max(0, losses.indexOf(Math.min(...losses)));
  const fitOne = shape === "matrix" ? fitStructuredMatrix : fitStructuredVector;
  const fit = fitOne(data.logits, data.labels, {
    ...fitOptionsOf(data),
    scale: path.scales[best],
    start: full.structured[best].map,
  });
  if (!temperature || held === null) return fit;
  const output = fitShrunkenTemperature(
    logarithms(held.probabilities.structured[best]),
    held.data.labels,
    fitOptionsOf(held.data),
  );
  return {
    ...fit,
    map: { kind: "chain", maps: [fit.map, output.map] },
    parameters: { ...fit.parameters, outputTemperature: Number(output.parameters["temperature"]) },
    complexity: fit.complexity + output.complexity,
  };
}

/** Probabilities below this count as this. */
const LEAST = 1e-300;

function logarithms(probabilities: Matrix): Matrix {
  return { ...probabilities, data: probabilities.data.map((p) => Math.log(Math.max(LEAST, p))) };
}
