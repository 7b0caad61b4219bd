import type { Estimate } from "../../estimate.ts";
import { wilson } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import type { RankedOptions } from "../ranking/tie-groups.ts";
import { auarc } from "./auarc.ts";
import { type Correctness, checkSelective } from "./selective-rows.ts";

/** The two numbers of verified_calibration's `get_selective_stats`. */
export interface SelectiveStatistics {
  /** Mean over k of the accuracy among the k surest rows: `auarc`. */
  readonly coverageAccuracyArea: Estimate;
  /** Accuracy among the ⌊n/10⌋ + 1 surest rows. */
  readonly topDecileAccuracy: Estimate;
}

/**
 * verified_calibration's `get_selective_stats`, to compare with its numbers; tied rows as they come in the data.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns intervals as `auarc`, and Wilson's for the accuracy (`approximate`: its threshold comes from the same rows)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Kumar, Liang and Ma, `uncertainty-calibration`, `calibration/utils.py` (MIT).
 */
export function selectiveStatistics(
  confidence: Float64Array,
  correct: Correctness,
  options: Omit<RankedOptions, "weights" | "merged"> = {},
): SelectiveStatistics {
  checkSelective(confidence, correct);
  const { n, level, effectiveN } = checkSample(confidence.length, options);
  const order = options.order ?? argsort(confidence);
  const preset = "verified_calibration";
  const area = auarc(confidence, correct, { level, order });
  const wanted = Math.floor(0.1 * n) + 1;
  let taken = 0;
  let hits = 0;
  let end = n;
  while (taken < wanted) {
    let start = end - 1;
    while (start > 0 && confidence[order[start - 1]] === confidence[order[end - 1]]) start--;
    for (let k = start; k < end && taken < wanted; k++, taken++) hits += correct[order[k]];
    end = start;
  }
  const value = hits / wanted;
  return {
    coverageAccuracyArea: { ...area, spec: { ...area.spec, preset } },
    topDecileAccuracy: {
      value,
      ...wilson(Math.min(1, value), wanted, level),
      level,
      n,
      effectiveN,
      interval: "approximate",
      spec: { metric: "selective-accuracy", rows: wanted, ties: "file-order", preset },
    },
  };
}
