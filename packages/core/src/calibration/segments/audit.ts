import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { LabelRule } from "../../metrics/calibration/binned-calibration-error.ts";
import { meanCalibrationGap } from "../../metrics/calibration/calibration-in-the-large.ts";
import { benjaminiHochberg } from "../../metrics/tests/benjamini-hochberg.ts";
import { calibrationEvidence } from "../../metrics/tests/calibration-evidence.ts";
import { codeGroups } from "../../report/code-groups.ts";
import { FLAG_AT } from "../../report/group-report.ts";
import { type PairSample, sampleOptions, selectRows } from "../../report/pair-sample.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import { studentTCdf } from "../../special/student-t.ts";
import { type DependentRows, pairedEstimate, pairedMean } from "../choose/paired-mean.ts";
import type { AuditResult } from "../fit-document.ts";
import { type CombinedColumns, combineColumns } from "./combine-columns.ts";

/** Options of `auditSegments`. */
export interface AuditOptions extends SampleOptions {
  /** Segments and intersections of fewer rows are not tested. Default 50. */
  readonly minimumRows?: number;
  /** Recorded in the specs of the gaps. Default `positive-class`. */
  readonly label?: LabelRule;
  /** One code per row: rows with the same code are not independent. Default: all rows are. */
  readonly groups?: Int32Array;
}

/**
 * Where calibrated probabilities still do not hold: every value of every column, and every combination of the values of two
 * columns, tested for calibration, with the expected share of false alarms among the flagged at most 5 %.
 *
 * A combination that holds all rows of one of its two values is that value once more, and is left out. For multiclass
 * predictions give the top-label confidence and whether it was correct (`topLabel`, `correctness`).
 *
 * @param probabilities n values in [0, 1] after calibration, held out
 * @param outcomes n values, 0 or 1
 * @returns all that were tested, the smallest q-value first, then the largest; empty where no segment has enough rows
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * With `groups` the mean gap alone is tested, by Student's t over groups.
 *
 * Source: Benjamini and Hochberg (1995), JRSS B 57; p-values of `calibrationEvidence`.
 */
export function auditSegments(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  columns: readonly SegmentColumn[],
  options: AuditOptions = {},
): AuditResult[] {
  const { minimumRows = 50, label = "positive-class", weights, merged, groups } = options;
  if (!(minimumRows >= 1)) throw new InputError("out-of-range", `minimumRows must be >= 1, got ${minimumRows}`);
  checkPairs(probabilities, outcomes);
  const rows = probabilities.length;
  if (groups && groups.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${groups.length} codes of groups`);
  const { level, counts } = checkSample(rows, options);
  const sample: PairSample = {
    probabilities,
    outcomes,
    ...(weights ? { weights } : {}),
    ...(merged ? { merged } : {}),
  };
  const tested = divisions(columns, rows).flatMap(({ combined, parents }) => {
    const sizes = sizesOf(combined, counts);
    return codeGroups(combined.codes, combined.values.length).flatMap((members, s) => {
      if (sizes[s] < minimumRows) return [];
      if (parents.some((parent) => parent.lengths[parent.codes[members[0]]] === members.length)) return [];
      const selected = selectRows(sample, members);
      if (selected.weights?.every((w) => w === 0)) return [];
      const settings = { ...sampleOptions(selected), level };
      const names = { by: combined.name, name: combined.values[s].join(" × ") };
      const gap = meanCalibrationGap(selected.probabilities, selected.outcomes, { ...settings, label });
      if (groups) return { ...names, ...clusteredGap(sample, { rows: members, weights, merged, groups }, gap) };
      return { ...names, gap, pValue: calibrationEvidence(selected.probabilities, selected.outcomes, settings) };
    });
  });
  const adjusted = benjaminiHochberg(tested.map(({ pValue }) => pValue));
  return tested
    .map((test, k) => ({ ...test, n: test.gap.n, qValue: adjusted[k], flagged: adjusted[k] <= FLAG_AT }))
    .sort((a, b) => a.qValue - b.qValue || b.n - a.n);
}

/** The gap with an interval and a t-test whose independent units are the groups. */
function clusteredGap(
  { probabilities, outcomes }: PairSample,
  sample: DependentRows,
  { n, level, spec }: Estimate,
): { readonly gap: Estimate; readonly pValue: number } {
  const mean = pairedMean((row) => probabilities[row] - outcomes[row], sample);
  const gap = pairedEstimate(mean, n, { ...spec, clustered: true }, { level, min: -1, max: 1 });
  if (!(mean.error < Infinity)) return { gap, pValue: 1 };
  if (mean.error === 0) return { gap, pValue: mean.mean === 0 ? 1 : 0 };
  return { gap, pValue: 2 * studentTCdf(-Math.abs(mean.mean) / mean.error, mean.units - 1) };
}

/** One way of dividing the rows, with the columns it is made of: their codes, and how many rows each code has. */
interface Division {
  readonly combined: CombinedColumns;
  readonly parents: readonly { readonly codes: Int32Array; readonly lengths: Float64Array }[];
}

function divisions(columns: readonly SegmentColumn[], rows: number): Division[] {
  const singles = columns.map((column) => combineColumns([column], rows));
  const parents = singles.map((single) => ({ codes: single.codes, lengths: sizesOf(single, undefined) }));
  return [
    ...singles.map((combined) => ({ combined, parents: [] })),
    ...columns.flatMap((first, a) =>
      columns.slice(a + 1).map((second, k) => ({
        combined: combineColumns([first, second], rows),
        parents: [parents[a], parents[a + 1 + k]],
      })),
    ),
  ];
}

function sizesOf({ codes, values }: CombinedColumns, counts: Float64Array | undefined): Float64Array {
  const sizes = new Float64Array(values.length);
  for (let i = 0; i < codes.length; i++) sizes[codes[i]] += counts ? counts[i] : 1;
  return sizes;
}
