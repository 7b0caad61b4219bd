import {
  type BinaryCalibrator,
  type BinaryMap,
  type Calibrator,
  type MulticlassCalibrator,
  type MulticlassMap,
  sealCalibrator,
} from "@candor/core";

const base = {
  schema: "candor.calibrator/1",
  version: "0.1.0",
  parameters: {},
  certificate: null,
  n: 1000,
  effectiveN: 1000,
  created: null,
  spec: { metric: "calibrator" },
  data: { name: "validation.csv", fingerprint: `sha256:${"0".repeat(64)}` },
  evidence: null,
} as const;

/** q = 1/(1 + exp(-(slope · logit p + intercept))). */
export function logistic(slope: number, intercept = 0): BinaryMap {
  const terms = [
    { feature: "one", coefficient: intercept },
    { feature: "logit", coefficient: slope },
  ] as const;
  return { kind: "logistic", terms, clip: 1e-12 };
}

/** What `logistic` gives. */
export function logisticValue(p: number, slope: number, intercept = 0): number {
  return 1 / (1 + Math.exp(-(slope * (Math.log(p) - Math.log1p(-p)) + intercept)));
}

/** A calibrator of one score that halves its logit, unless told otherwise. */
export function binaryCalibrator(changes: Partial<BinaryCalibrator> = {}): Calibrator {
  const own = { method: "platt", scoreKind: "probability", classNames: ["0", "1"], map: logistic(0.5) } as const;
  return sealCalibrator({ ...base, ...own, segments: null, ...changes });
}

/** A calibrator of logits or probabilities of cat, dog and bird that halves the logits, unless told otherwise. */
export function classCalibrator(changes: Partial<MulticlassCalibrator> = {}): Calibrator {
  const map: MulticlassMap = { kind: "linear", scale: 0.5, bias: null, prepare: null };
  const own = { method: "temperature", scoreKind: "logits", classNames: ["cat", "dog", "bird"], clip: null } as const;
  return sealCalibrator({ ...base, ...own, map, segments: null, ...changes });
}

/** softmax of the logits divided by 2. */
export function halved(logits: readonly number[]): number[] {
  const exps = logits.map((logit) => Math.exp(logit / 2));
  const sum = exps.reduce((total, value) => total + value, 0);
  return exps.map((value) => value / sum);
}
