import { InputError } from "../errors.ts";

/** Choices of `findRoot` and `minimize`. */
export interface BrentOptions {
  /** Absolute tolerance on the position, ≥ 0. Default 0 for `findRoot` (to the last bit or two), 1e-10 for `minimize`. */
  readonly tolerance?: number;
  /** Steps after which the search gives up and throws. Default 200. */
  readonly maxIterations?: number;
}

/** A root: where it is, the function there, and the steps it took. */
export interface Root {
  readonly root: number;
  readonly value: number;
  readonly iterations: number;
}

/** A minimum: where it is, the function there, and the steps it took. */
export interface Minimum {
  readonly position: number;
  readonly value: number;
  readonly iterations: number;
}

function evaluate(f: (x: number) => number, x: number): number {
  const value = f(x);
  if (Number.isNaN(value)) throw new InputError("not-finite", `the function is NaN at ${x}`);
  return value;
}

function checkRange(lower: number, upper: number): void {
  if (!(Number.isFinite(lower) && Number.isFinite(upper) && lower <= upper))
    throw new InputError("out-of-range", `expected finite lower <= upper, got ${lower} and ${upper}`);
}

/**
 * A point where a continuous function changes sign.
 *
 * @param f function of one real; must have opposite signs, or a zero, at the ends
 * @param lower finite
 * @param upper finite, ≥ lower
 * @throws {InputError} `out-of-range` for a bad range, `incompatible` where the signs at the ends agree, `not-finite`
 * @throws {Error} where `maxIterations` were not enough
 *
 * Source: Brent (1973), "Algorithms for minimization without derivatives", chapter 4 (`zero`).
 * Accuracy: the root lies within 4·2⁻⁵³·|root| + tolerance of the position returned.
 */
export function findRoot(f: (x: number) => number, lower: number, upper: number, options: BrentOptions = {}): Root {
  const { tolerance = 0, maxIterations = 200 } = options;
  checkRange(lower, upper);
  let a = lower;
  let b = upper;
  let fa = evaluate(f, a);
  let fb = evaluate(f, b);
  if (fa === 0) return { root: a, value: 0, iterations: 0 };
  if (fb === 0) return { root: b, value: 0, iterations: 0 };
  if (fa > 0 === fb > 0)
    throw new InputError("incompatible", `the function is ${fa} at ${lower} and ${fb} at ${upper}: no change of sign`);
  let c = a;
  let fc = fa;
  let step = b - a;
  let previous = step;
  for (let iterations = 0; iterations <= maxIterations; iterations++) {
    if (fb > 0 === fc > 0) {
      c = a;
      fc = fa;
      step = b - a;
      previous = step;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      a = b;
      b = c;
      c = a;
      fa = fb;
      fb = fc;
      fc = fa;
    }
    const near = 2 * Number.EPSILON * Math.abs(b) + 0.5 * tolerance;
    const half = 0.5 * (c - b);
    if (Math.abs(half) <= near || fb === 0) return { root: b, value: fb, iterations };
    if (Math.abs(previous) >= near && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p = 2 * half * s;
      let q = 1 - s;
      if (a !== c) {
        const r = fb / fc;
        const t = fa / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      if (2 * p < Math.min(3 * half * q - Math.abs(near * q), Math.abs(previous * q))) {
        previous = step;
        step = p / q;
      } else {
        step = half;
        previous = half;
      }
    } else {
      step = half;
      previous = half;
    }
    a = b;
    fa = fb;
    b += Math.abs(step) > near ? step : half > 0 ? near : -near;
    fb = evaluate(f, b);
  }
  throw new Error(`findRoot did not converge in ${maxIterations} steps; last bracket ${b} to ${c}`);
}

/**
 * A local minimum of a continuous function; the global one where the function has one dip between the ends.
 *
 * @param f function of one real
 * @param lower finite
 * @param upper finite, ≥ lower
 * @throws {InputError} `out-of-range`, `not-finite`
 * @throws {Error} where `maxIterations` were not enough
 *
 * Source: Brent (1973), chapter 5 (`localmin`).
 * Accuracy: a smooth minimum cannot be located from its values more closely than about √ε ≈ 1.5e-8, relative; for more,
 * give the derivative to `findRoot`.
 */
export function minimize(f: (x: number) => number, lower: number, upper: number, options: BrentOptions = {}): Minimum {
  const { tolerance = 1e-10, maxIterations = 200 } = options;
  checkRange(lower, upper);
  const golden = (3 - Math.sqrt(5)) / 2;
  let a = lower;
  let b = upper;
  let x = a + golden * (b - a);
  let w = x;
  let v = x;
  let fx = evaluate(f, x);
  let fw = fx;
  let fv = fx;
  let step = 0;
  let previous = 0;
  for (let iterations = 0; iterations <= maxIterations; iterations++) {
    const middle = 0.5 * (a + b);
    const near = 1.5e-8 * Math.abs(x) + tolerance;
    if (Math.abs(x - middle) <= 2 * near - 0.5 * (b - a)) return { position: x, value: fx, iterations };
    let parabolic = false;
    if (Math.abs(previous) > near) {
      const r = (x - w) * (fx - fv);
      let q = (x - v) * (fx - fw);
      let p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      else q = -q;
      if (Math.abs(p) < Math.abs(0.5 * q * previous) && p > q * (a - x) && p < q * (b - x)) {
        previous = step;
        step = p / q;
        const next = x + step;
        if (next - a < 2 * near || b - next < 2 * near) step = x < middle ? near : -near;
        parabolic = true;
      }
    }
    if (!parabolic) {
      previous = x < middle ? b - x : a - x;
      step = golden * previous;
    }
    const u = x + (Math.abs(step) >= near ? step : step > 0 ? near : -near);
    const fu = evaluate(f, u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      v = w;
      fv = fw;
      w = x;
      fw = fx;
      x = u;
      fx = fu;
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) {
        v = w;
        fv = fw;
        w = u;
        fw = fu;
      } else if (fu <= fv || v === x || v === w) {
        v = u;
        fv = fu;
      }
    }
  }
  throw new Error(`minimize did not converge in ${maxIterations} steps; last bracket ${a} to ${b}`);
}
