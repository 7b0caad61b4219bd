import { InputError } from "../errors.ts";
import type { Spec } from "../estimate.ts";
import { argsort } from "../kernels/argsort.ts";
import { createRandom } from "../random/random.ts";
import { shuffle } from "../random/shuffle.ts";
import { bettingPValue } from "../risk-control/bounds/betting.ts";

/** Options of `certifyByGroup`. */
export interface GroupRiskOptions {
  /** Largest acceptable share of errors among accepted rows, in (0, 1). */
  readonly maxError: number;
  /** One minus the probability that the true share exceeds it nevertheless, in (0, 1). */
  readonly sure: number;
  /** Most rows that one group can have, known beforehand: for detections those that count in one image. */
  readonly mostRows: number;
  /** Draws the pilot and the order of the groups. Default 0. */
  readonly seed?: number;
}

/** What was certified of rows that come in groups. */
export interface GroupCertificate {
  readonly certified: boolean;
  readonly n: number;
  readonly groups: number;
  /** Accept rows of at least this confidence; null where nothing could be certified. */
  readonly threshold: number | null;
  /** Of all rows: accepted ones, and errors among them. */
  readonly accepted: number;
  readonly errors: number;
  readonly coverage: number;
  /** Further rows after which a certificate can be expected; null where there is one, and where more would not help. */
  readonly missingRows: number | null;
  readonly spec: Spec;
}

/** Share of the groups that choose where to start and test nothing. */
const PILOT_SHARE = 0.2;

/** Thresholds that are tried at most. */
const GRID = 60;

/** Name of the procedure, with its version. */
export const groupRiskMethod: string = "selective-risk-by-group/1";

/**
 * The lowest threshold at which the share of errors among accepted rows is certified, where rows come in dependent groups.
 *
 * The share of errors is above `maxError` exactly where the mean over groups of (errors − maxError · accepted rows) is above
 * 0. That mean is bounded by betting, which holds for any dependence within a group, any n, and needs only that groups are
 * independent and have at most `mostRows` rows. A pilot of one group in five chooses the thresholds and which of them has the
 * most room; from there thresholds fall until a test fails (fixed sequence), so that all tests share one failure.
 *
 * @param confidence n values
 * @param correct n values, 0 or 1
 * @param group n codes ≥ 0
 * @throws {InputError} `empty`, `shape-mismatch`; `out-of-range` for options and for a group of more than `mostRows` rows
 *
 * Source: Waudby-Smith & Ramdas (2024), JRSS B 86 (betting); Angelopoulos et al. (2021), "Learn then test", arXiv 2110.01052
 * (fixed sequence). Power falls with `mostRows`: a bound of 100 leaves less room than one of 20.
 */
export function certifyByGroup(
  confidence: Float64Array,
  correct: Uint8Array,
  group: Int32Array,
  { maxError, sure, mostRows, seed = 0 }: GroupRiskOptions,
): GroupCertificate {
  const n = confidence.length;
  if (n === 0) throw new InputError("empty", "a certificate needs rows, got none");
  if (correct.length !== n || group.length !== n)
    throw new InputError(
      "shape-mismatch",
      `there are ${n} rows, ${correct.length} outcomes and ${group.length} groups`,
    );
  for (const [name, value] of [
    ["maxError", maxError],
    ["sure", sure],
  ] as const)
    if (!(value > 0 && value < 1)) throw new InputError("out-of-range", `${name} must be in (0, 1), got ${value}`);
  const codes = [...new Set(group)].sort((a, b) => a - b);
  const sizes = new Map<number, number>();
  for (const code of group) sizes.set(code, (sizes.get(code) ?? 0) + 1);
  const largest = [...sizes.values()].reduce((most, size) => Math.max(most, size), 0);
  if (!(Number.isSafeInteger(mostRows) && mostRows >= largest))
    throw new InputError(
      "out-of-range",
      `mostRows must be a whole number and at least ${largest}, the largest group, got ${mostRows}`,
    );
  const shuffled = shuffle(Int32Array.from(codes), createRandom(seed));
  const pilots = Math.min(shuffled.length - 1, Math.max(1, Math.round(PILOT_SHARE * shuffled.length)));
  const place = new Map<number, number>();
  shuffled.forEach((code, k) => {
    place.set(code, k);
  });
  const placeOf = Int32Array.from(group, (code) => place.get(code) ?? 0);
  const order = argsort(confidence).reverse();
  const grid = gridOf(
    confidence,
    order.filter((i) => placeOf[i] < pilots),
  );
  const tested = shuffled.length - pilots;
  const gains = walk(confidence, correct, placeOf, order, grid, maxError, shuffled.length, pilots);
  let start = 0;
  for (let g = 1; g < grid.length; g++) if (gains.pilotGain[g] > gains.pilotGain[start]) start = g;
  let last = -1;
  const failure = 1 - sure;
  let missingRows: number | null = null;
  for (let g = start; g < grid.length && tested > 0; g++) {
    const losses = gains.values(g).map((value) => Math.min(1, Math.max(0, (value + maxError * mostRows) / mostRows)));
    const pValue = bettingPValue(losses, maxError, failure);
    if (!(pValue <= failure)) {
      if (g === start) missingRows = missing(n, -Math.log(pValue), -Math.log(failure));
      break;
    }
    last = g;
  }
  const threshold = last < 0 ? null : grid[last];
  let accepted = 0;
  let errors = 0;
  if (threshold !== null)
    for (let i = 0; i < n; i++)
      if (confidence[i] >= threshold) {
        accepted++;
        errors += 1 - correct[i];
      }
  return {
    certified: threshold !== null,
    n,
    groups: codes.length,
    threshold,
    accepted,
    errors,
    coverage: accepted / n,
    missingRows,
    spec: {
      metric: "selective-risk",
      unit: "group",
      groups: codes.length,
      mostRows,
      pilot: pilots,
      bound: "betting",
      order: "fixed sequence of the pilot's thresholds from its best down",
      thresholds: grid.length,
      sure,
    },
  };
}

/** Evidence of less than this is none. */
const SOME_EVIDENCE = 0.2;

/** The logarithm of the wealth grows with the number of groups: as many more rows as it takes to reach the goal. */
function missing(n: number, evidence: number, goal: number): number | null {
  return evidence < SOME_EVIDENCE ? null : Math.ceil(n * (goal / evidence - 1));
}

/**
 * Thresholds from the highest, about equally many rows of the pilot apart; the lowest takes all of these. Rows that are
 * tested have no say: a threshold that depended on them would not be one that was fixed before the test.
 */
function gridOf(confidence: Float64Array, order: Uint32Array): Float64Array {
  const distinct: number[] = [];
  for (let k = 1; k <= GRID; k++) {
    const at = Math.min(order.length - 1, Math.ceil((k * order.length) / GRID) - 1);
    const value = confidence[order[Math.max(0, at)]];
    if (distinct.length === 0 || value < distinct[distinct.length - 1]) distinct.push(value);
  }
  return Float64Array.from(distinct);
}

/** Errors − maxError · accepted rows, per group and threshold, from the highest threshold. */
function walk(
  confidence: Float64Array,
  correct: Uint8Array,
  place: Int32Array,
  order: Uint32Array,
  grid: Float64Array,
  maxError: number,
  groups: number,
  pilots: number,
): { readonly pilotGain: Float64Array; readonly values: (threshold: number) => Float64Array } {
  const pilotGain = new Float64Array(grid.length);
  const ends = new Uint32Array(grid.length);
  let k = 0;
  let gain = 0;
  for (let g = 0; g < grid.length; g++) {
    for (; k < order.length && confidence[order[k]] >= grid[g]; k++)
      if (place[order[k]] < pilots) gain += maxError - (1 - correct[order[k]]);
    ends[g] = k;
    pilotGain[g] = gain;
  }
  const current = new Float64Array(groups);
  let done = 0;
  return {
    pilotGain,
    values: (threshold) => {
      for (; done < ends[threshold]; done++) current[place[order[done]]] += 1 - correct[order[done]] - maxError;
      return current.slice(pilots);
    },
  };
}
