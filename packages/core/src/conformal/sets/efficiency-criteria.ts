import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";

/** Ten ways to say how much p-values leave open; smaller is better in all. */
export interface EfficiencyCriteria {
  /** S: mean sum of the p-values of a row. */
  readonly sum: number;
  /** N: mean number of classes in the set. */
  readonly number: number;
  /** U: mean of the second largest p-value. */
  readonly unconfidence: number;
  /** F: mean sum of all p-values but the largest. */
  readonly fuzziness: number;
  /** M: share of rows whose set has more than one class. */
  readonly multiple: number;
  /** E: mean number of classes in the set beyond the first. */
  readonly excess: number;
  /** OU: mean of the largest p-value of a false class. */
  readonly observedUnconfidence: number;
  /** OF: mean sum of the p-values of the false classes. */
  readonly observedFuzziness: number;
  /** OM: share of rows whose set has a false class. */
  readonly observedMultiple: number;
  /** OE: mean number of false classes in the set. */
  readonly observedExcess: number;
}

/**
 * The criteria of efficiency of conformal predictors, on rows with known classes.
 *
 * @param pValues n × K numbers in [0, 1], K ≥ 2, of `classPValues`
 * @param labels n true classes
 * @param significance one minus the level of the sets, in (0, 1): a class is in the set where its p-value exceeds it
 * @throws {InputError} `empty`, `one-class`, `shape-mismatch`; `out-of-range` with the row
 *
 * Source: Vovk, Nouretdinov, Fedorova, Petej and Gammerman (2017), "Criteria of efficiency for set-valued classification",
 * Annals of Mathematics and Artificial Intelligence 81. S, OF, N and OE are the proper ones: the true conditional
 * probability is an optimal score for them; for the others it need not be.
 */
export function efficiencyCriteria(pValues: Matrix, labels: Int32Array, significance: number): EfficiencyCriteria {
  const { data, rows, cols } = pValues;
  if (rows === 0) throw new InputError("empty", "efficiencyCriteria needs at least one row");
  if (cols < 2) throw new InputError("one-class", `efficiencyCriteria needs at least 2 classes, got ${cols}`);
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${labels.length} labels`);
  if (!(significance > 0 && significance < 1))
    throw new InputError("out-of-range", `significance must be in (0, 1), got ${significance}`);
  const sums = new Float64Array(10);
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    if (!(label >= 0 && label < cols))
      throw new InputError("out-of-range", `label ${label} at row ${i} is not in [0, ${cols})`, i);
    addRow(sums, data, i, cols, label, significance);
  }
  const [sum, number, unconfidence, fuzziness, multiple, excess, ou, of, om, oe] = sums.map((total) => total / rows);
  return {
    sum,
    number,
    unconfidence,
    fuzziness,
    multiple,
    excess,
    observedUnconfidence: ou,
    observedFuzziness: of,
    observedMultiple: om,
    observedExcess: oe,
  };
}

function addRow(
  sums: Float64Array,
  data: Float64Array,
  row: number,
  cols: number,
  label: number,
  significance: number,
): void {
  let total = 0;
  let size = 0;
  let largest = 0;
  let second = 0;
  let largestFalse = 0;
  for (let k = 0; k < cols; k++) {
    const p = data[row * cols + k];
    if (!(p >= 0 && p <= 1))
      throw new InputError("out-of-range", `p-value ${p} of class ${k} at row ${row} is not in [0, 1]`, row);
    total += p;
    if (p > significance) size++;
    if (p > largest) {
      second = largest;
      largest = p;
    } else if (p > second) second = p;
    if (k !== label && p > largestFalse) largestFalse = p;
  }
  const own = data[row * cols + label];
  const falseSize = size - (own > significance ? 1 : 0);
  sums[0] += total;
  sums[1] += size;
  sums[2] += second;
  sums[3] += total - largest;
  sums[4] += size > 1 ? 1 : 0;
  sums[5] += Math.max(0, size - 1);
  sums[6] += largestFalse;
  sums[7] += total - own;
  sums[8] += falseSize > 0 ? 1 : 0;
  sums[9] += falseSize;
}
