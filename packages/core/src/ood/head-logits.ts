import { InputError } from "../errors.ts";
import { timesTransposed } from "../kernels/dense.ts";
import { checkRows } from "../linalg/check-rows.ts";
import type { Matrix } from "../matrix.ts";
import type { LinearHead } from "./detector.ts";

/**
 * The logits that a last layer makes of features: weights · features + bias.
 *
 * @param head classes × width
 * @param features n × width
 * @returns n × classes
 */
export function headLogits({ weights, bias }: LinearHead, { data, rows, cols }: Matrix): Matrix {
  const classes = weights.rows;
  const out = new Float64Array(rows * classes);
  timesTransposed(data, weights.data, out, rows, cols, classes);
  for (let i = 0; i < rows; i++) for (let j = 0; j < classes; j++) out[i * classes + j] += bias[j];
  return { data: out, rows, cols: classes };
}

/**
 * Lets a last layer pass that fits the features and the classes.
 *
 * @param width of the features
 * @param classes of the logits; undefined where there are none
 * @throws {InputError} `shape-mismatch` with both sizes, `empty`, `not-finite`
 */
export function checkHead({ weights, bias }: LinearHead, width: number, classes: number | undefined): void {
  checkRows(weights, "head");
  const found = `the head has ${weights.rows} × ${weights.cols} weights`;
  if (weights.rows === width && weights.cols === (classes ?? bias.length) && width !== weights.cols)
    throw new InputError(
      "shape-mismatch",
      `${found}, expected classes × features, ${weights.cols} × ${width}: it lies on its side`,
    );
  if (weights.cols !== width) throw new InputError("shape-mismatch", `${found} but the rows have ${width} features`);
  if (classes !== undefined && weights.rows !== classes)
    throw new InputError("shape-mismatch", `${found} but the rows have ${classes} logits`);
  if (bias.length !== weights.rows)
    throw new InputError("shape-mismatch", `${found} but ${bias.length} biases, expected one per class`);
  const bad = bias.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError("not-finite", `the bias of class ${bad} is ${bias[bad]}`, bad);
}
