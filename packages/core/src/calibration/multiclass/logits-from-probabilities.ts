import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";

/**
 * The logarithms of probabilities, which are logits that give the same probabilities back.
 *
 * @param probabilities n × k, each in [0, 1]; rows need not sum to 1
 * @param clip a smaller probability counts as this, in (0, 1)
 * @returns n × k, each in [ln clip, 0]
 * @throws {InputError} `out-of-range`, `not-finite` with the row
 */
export function logitsFromProbabilities(probabilities: Matrix, clip = 1e-12): Matrix {
  if (!(clip > 0 && clip < 1)) throw new InputError("out-of-range", `clip must be in (0, 1), got ${clip}`);
  const { data, rows, cols } = probabilities;
  const logits = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const p = data[i];
    if (!(p >= 0 && p <= 1)) {
      const row = Math.floor(i / cols);
      const code = Number.isFinite(p) ? "out-of-range" : "not-finite";
      throw new InputError(code, `probability ${p} at row ${row}, class ${i % cols} is not in [0, 1]`, row);
    }
    logits[i] = Math.log(p > clip ? p : clip);
  }
  return { data: logits, rows, cols };
}
