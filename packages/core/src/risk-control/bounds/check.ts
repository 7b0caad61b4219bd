import { InputError } from "../../errors.ts";

/** @throws {InputError} `out-of-range` unless in (0, 1) */
export function checkFailure(failure: number): void {
  if (!(failure > 0 && failure < 1))
    throw new InputError("out-of-range", `failure must be a probability in (0, 1), got ${failure}`);
}

/** @throws {InputError} `out-of-range` unless both are integers with 0 ≤ errors ≤ n */
export function checkCounts(errors: number, n: number): void {
  if (!(Number.isSafeInteger(n) && Number.isSafeInteger(errors) && errors >= 0 && errors <= n))
    throw new InputError("out-of-range", `expected integers 0 <= errors <= n, got ${errors} errors among ${n}`);
}

/** @throws {InputError} `out-of-range` unless in [0, bound] */
export function checkRisk(risk: number, bound: number): void {
  if (!(risk >= 0 && risk <= bound)) throw new InputError("out-of-range", `risk must be in [0, ${bound}], got ${risk}`);
}

/** @throws {InputError} `out-of-range` unless finite and > 0 */
export function checkBound(bound: number): void {
  if (!(bound > 0 && bound < Infinity))
    throw new InputError("out-of-range", `bound of the losses must be finite and > 0, got ${bound}`);
}

/** @throws {InputError} `out-of-range` at the first loss outside [0, bound] */
export function checkLosses(losses: Float64Array, bound: number): void {
  for (let i = 0; i < losses.length; i++)
    if (!(losses[i] >= 0 && losses[i] <= bound))
      throw new InputError("out-of-range", `loss ${losses[i]} at position ${i} is not in [0, ${bound}]`, i);
}

/** @throws {InputError} `out-of-range` unless an integer ≥ 1 */
export function checkRows(n: number): void {
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new InputError("out-of-range", `n must be an integer >= 1, got ${n}`);
}

/** @throws {InputError} `out-of-range` unless in [0, bound] */
export function checkMean(mean: number, bound: number): void {
  if (!(mean >= 0 && mean <= bound))
    throw new InputError("out-of-range", `mean loss must be in [0, ${bound}], got ${mean}`);
}
