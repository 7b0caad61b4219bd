import type { MergedRows } from "../../estimate.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import type { LabelRule } from "../../metrics/calibration/binned-calibration-error.ts";
import { meanCalibrationGap } from "../../metrics/calibration/calibration-in-the-large.ts";
import { codeGroups } from "../../report/code-groups.ts";
import { type PairSample, sampleOptions, selectRows } from "../../report/pair-sample.ts";
import type { SegmentMaps } from "../calibrator.ts";
import type { SegmentFit } from "../fit-document.ts";
import type { CombinedColumns } from "./combine-columns.ts";
import type { SegmentFolds } from "./cross-fit.ts";
import type { ShrunkFits } from "./shrunk-fits.ts";

/** Options of the fits of segments. */
export interface SegmentOptions {
  /** One weight per row, ≥ 0, not all zero; only ratios matter. Default: all equal. */
  readonly weights?: Float64Array;
  /** Set when the rows are aggregates. */
  readonly merged?: MergedRows;
  /** With folds, `after` and the results are those of rows held out; without, of the rows that were fitted. */
  readonly heldOut?: SegmentFolds;
  /** Nominal coverage of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** What the pairs of a gap are, recorded in its spec. Default `positive-class`, for multiclass always `top-label`. */
  readonly label?: LabelRule;
}

/** Corrections per segment with what they are worth. */
export interface SegmentFits<FittedMap, Probabilities> {
  /** Fitted on all rows. No map is listed where the segments do not differ by more than chance explains. */
  readonly maps: SegmentMaps<FittedMap>;
  /** Every segment with weight, in the order of the values of its columns. */
  readonly results: readonly SegmentFit[];
  /** The probabilities of all rows after their segment's correction; held out where folds were given. */
  readonly after: Probabilities;
  /** Estimated standard deviations between segments, of what the method corrects: 0 where all follow the pooled map. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** What the results of both tasks are made of. */
export interface SegmentNumbers {
  /** Pairs that the gaps are measured on. */
  readonly pooled: PairSample;
  readonly own: PairSample;
  /** Log loss of each row, nats. */
  readonly lossBefore: Float64Array;
  readonly lossPooled: Float64Array;
  readonly lossOwn: Float64Array;
}

/** One result per segment that has weight. */
export function segmentResults(
  { codes, values, name }: CombinedColumns,
  fits: ShrunkFits,
  numbers: SegmentNumbers,
  label: LabelRule,
  sample: CheckedSample,
): SegmentFit[] {
  return codeGroups(codes, values.length).flatMap((rows, s) => {
    const pooled = selectRows(numbers.pooled, rows);
    if (!hasWeight(pooled)) return [];
    const own = selectRows(numbers.own, rows);
    const options = { ...sampleOptions(pooled), level: sample.level, label };
    const gapPooled = meanCalibrationGap(pooled.probabilities, pooled.outcomes, options);
    return {
      by: name,
      name: values[s].join(" × "),
      n: gapPooled.n,
      gapPooled,
      gapOwn: meanCalibrationGap(own.probabilities, own.outcomes, options),
      logLossBefore: meanOver(numbers.lossBefore, rows, sample),
      logLossPooled: meanOver(numbers.lossPooled, rows, sample),
      logLossOwn: meanOver(numbers.lossOwn, rows, sample),
      shrinkage: fits.shrinkage[s],
    };
  });
}

/** The maps of the segments that got any of their own fit. */
export function segmentMaps<FittedMap>(
  { columns, codes, values }: CombinedColumns,
  fits: ShrunkFits,
  { counts }: CheckedSample,
  mapOf: (first: number, second: number) => FittedMap,
): SegmentMaps<FittedMap> {
  const sizes = new Float64Array(values.length);
  for (let i = 0; i < codes.length; i++) sizes[codes[i]] += counts ? counts[i] : 1;
  return {
    columns,
    maps: values.flatMap((names, s) => {
      const [first, second] = fits.values.subarray(2 * s);
      return first === 0 && second === 0 ? [] : { values: names, map: mapOf(first, second), n: sizes[s] };
    }),
  };
}

function hasWeight({ weights, outcomes }: PairSample): boolean {
  return weights ? weights.some((w) => w > 0) : outcomes.length > 0;
}

function meanOver(values: Float64Array, rows: Uint32Array, { weights }: CheckedSample): number {
  let total = 0;
  let weight = 0;
  for (const i of rows) {
    const w = weights ? weights[i] : 1;
    total += w * values[i];
    weight += w;
  }
  return total / weight;
}
