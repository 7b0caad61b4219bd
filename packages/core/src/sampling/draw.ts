import { InputError } from "../errors.ts";
import type { Random } from "../random/random.ts";

/** Probabilities this close to 0 or 1 are taken to be there: rounding of sums of thousands of them. */
const ROUNDING = 1e-9;

/**
 * Rows drawn independently of each other, each with its own probability.
 *
 * @param probabilities n values in [0, 1]
 * @returns row numbers, ascending. How many there are varies: their expectation is the sum of the probabilities
 * @throws {InputError} `out-of-range`, `not-finite` with the row
 *
 * Source: Hájek (1964), Ann. Math. Stat. 35: Poisson sampling.
 */
export function poissonSample(probabilities: Float64Array, random: Random): Int32Array {
  checkProbabilities(probabilities);
  const drawn: number[] = [];
  for (let i = 0; i < probabilities.length; i++) if (random.uniform() < probabilities[i]) drawn.push(i);
  return Int32Array.from(drawn);
}

/**
 * Rows drawn without replacement, each with its own probability, exactly as many as the probabilities add up to.
 *
 * The pivotal method on the rows in random order: two rows compete, one takes as much of the other's probability as it can
 * hold, until every row is in or out. The first-order probabilities of inclusion are exact. The indicators are negatively
 * associated, so that an estimated total of a quantity of one sign varies no more than under `poissonSample`.
 *
 * @param probabilities n values in [0, 1] that sum to a whole number within 1e-6
 * @returns row numbers, ascending; their number is that sum
 * @throws {InputError} `out-of-range`, `not-finite` with the row; `out-of-range` for another sum
 *
 * Source: Deville and Tillé (1998), Biometrika 85, the pivotal method; Chauvet (2012), Bernoulli 18, on its random order;
 * Brändén and Jonasson (2012), Bernoulli 18, on negative association.
 */
export function pivotalSample(probabilities: Float64Array, random: Random): Int32Array {
  checkProbabilities(probabilities);
  const n = probabilities.length;
  const total = probabilities.reduce((sum, p) => sum + p, 0);
  const size = Math.round(total);
  if (!(Math.abs(total - size) <= 1e-6 * Math.max(1, size)))
    throw new InputError("out-of-range", `the probabilities must sum to a whole number, got ${total}`);
  const order = new Int32Array(n);
  let open = 0;
  const drawn: number[] = [];
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    if (p >= 1 - ROUNDING) drawn.push(i);
    else if (p > 0) order[open++] = i;
  }
  for (let i = open - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  let champion = -1;
  let held = 0;
  for (let k = 0; k < open; k++) {
    const challenger = order[k];
    const p = probabilities[challenger];
    if (champion < 0) {
      champion = challenger;
      held = p;
      continue;
    }
    const sum = held + p;
    if (sum < 1) {
      if (random.uniform() * sum < p) champion = challenger;
      held = sum;
      continue;
    }
    const challengerLoses = random.uniform() * (2 - sum) < 1 - p;
    drawn.push(challengerLoses ? champion : challenger);
    if (challengerLoses) champion = challenger;
    held = sum - 1;
    if (held <= 0) champion = -1;
  }
  if (champion >= 0 && drawn.length < size) drawn.push(champion);
  return Int32Array.from(drawn).sort();
}

function checkProbabilities(probabilities: Float64Array): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1))
      throw new InputError(
        Number.isFinite(p) ? "out-of-range" : "not-finite",
        `probability ${p} at row ${i} is not in [0, 1]`,
        i,
      );
  }
}
