import { InputError } from "../errors.ts";
import { normalQuantile } from "../special/normal.ts";
import { checkSelection, type SelectedLabels, type SelectedOptions } from "./selected-labels.ts";

/** How rows would be selected, and what is made of the labels. */
export type LabellingDesign =
  | "uniform"
  | "uniform-with-predictions"
  | "by-uncertainty"
  | "by-uncertainty-with-predictions";

/** Labels that a design needs. */
export interface LabelsNeeded {
  readonly design: LabellingDesign;
  /** Labels in all, those there are included; `null` where the population is too small for so narrow an interval. */
  readonly labels: number | null;
}

/** Options of `labelsNeeded`. */
export interface LabelsNeededOptions extends SelectedOptions {
  /** Wanted width of the interval of the accuracy, in (0, 1). */
  readonly width: number;
  /** As in `samplingProbabilities`. Default 0.5. */
  readonly floor?: number;
}

/** Cells over confidence in which the population is summed up. */
const CELLS = 400;

/** A part of the population with about the same uncertainty. */
interface Cell {
  readonly mass: number;
  readonly uncertainty: number;
}

/**
 * How many labels the interval of the accuracy needs to be of a given width, for each way to select them, from labels that
 * there are already.
 *
 * @param labels a pilot, selected in any known way; from 50 labels on the numbers are of use
 * @returns one number per design; estimates, as good as the pilot: in 90 % of pilots of 100 labels within ±30 % where a
 *   fifth is wrong and within a factor of 2 where a tenth is; a factor of 4 where 2 % are, of which a pilot holds few or none
 * @throws {InputError} as `selectedMean`; `too-few` below 10 labels; `out-of-range` for width and floor
 *
 * Source: the variances in Zrnic and Candès (2024), "Active statistical inference", ICML, at the propensities of
 * `samplingProbabilities`, with squared errors from the pilot.
 */
export function labelsNeeded(labels: SelectedLabels, options: LabelsNeededOptions): readonly LabelsNeeded[] {
  const { width, floor = 0.5, population, about = "stream", level = 0.95 } = options;
  const { n, weights, totalWeight, size } = checkSelection(labels, options);
  if (!(width > 0 && width < 1)) throw new InputError("out-of-range", `width must be in (0, 1), got ${width}`);
  if (!(floor >= 0 && floor <= 1)) throw new InputError("out-of-range", `floor must be in [0, 1], got ${floor}`);
  if (n < 10) throw new InputError("too-few", `at least 10 labels are needed to tell how many more, got ${n}`);
  const pilot = pilotRows(labels, weights, totalWeight);
  const rows = size ?? totalWeight;
  const cells =
    population === undefined
      ? pilot.map(({ mass, uncertainty }) => ({ mass: mass * rows, uncertainty }))
      : cellsOf(population);
  const z = normalQuantile(0.5 + level / 2);
  const goal = (width / (2 * z)) ** 2;
  const mean = pilot.reduce((sum, { mass, y }) => sum + mass * y, 0);
  const ofStream = about === "stream" && size !== undefined ? (mean * (1 - mean)) / rows : 0;
  const hasEnd = size !== undefined;
  const designs: readonly LabellingDesign[] =
    population === undefined
      ? ["uniform", "by-uncertainty"]
      : ["uniform", "uniform-with-predictions", "by-uncertainty", "by-uncertainty-with-predictions"];
  return designs.map((design) => {
    const usesPredictions = design.endsWith("with-predictions");
    const isActive = design.startsWith("by-uncertainty");
    const reached = (count: number): boolean => {
      const even = ((isActive ? floor : 1) * count) / rows;
      const scale = isActive ? scaleFor(cells, even, count) : 0;
      const inverse = (u: number): number => 1 / Math.min(1, even + scale * u) - (hasEnd ? 1 : 0);
      return bestVariance(pilot, inverse, usesPredictions) / rows + ofStream <= goal;
    };
    return { design, labels: smallest(reached, rows) };
  });
}

/** The smallest whole number up to `most` for which it holds. */
function smallest(holds: (count: number) => boolean, most: number): number | null {
  let high = Math.floor(most);
  if (!holds(high)) return null;
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

interface PilotRow extends Cell {
  readonly y: number;
  readonly f: number;
}

/** The labels as shares of the rows, with half a row on either side that has not been seen. */
function pilotRows(
  { confidences, outcomes }: SelectedLabels,
  weights: Float64Array,
  totalWeight: number,
): readonly PilotRow[] {
  let squares = 0;
  let said = 0;
  for (let i = 0; i < weights.length; i++) {
    squares += weights[i] * weights[i];
    said += (weights[i] * confidences[i]) / totalWeight;
  }
  const added = (0.5 * squares) / totalWeight;
  const total = totalWeight + 2 * added;
  const row = (f: number, y: number, w: number): PilotRow => ({
    f,
    y,
    mass: w / total,
    uncertainty: Math.sqrt(f * (1 - f)),
  });
  const rows = Array.from(confidences, (f, i) => row(f, outcomes[i], weights[i]));
  return [...rows, row(said, 0, added), row(said, 1, added)];
}

function cellsOf(population: Float64Array): readonly Cell[] {
  const mass = new Float64Array(CELLS);
  const sum = new Float64Array(CELLS);
  for (const f of population) {
    const u = Math.sqrt(f * (1 - f));
    const cell = Math.min(CELLS - 1, Math.floor(2 * u * CELLS));
    mass[cell]++;
    sum[cell] += u;
  }
  const cells: Cell[] = [];
  for (let c = 0; c < CELLS; c++) if (mass[c] > 0) cells.push({ mass: mass[c], uncertainty: sum[c] / mass[c] });
  return cells;
}

/** The c at which Σ min(1, even + c · uncertainty) is the count. */
function scaleFor(cells: readonly Cell[], even: number, count: number): number {
  const total = (c: number): number =>
    cells.reduce((sum, { mass, uncertainty }) => sum + mass * Math.min(1, even + c * uncertainty), 0);
  let low = 0;
  let high = 1;
  while (total(high) < count && high < 1e12) high *= 4;
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (total(middle) < count) low = middle;
    else high = middle;
  }
  return high;
}

/** Σ mass · inverse · (y − λf − δ)² at the best λ in [0, 1], or at 0. */
function bestVariance(pilot: readonly PilotRow[], inverse: (u: number) => number, usesPredictions: boolean): number {
  const s = new Float64Array(8);
  for (const { mass, uncertainty, y, f } of pilot) {
    const c = mass * inverse(uncertainty);
    s[0] += mass * y;
    s[1] += mass * f;
    s[2] += c;
    s[3] += c * y;
    s[4] += c * f;
    s[5] += c * y * y;
    s[6] += c * y * f;
    s[7] += c * f * f;
  }
  const [y, f, c, cy, cf, cyy, cyf, cff] = s;
  const yy = cyy - 2 * y * cy + y * y * c;
  if (!usesPredictions) return Math.max(0, yy);
  const yf = cyf - y * cf - f * cy + y * f * c;
  const ff = cff - 2 * f * cf + f * f * c;
  const power = ff > 0 ? Math.min(1, Math.max(0, yf / ff)) : 0;
  return Math.max(0, yy - 2 * power * yf + power * power * ff);
}
