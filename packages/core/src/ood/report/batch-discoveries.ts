import type { Estimate } from "../../estimate.ts";
import { clopperPearson } from "../../intervals/proportion.ts";
import type { Random } from "../../random/random.ts";
import { studentTQuantile } from "../../special/student-t.ts";
import { ascending, conformalOodPValues } from "../evidence/conformal-p-values.ts";
import { type DiscoveryMethod, discoverOutside } from "../evidence/false-discoveries.ts";
import type { FalseDiscovery } from "./document.ts";

/** A batch of test rows, and how it is searched. */
export interface Batch {
  readonly calibration: Float64Array;
  readonly inside: Float64Array;
  readonly outside: Float64Array;
  readonly target: number;
  readonly method: DiscoveryMethod;
  readonly level: number;
}

/** How often something happened, with its Clopper–Pearson interval. */
export function countedShare(
  count: number,
  n: number,
  level: number,
  spec: Estimate["spec"],
  interval: Estimate["interval"] = "exact",
): Estimate {
  return { value: count / n, ...clopperPearson(count, n, level), level, n, effectiveN: n, interval, spec };
}

/** Searches the batch of all test rows, and counts what was found by mistake. */
export function falseDiscovery(batch: Batch): FalseDiscovery {
  const { calibration, inside, outside, target, method, level } = batch;
  const { found, count } = searched(batch, ascending(calibration), inside);
  let wrong = 0;
  for (let i = 0; i < inside.length; i++) wrong += found[i];
  const spec = { metric: "false-discovery-proportion", method, target, calibrationRows: calibration.length };
  const share: Estimate =
    count === 0
      ? { value: 0, lower: 0, upper: 1, level, n: 0, effectiveN: 0, interval: "none", spec }
      : countedShare(wrong, count, level, spec, "approximate");
  const power = countedShare(
    count - wrong,
    outside.length,
    level,
    { metric: "discovery-power", method, target, calibrationRows: calibration.length },
    "approximate",
  );
  return { ...share, target, method, rows: inside.length + outside.length, found: count, wrong, power };
}

function searched(
  { outside, target, method, calibration }: Batch,
  sorted: Float64Array,
  inside: Float64Array,
): { found: Uint8Array; count: number } {
  const scores = new Float64Array(inside.length + outside.length);
  scores.set(inside);
  scores.set(outside, inside.length);
  const pValues = conformalOodPValues(sorted, scores);
  return discoverOutside(pValues, target, { method, calibrationRows: calibration.length });
}

/** Most scores that all draws together sort. */
const MOST_SCORES = 4e6;
const MOST_DRAWS = 1000;
const FEWEST_DRAWS = 50;

/**
 * The share of false discoveries averaged over draws: each shares out calibration and inside rows anew, which are alike if the
 * p-values are valid, and searches the same outside rows among the new inside rows.
 *
 * @returns the mean with its Student-t interval over draws; null where the rows are too many to draw often
 */
export function falseDiscoveryRate(batch: Batch, random: Random): Estimate | null {
  const { calibration, inside, outside, target, method, level } = batch;
  const rows = calibration.length + inside.length + outside.length;
  const draws = Math.min(MOST_DRAWS, Math.floor(MOST_SCORES / rows));
  if (draws < FEWEST_DRAWS) return null;
  const pool = new Float64Array(calibration.length + inside.length);
  pool.set(calibration);
  pool.set(inside, calibration.length);
  const shares = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    shuffle(pool, random);
    const sorted = pool.slice(0, calibration.length).sort();
    const drawn = pool.subarray(calibration.length);
    const { found, count } = searched(batch, sorted, drawn);
    let wrong = 0;
    for (let i = 0; i < drawn.length; i++) wrong += found[i];
    shares[draw] = count === 0 ? 0 : wrong / count;
  }
  const value = shares.reduce((sum, share) => sum + share, 0) / draws;
  const squares = shares.reduce((sum, share) => sum + (share - value) ** 2, 0);
  const half = studentTQuantile(0.5 + level / 2, draws - 1) * Math.sqrt(squares / (draws - 1) / draws);
  return {
    value,
    lower: Math.max(0, value - half),
    upper: Math.min(1, value + half),
    level,
    n: draws,
    effectiveN: draws,
    interval: "asymptotic",
    spec: { metric: "false-discovery-rate", method, target, draws, calibrationRows: calibration.length },
  };
}

function shuffle(values: Float64Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
