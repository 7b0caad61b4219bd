import type { Estimate, Spec } from "../estimate.ts";
import { absoluteSumInterval } from "../intervals/absolute-sum.ts";
import { foldedNormalMean } from "../intervals/folded-normal.ts";
import { FEW_EVENTS, unseenShare } from "../intervals/unseen.ts";
import { equalWidthEdges } from "../kernels/bins.ts";
import { type CheckedSelection, checkSelection, type SelectedLabels, type SelectedOptions } from "./selected-labels.ts";
import { selectedMean } from "./selected-mean.ts";
import { optionsOf, type Subset, subsetWhere } from "./subsets.ts";

/** Options of calibration from selected labels. */
export interface SelectedCalibrationOptions extends SelectedOptions {
  /** Bins of equal width on [0, 1], right-closed. Default 15. */
  readonly bins?: number;
}

/** A bin of a calibration curve estimated from selected labels. */
export interface SelectedBin {
  readonly lower: number;
  readonly upper: number;
  /** Share of the rows in this bin: of the population where it is known, else estimated from the weights. */
  readonly share: number;
  /** Labels in it. */
  readonly labels: number;
  readonly effectiveN: number;
  /** Mean of what the model said. */
  readonly meanConfidence: number;
  /** How often it was right, with its interval; `null` for a bin that no label fell into. */
  readonly observed: number | null;
  readonly observedLower: number | null;
  readonly observedUpper: number | null;
}

/** How well what the model said agrees with what happened, from selected labels. */
export interface SelectedCalibration {
  readonly bins: readonly SelectedBin[];
  /** Σ share · |observed − said|, with the interval of its value without sampling noise. */
  readonly ece: Estimate;
  /** The same with the expected excess of each bin taken off. */
  readonly eceDebiased: Estimate;
  /** Share of the rows in bins without a label: nothing is known about them, and they are not part of the ECE. */
  readonly unseenShare: number;
}

/** A bin that has labels. */
interface FilledBin extends Subset {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
  readonly weight: number;
  readonly effectiveN: number;
  /** Mean of y − f, and its variance with a row added on either side. */
  readonly gap: number;
  readonly variance: number;
  readonly meanConfidence: number;
}

/**
 * Calibration curve and calibration error of rows of which a selected part was labelled.
 *
 * The gap of a bin is Σw(y − f)/Σw over its labels, w = 1/propensity; with a population the share of every bin and the mean
 * of what the model said in it are known, and the observed rate is that mean plus the gap (active inference, bin by bin).
 *
 * @returns bins that have rows, and the ECE. Its interval is for the error of the same bins if every row were labelled and
 *   the rows were endlessly many; `approximate`: bins with a handful of labels are far from normal
 * @throws {InputError} as `selectedMean`
 *
 * Source: the interval inverts tests as that of `expectedCalibrationError`; the debiased value as Kumar, Liang and Ma
 * (2019), NeurIPS.
 */
export function selectedCalibration(
  labels: SelectedLabels,
  options: SelectedCalibrationOptions = {},
): SelectedCalibration {
  const checked = checkSelection(labels, options);
  const { bins: count = 15, level = 0.95, population } = options;
  const edges = equalWidthEdges(count);
  const bins: SelectedBin[] = [];
  const filled: FilledBin[] = [];
  let unseen = 0;
  for (let b = 0; b < count; b++) {
    const lower = edges[b];
    const upper = edges[b + 1];
    const subset = subsetWhere(labels, options, (f) => f <= upper && (f > lower || b === 0));
    const bin = fill(subset, lower, upper, checked);
    if (bin === undefined) {
      const rows = subset.population ?? new Float64Array(0);
      if (rows.length === 0) continue;
      const share = rows.length / (population?.length ?? 1);
      unseen += share;
      bins.push({
        lower,
        upper,
        share,
        labels: 0,
        effectiveN: 0,
        meanConfidence: rows.reduce((sum, f) => sum + f, 0) / rows.length,
        observed: null,
        observedLower: null,
        observedUpper: null,
      });
      continue;
    }
    filled.push(bin);
    const power = population === undefined ? 0 : 1;
    const rate = selectedMean(subset.labels, { ...optionsOf(options, subset), power });
    bins.push({
      lower,
      upper,
      share: bin.share,
      labels: subset.rows.length,
      effectiveN: bin.effectiveN,
      meanConfidence: bin.meanConfidence,
      observed: rate.value,
      observedLower: rate.lower,
      observedUpper: rate.upper,
    });
  }
  return { bins, ...calibrationError(filled, checked, options, count, level), unseenShare: unseen };
}

function fill(subset: Subset, lower: number, upper: number, checked: CheckedSelection): FilledBin | undefined {
  const { labels, rows, population } = subset;
  const { confidences, outcomes } = labels;
  if (rows.length === 0) return undefined;
  const { weights } = checked;
  let w = 0;
  let ww = 0;
  let said = 0;
  let gap = 0;
  for (let k = 0; k < rows.length; k++) {
    const own = weights[rows[k]];
    w += own;
    ww += own * own;
    said += own * confidences[k];
    gap += own * (outcomes[k] - confidences[k]);
  }
  gap /= w;
  let squares = 0;
  for (let k = 0; k < rows.length; k++) {
    const d = weights[rows[k]] * (outcomes[k] - confidences[k] - gap);
    squares += d * d;
  }
  const effectiveN = (w * w) / ww;
  const typical = ww / w;
  const p = said / w;
  const added = typical * typical * ((1 - p - gap) ** 2 + (p + gap) ** 2);
  const known = population && population.length > 0 ? population : undefined;
  return {
    ...subset,
    lower,
    upper,
    weight: w,
    effectiveN,
    gap,
    variance: (((squares + added) / (w * w)) * (effectiveN + 1)) / (effectiveN + 2),
    share: known && checked.size ? known.length / checked.size : w / checked.totalWeight,
    meanConfidence: known ? known.reduce((sum, f) => sum + f, 0) / known.length : p,
  };
}

function calibrationError(
  filled: readonly FilledBin[],
  checked: CheckedSelection,
  { about = "stream" }: SelectedOptions,
  bins: number,
  level: number,
): Pick<SelectedCalibration, "ece" | "eceDebiased"> {
  const { size, totalWeight, effectiveN, n, weights } = checked;
  const gap = Float64Array.from(filled, (bin) => bin.share * bin.gap);
  // Shares that are known do not vary with the draw of the labels; those of a stream vary with its rows.
  const ofShares = size === undefined ? 0 : about === "stream" ? 1 / size : 0;
  const dispersion = Float64Array.from(filled, ({ share, gap: g, variance }, b) => {
    const own = share * share * variance;
    if (size !== undefined) return own + share * g * g * ofShares;
    const squared = filled[b].weight / filled[b].effectiveN / totalWeight;
    return own + gap[b] * gap[b] * (squared / share);
  });
  const pull =
    size === undefined
      ? Float64Array.from(filled, (bin) => bin.weight / bin.effectiveN / totalWeight)
      : new Float64Array(filled.length).fill(ofShares);
  const inverse = size === undefined ? squaresOf(weights) / (totalWeight * totalWeight) : ofShares;
  const gaps = { gap, dispersion, pull, effectiveN: inverse > 0 ? 1 / inverse : Number.MAX_VALUE };
  let value = 0;
  let excess = 0;
  let total = 0;
  for (let b = 0; b < filled.length; b++) {
    const sd = filled[b].share * Math.sqrt(filled[b].variance);
    const own = Math.abs(gap[b]);
    value += own;
    excess += foldedNormalMean(own, sd) - own;
    total += sd * sd;
  }
  const ends = absoluteSumInterval(gaps, level);
  const isThin = total * effectiveN * effectiveN < FEW_EVENTS;
  const reach = isThin ? unseenShare(effectiveN, (1 - level) / 2) : 0;
  const lower = Math.max(0, Math.min(ends.lower, isThin ? value - reach : 1));
  const upper = Math.min(1, Math.max(ends.upper, isThin ? value + reach : 0));
  const debiased = Math.max(0, value - excess);
  const spec: Spec = {
    metric: "ece",
    norm: "l1",
    binning: "equal-width",
    bins,
    edges: "right-closed",
    estimator: size === undefined ? "hajek" : "active",
    about,
  };
  const rest = { level, n, effectiveN, interval: "approximate" } as const;
  return {
    ece: { value, lower: Math.min(lower, value), upper: Math.max(upper, value), ...rest, spec },
    eceDebiased: {
      value: debiased,
      lower: Math.min(lower, debiased),
      upper: Math.max(upper, debiased),
      ...rest,
      spec: { ...spec, metric: "debiased-ece", debiased: "gaussian" },
    },
  };
}

function squaresOf(values: Float64Array): number {
  let sum = 0;
  for (const x of values) sum += x * x;
  return sum;
}
