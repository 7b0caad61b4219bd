import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { benjaminiHochberg } from "../metrics/tests/benjamini-hochberg.ts";
import { studentTCdf, studentTQuantile } from "../special/student-t.ts";
import { binBoxes } from "./bin-boxes.ts";
import { clusteredGaps } from "./clustered-gaps.ts";
import { errorOf } from "./detection-calibration-error.ts";
import type { DetectionRows } from "./detection-rows.ts";

/** How the scores of one class or size of boxes do. */
export interface DetectionGroup {
  readonly name: string;
  /** Detections, and images with any. */
  readonly n: number;
  readonly images: number;
  readonly meanScore: number;
  readonly precision: number;
  /** Mean score − precision: positive where scores promise too much. */
  readonly gap: Estimate;
  /** Of "the gap is 0", by image; null where too few images tell. */
  readonly pValue: number | null;
  /** True where the gap is not 0 with a share of false alarms of at most 5 % among all groups of the table. */
  readonly flagged: boolean;
  /** D-ECE of the group alone, and without the bias of noise; null where too few images tell. */
  readonly ece: Estimate | null;
  readonly debiased: Estimate | null;
  /** D-ECE that a perfect detector would show here; null where too few images tell. */
  readonly noiseFloor: number | null;
}

/** Options of `detectionGroups`. */
export interface DetectionGroupOptions {
  /** Bins of the score. Default 10. */
  readonly bins?: number;
  readonly level?: number;
  /** Share of false alarms among flagged groups, in (0, 1). Default 0.05. */
  readonly falseAlarms?: number;
}

/** Fewer images than this say nothing about a group. */
export const FEWEST_IMAGES: number = 10;

/**
 * Calibration in each group of detections, with flags that hold for all groups together.
 *
 * @param rows detections with outcomes
 * @param codes one per row, an index into `names`
 * @returns groups that have detections, in the order of `names`
 * @throws {InputError} `shape-mismatch`, `out-of-range`
 *
 * Source: t test of a mean of clusters; Benjamini & Hochberg (1995) over the groups. The gaps of classes in the same images are
 * positively dependent at most, which that procedure allows.
 */
export function detectionGroups(
  rows: DetectionRows,
  codes: Int32Array,
  names: readonly string[],
  options: DetectionGroupOptions = {},
): DetectionGroup[] {
  const { bins = 10, level = 0.95, falseAlarms = 0.05 } = options;
  if (codes.length !== rows.rows)
    throw new InputError("shape-mismatch", `there are ${rows.rows} detections but ${codes.length} codes`);
  const members: number[][] = names.map(() => []);
  codes.forEach((code, i) => {
    if (!(code >= 0 && code < names.length))
      throw new InputError("out-of-range", `code ${code} of detection ${i} is not in [0, ${names.length})`, i);
    members[code].push(i);
  });
  const groups = members.flatMap((own, g) => (own.length === 0 ? [] : [groupOf(rows, own, names[g], bins, level)]));
  const tested = groups.flatMap(({ pValue }) => (pValue === null ? [] : [pValue]));
  const adjusted = Array.from(benjaminiHochberg(tested));
  let next = 0;
  return groups.map((group) => ({ ...group, flagged: group.pValue !== null && adjusted[next++] <= falseAlarms }));
}

function groupOf(
  rows: DetectionRows,
  own: readonly number[],
  name: string,
  bins: number,
  level: number,
): DetectionGroup {
  const at = Uint32Array.from(own);
  const scores = Float64Array.from(at, (i) => rows.scores[i]);
  const observed = Float64Array.from(at, (i) => rows.right[i]);
  const image = Int32Array.from(at, (i) => rows.image[i]);
  const whole = clusteredGaps({
    stated: scores,
    observed,
    bin: new Int32Array(at.length),
    bins: 1,
    image,
    minimumRows: 1,
  });
  const { clusters, effectiveImages, total } = whole;
  const gap = -whole.gap[0];
  const error = Math.sqrt(Math.max(whole.variance[0], 0));
  const spec: Spec = { metric: "detection-gap", clustered: "images" };
  const isKnown = clusters >= FEWEST_IMAGES && error > 0;
  const freedom = Math.max(1, effectiveImages - 1);
  const half = isKnown ? error * studentTQuantile(0.5 + level / 2, freedom) : Infinity;
  const edges = binBoxes({ ...rows, rows: at.length, scores, box: null }, [], bins);
  const gaps = clusteredGaps({ stated: scores, observed, bin: edges.index, bins, image, minimumRows: 1 });
  const errors = isKnown
    ? errorOf(
        gaps,
        {
          metric: "detection-ece",
          norm: "l1",
          dimensions: "score",
          binsPerDimension: bins,
          binning: "equal-width",
          edges: "left-closed",
          minimumRows: 1,
          observed: "right",
          clustered: "images",
        },
        level,
      )
    : null;
  return {
    name,
    n: at.length,
    images: clusters,
    meanScore: whole.stated[0] / total,
    precision: whole.observed[0] / total,
    gap: {
      value: gap,
      lower: Math.max(-1, gap - half),
      upper: Math.min(1, gap + half),
      level,
      n: at.length,
      effectiveN: effectiveImages,
      interval: isKnown ? "asymptotic" : "none",
      spec,
    },
    pValue: isKnown ? Math.min(1, 2 * studentTCdf(-Math.abs(gap) / error, freedom)) : null,
    flagged: false,
    ece: errors?.error ?? null,
    debiased: errors?.debiased ?? null,
    noiseFloor: isKnown ? gaps.nullVariance.reduce((sum, v) => sum + Math.sqrt((2 / Math.PI) * v), 0) : null,
  };
}
