import { complement, exactDecimal } from "../../conformal/exact-decimal.ts";
import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { conformalRiskControl } from "../conformal-risk-control.ts";
import type { FamilyWiseCorrection } from "../family-wise.ts";
import { learnThenTest } from "../learn-then-test.ts";
import { riskControllingRule } from "../rcps.ts";
import type { RiskBound } from "../risk-bound.ts";
import type { RiskControl } from "../risk-control.ts";
import { checkLabels, checkScores } from "./check-scores.ts";
import { falseLabels } from "./false-labels.ts";
import { missedLabels } from "./missed-labels.ts";
import type { MultiLabelControl, MultiLabelMethod, MultiLabelRisk } from "./multi-label-control.ts";

/** Choices of `controlMultiLabel`. */
export interface MultiLabelOptions {
  readonly risk: MultiLabelRisk;
  /** Largest acceptable risk, in (0, 1). */
  readonly target: number;
  /**
   * How sure, in (0, 1): the probability over calibration sets that the risk of the threshold is within the target.
   * Without it the target holds on average over calibration sets.
   */
  readonly sure?: number;
  /** Default: `crc` without `sure`; with it `rcps` for `fnr` and `ltt` for `fdr`. */
  readonly method?: MultiLabelMethod;
  /** Bound or p-value of `rcps` and `ltt`. Default `hoeffding-bentkus`. */
  readonly bound?: RiskBound;
  /** Of `ltt`. Default `fixed-sequence`, from the most conservative threshold. */
  readonly correction?: FamilyWiseCorrection;
  /** Of `ltt` with `fixed-sequence`. Default 1. */
  readonly starts?: number;
  /** Ascending candidates, chosen without looking at these rows. Default 0, 0.001, …, 1 for scores in [0, 1]. */
  readonly thresholds?: Float64Array;
}

/**
 * The threshold of a multi-label classifier that keeps the share of true labels missed (`fnr`), or of false labels
 * given (`fdr`), within a target: in expectation, or with a probability. A row is given the labels whose score is ≥ the
 * threshold.
 *
 * @param scores rows × labels, any finite real; higher is likelier
 * @param labels rows × labels, row-major, 1 where the label is true; rows without true labels do not count for `fnr`
 * @returns plain data; `attained` is false, and the threshold the most conservative one, where no threshold qualifies
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `too-few`, `incompatible`,
 *   `unknown-option`
 *
 * Source: Angelopoulos et al. (2024), "Conformal risk control" (`crc`; the false discovery proportion, which is not
 * monotone, is replaced by its largest value at any higher threshold); Bates et al. (2021), JACM 68(6) (`rcps`);
 * Angelopoulos et al. (2025), "Learn then test" (`ltt`).
 */
export function controlMultiLabel(scores: Matrix, labels: Uint8Array, options: MultiLabelOptions): MultiLabelControl {
  const { risk, target, sure } = options;
  const method = options.method ?? defaultMethod(risk, sure);
  const bound = options.bound ?? "hoeffding-bentkus";
  const correction = options.correction ?? "fixed-sequence";
  checkScores(scores);
  checkLabels(labels, scores);
  checkMethod(risk, sure, method);
  const thresholds = candidates(scores, options.thresholds);
  const curve =
    risk === "fnr"
      ? missedLabels(scores, labels, thresholds)
      : falseLabels(scores, labels, thresholds, method === "crc");
  let found: RiskControl;
  let qualifying: number;
  if (sure === undefined) {
    found = conformalRiskControl(curve, { target });
    qualifying = found.attained ? found.rule + 1 : 0;
  } else {
    const failure = failureOf(sure);
    if (method === "rcps") {
      found = riskControllingRule(curve, { target, failure, method: bound });
      qualifying = found.attained ? found.rule + 1 : 0;
    } else {
      const { valid, ...rest } = learnThenTest(curve, {
        target,
        failure,
        method: bound,
        correction,
        starts: options.starts ?? 1,
      });
      found = rest;
      qualifying = valid.length;
    }
  }
  const threshold = thresholds[risk === "fnr" ? found.rule : thresholds.length - 1 - found.rule];
  return {
    kind: "multi-label",
    risk,
    target,
    sure: sure ?? null,
    method,
    bound: method === "crc" ? null : bound,
    correction: method === "ltt" ? correction : null,
    threshold,
    attained: found.attained,
    calibrationRisk: found.calibrationRisk,
    upperBound: found.upperBound,
    n: found.n,
    labels: scores.cols,
    qualifying,
    meanLabels: meanLabels(scores, threshold),
    missingRows: found.missingRows,
    assumptions: assumptions(risk, sure, bound),
  };
}

function defaultMethod(risk: MultiLabelRisk, sure: number | undefined): MultiLabelMethod {
  if (sure === undefined) return "crc";
  return risk === "fnr" ? "rcps" : "ltt";
}

function checkMethod(risk: MultiLabelRisk, sure: number | undefined, method: MultiLabelMethod): void {
  if (risk !== "fnr" && risk !== "fdr")
    throw new InputError("unknown-option", `risk must be fnr or fdr, got ${String(risk)}`);
  if (method !== "crc" && method !== "rcps" && method !== "ltt")
    throw new InputError("unknown-option", `method must be crc, rcps or ltt, got ${String(method)}`);
  if ((sure === undefined) !== (method === "crc"))
    throw new InputError(
      "incompatible",
      `${method} ${method === "crc" ? "promises the target on average; it takes no" : "needs"} \`sure\``,
    );
  if (risk === "fdr" && method === "rcps")
    throw new InputError("incompatible", "the share of false labels can fall with the threshold: use ltt, not rcps");
}

/** 1 - sure in decimal arithmetic. */
function failureOf(sure: number): number {
  const { numerator, denominator } = complement(exactDecimal(sure, "sure"));
  if (numerator <= 0n || numerator >= denominator)
    throw new InputError("out-of-range", `sure must be in (0, 1), got ${sure}`);
  return Number(numerator) / Number(denominator);
}

function candidates(scores: Matrix, given: Float64Array | undefined): Float64Array {
  if (given === undefined) {
    const outside = scores.data.findIndex((score) => score < 0 || score > 1);
    if (outside >= 0) {
      const row = Math.floor(outside / scores.cols);
      throw new InputError(
        "out-of-range",
        `score ${scores.data[outside]} at row ${row} is not in [0, 1], so the thresholds must be given`,
        row,
      );
    }
    return Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
  }
  if (given.length === 0) throw new InputError("empty", "expected at least one threshold");
  for (let i = 0; i < given.length; i++)
    if (!(Number.isFinite(given[i]) && (i === 0 || given[i] > given[i - 1])))
      throw new InputError("out-of-range", `thresholds must be finite and ascend, got ${given[i]} at position ${i}`, i);
  return given.slice();
}

function meanLabels({ data, rows }: Matrix, threshold: number): number {
  let given = 0;
  for (let i = 0; i < data.length; i++) if (data[i] >= threshold) given++;
  return given / rows;
}

function assumptions(risk: MultiLabelRisk, sure: number | undefined, bound: RiskBound): string[] {
  const rows = risk === "fnr" ? "rows with at least one true label" : "rows";
  const result = [
    sure === undefined
      ? `new ${rows} are exchangeable with the calibration ${rows}`
      : `new and calibration ${rows} are independent draws from the same source`,
    "the candidate thresholds were chosen without looking at the calibration rows",
  ];
  if (sure !== undefined && bound === "betting") result.push("the order of the rows does not depend on their labels");
  return result;
}
