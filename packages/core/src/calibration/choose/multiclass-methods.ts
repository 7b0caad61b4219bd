import { checkSample } from "../../intervals/sample.ts";
import { identityFit } from "../binary/identity.ts";
import type { MulticlassCalibrationData } from "../calibration-data.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { argmaxPreserving } from "../multiclass/argmax-preserving.ts";
import { fitDirichlet } from "../multiclass/dirichlet.ts";
import { fitEnsembleTemperature } from "../multiclass/ensemble-temperature.ts";
import { fitMatrixScaling } from "../multiclass/matrix.ts";
import { fitOneVsRest } from "../multiclass/one-vs-rest.ts";
import { fitShrunkenTemperature } from "../multiclass/shrunken-temperature.ts";
import { fitStructuredMatrix, fitStructuredVector } from "../multiclass/structured.ts";
import { fitTemperature } from "../multiclass/temperature.ts";
import { fitTopLabel } from "../multiclass/top-label.ts";
import { fitVectorScaling } from "../multiclass/vector.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { type BinaryMethod, binaryMethods } from "./binary-methods.ts";
import type { FoldPlan } from "./cross-fit.ts";
import type { MethodOptions } from "./method-options.ts";
import { multiclassTask } from "./multiclass-task.ts";
import { planFolds } from "./plan-folds.ts";
import { fitStructuredBlend } from "./structured-blend.ts";
import { fitTunedStructured, type TunedStructuredOptions } from "./tuned-structured.ts";

/** A method for one score per class. */
export interface MulticlassMethod {
  readonly method: string;
  /** For people. */
  readonly label: string;
  fit(data: MulticlassCalibrationData, options: FitOptions & MethodOptions): CalibrationFit<MulticlassMap>;
}

/** Folds that a method which tunes itself uses where it has to make its own. */
const TUNING_FOLDS = 5;

const single: readonly MulticlassMethod[] = [
  { method: "identity", label: "scores as they are", fit: fitNothing },
  {
    method: "shrunken-temperature",
    label: "shrunken temperature scaling",
    fit: ({ logits, labels }, { weights, merged }) =>
      fitShrunkenTemperature(logits, labels, { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) }),
  },
  {
    method: "temperature",
    label: "temperature scaling",
    fit: ({ logits, labels }, o) => fitTemperature(logits, labels, o),
  },
  {
    method: "ensemble-temperature",
    label: "ensemble temperature scaling",
    fit: ({ logits, labels }, o) => fitEnsembleTemperature(logits, labels, o),
  },
  {
    method: "svs",
    label: "structured vector scaling",
    fit: ({ logits, labels }, o) => fitStructuredVector(logits, labels, o),
  },
  { method: "vector", label: "vector scaling", fit: ({ logits, labels }, o) => fitVectorScaling(logits, labels, o) },
  {
    method: "sms",
    label: "structured matrix scaling",
    fit: ({ logits, labels }, o) => fitStructuredMatrix(logits, labels, o),
  },
  {
    method: "dirichlet-odir",
    label: "Dirichlet calibration, ODIR",
    fit: ({ logits, labels }, o) => fitDirichlet(logits, labels, { ...o, penalty: "odir" }),
  },
  {
    method: "dirichlet-l2",
    label: "Dirichlet calibration, L2",
    fit: ({ logits, labels }, o) => fitDirichlet(logits, labels, { ...o, penalty: "l2" }),
  },
  { method: "matrix", label: "matrix scaling", fit: ({ logits, labels }, o) => fitMatrixScaling(logits, labels, o) },
  tuned("svs-tuned", "tuned structured vector scaling", { shape: "vector" }),
  tuned("svs-tuned-temperature", "tuned structured vector scaling with a temperature", {
    shape: "vector",
    temperature: true,
  }),
  tuned("sms-tuned", "tuned structured matrix scaling", { shape: "matrix" }),
  tuned("sms-tuned-temperature", "tuned structured matrix scaling with a temperature", {
    shape: "matrix",
    temperature: true,
  }),
  {
    method: "structured-blend",
    label: "blended structured scaling",
    fit: (data) => fitStructuredBlend(multiclassTask(data), tuningPlan(data)),
  },
];

/** Every method for one score per class that can be named. */
export const multiclassMethods: readonly MulticlassMethod[] = [
  ...single,
  ...binaryMethods.filter(({ method }) => method !== "identity").map(topLabelMethod),
  ...binaryMethods.filter(({ method }) => method !== "identity").map(oneVsRestMethod),
];

/** The same method, but the predicted class stays the same. */
export function orderKeeping({ method, label, fit }: MulticlassMethod): MulticlassMethod {
  return {
    method,
    label: `${label} (keeping the predicted class)`,
    fit: (data, options) => argmaxPreserving(fit(data, options)),
  };
}

function tuned(method: string, label: string, options: TunedStructuredOptions): MulticlassMethod {
  return { method, label, fit: (data) => fitTunedStructured(multiclassTask(data), tuningPlan(data), options) };
}

function tuningPlan(data: MulticlassCalibrationData): FoldPlan {
  return planFolds(data, { folds: TUNING_FOLDS, seed: 0 });
}

function topLabelMethod({ method, label, fit }: BinaryMethod): MulticlassMethod {
  return {
    method: `top-label-${method}`,
    label: `${label} of the top label`,
    fit: ({ logits, labels }, options) =>
      fitTopLabel(logits, labels, (p, y, weighting) => fit(p, y, { ...options, ...weighting }), options),
  };
}

function oneVsRestMethod({ method, label, fit }: BinaryMethod): MulticlassMethod {
  return {
    method: `one-vs-rest-${method}`,
    label: `${label} of each class`,
    fit: ({ logits, labels }, options) =>
      fitOneVsRest(logits, labels, (p, y, weighting) => fit(p, y, { ...options, ...weighting }), options),
  };
}

function fitNothing(
  { rows }: MulticlassCalibrationData,
  { weights, merged }: FitOptions,
): CalibrationFit<MulticlassMap> {
  return identityFit(checkSample(rows, { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) }));
}
