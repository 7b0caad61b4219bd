import { InputError } from "../errors.ts";

/** What `minimizeLbfgs` minimises, and how. */
export interface LbfgsProblem {
  /** Where to start; left as it is. */
  readonly start: Float64Array;
  /** The value at x; its gradient goes to `gradient`. Convex and once differentiable. */
  readonly evaluate: (x: Float64Array, gradient: Float64Array) => number;
  /** Writes an approximate inverse Hessian times `vector` to `out`; symmetric positive definite. Default: a multiple of `vector`. */
  readonly precondition?: (vector: Float64Array, out: Float64Array) => void;
  /** Called with x after every `refreshEvery` steps, so that `precondition` can be brought up to date. */
  readonly refresh?: (x: Float64Array) => void;
  /** Default 25. */
  readonly refreshEvery?: number;
  /** Largest absolute gradient component at which the point counts as the minimum. Default 1e-10. */
  readonly tolerance?: number;
  /** Where to go on to as long as rounding permits, ≤ `tolerance`. Default: `tolerance`. */
  readonly aim?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Pairs of steps and gradient changes that are kept. Default 12. */
  readonly memory?: number;
  /** For messages. Default `the fit`. */
  readonly what?: string;
}

/** Where `minimizeLbfgs` arrived. */
export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly evaluations: number;
}

interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The slope along a line must fall to this share of its size at the start (strong Wolfe condition). */
const CURVATURE = 0.9;
const DECREASE = 1e-4;
/** Differences between values below this share of them are rounding: slopes decide alone there. */
const ROUNDING = 1e-13;

/**
 * The minimum of a smooth convex function, by limited-memory quasi-Newton steps.
 *
 * @returns a point whose largest absolute gradient component is at most `tolerance`
 * @throws {InputError} `incompatible` where that is not reached: no finite optimum, or rounding in the way
 *
 * Source: Nocedal and Wright (2006), "Numerical optimization", algorithms 7.4 and 3.5; where values differ by rounding
 * only, steps are judged by slopes: Hager and Zhang (2005), SIAM J. Optim. 16, section 4.
 */
export function minimizeLbfgs(problem: LbfgsProblem): LbfgsResult {
  const { start, evaluate, tolerance = 1e-10, maxIterations = 1000, memory = 12, what = "the fit" } = problem;
  const { aim = tolerance, refresh, refreshEvery = 25 } = problem;
  let evaluations = 0;
  const at = (x: Float64Array): Point => {
    evaluations++;
    const gradient = new Float64Array(x.length);
    return { x, value: evaluate(x, gradient), gradient };
  };
  let point = at(start.slice());
  const history = new History(memory);
  for (let iterations = 0; ; iterations++) {
    const gradientNorm = largest(point.gradient);
    if (gradientNorm <= aim) return { ...point, gradientNorm, iterations, evaluations };
    if (!Number.isFinite(point.value) || !Number.isFinite(gradientNorm))
      throw new InputError("incompatible", `${what} has no finite optimum: its loss left the range of a double`);
    const next = iterations < maxIterations ? step(point, history, problem, at) : undefined;
    if (next === undefined && gradientNorm <= tolerance) return { ...point, gradientNorm, iterations, evaluations };
    if (next === undefined)
      throw new InputError(
        "incompatible",
        `${what} found no optimum: after ${iterations} steps the largest gradient is ${gradientNorm}, above ${tolerance}`,
      );
    history.add(next.x, point.x, next.gradient, point.gradient);
    point = next;
    if (refresh !== undefined && (iterations + 1) % refreshEvery === 0) refresh(point.x);
  }
}

function step(
  point: Point,
  history: History,
  { precondition }: LbfgsProblem,
  at: (x: Float64Array) => Point,
): Point | undefined {
  const direction = history.direction(point.gradient, precondition);
  const next = lineSearch(point, direction, history.isEmpty && precondition === undefined, at);
  if (next !== undefined || history.isEmpty) return next;
  history.clear();
  return lineSearch(point, history.direction(point.gradient, precondition), precondition === undefined, at);
}

/** A point along the direction that meets the strong Wolfe conditions; undefined where rounding hides it. */
function lineSearch(
  origin: Point,
  direction: Float64Array,
  unscaled: boolean,
  at: (x: Float64Array) => Point,
): Point | undefined {
  const slope = dot(origin.gradient, direction);
  if (!(slope < 0)) return undefined;
  let low = 0;
  let lowSlope = slope;
  let high = Infinity;
  let highSlope = 0;
  let length = unscaled ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
  for (let tries = 0; tries < 40; tries++) {
    const next = at(origin.x.map((value, i) => value + length * direction[i]));
    const nextSlope = dot(next.gradient, direction);
    const rise = next.value - origin.value;
    const lower =
      rise <= DECREASE * length * slope ||
      (rise <= ROUNDING * Math.abs(origin.value) && nextSlope <= (2 * DECREASE - 1) * slope);
    if (lower && Math.abs(nextSlope) <= -CURVATURE * slope) return next;
    if (Number.isFinite(next.value) && nextSlope < 0) {
      low = length;
      lowSlope = nextSlope;
    } else {
      high = length;
      highSlope = nextSlope;
    }
    if (high === Infinity) length *= lowSlope > slope ? Math.min(10, Math.max(2, slope / (slope - lowSlope))) : 10;
    else {
      const share = Number.isFinite(highSlope) && highSlope > 0 ? lowSlope / (lowSlope - highSlope) : 0.1;
      length = low + Math.min(0.9, Math.max(0.1, share)) * (high - low);
    }
  }
  return undefined;
}

/** The last steps and gradient changes, and the quasi-Newton direction they give. */
class History {
  private readonly memory: number;
  private readonly steps: Float64Array[] = [];
  private readonly changes: Float64Array[] = [];
  private readonly products: number[] = [];

  constructor(memory: number) {
    this.memory = memory;
  }

  get isEmpty(): boolean {
    return this.steps.length === 0;
  }

  clear(): void {
    this.steps.length = 0;
    this.changes.length = 0;
    this.products.length = 0;
  }

  add(x: Float64Array, before: Float64Array, gradient: Float64Array, gradientBefore: Float64Array): void {
    const full = this.steps.length === this.memory;
    const s = (full ? this.steps.shift() : undefined) ?? new Float64Array(x.length);
    const y = (full ? this.changes.shift() : undefined) ?? new Float64Array(x.length);
    if (full) this.products.shift();
    for (let i = 0; i < x.length; i++) {
      s[i] = x[i] - before[i];
      y[i] = gradient[i] - gradientBefore[i];
    }
    const product = dot(s, y);
    if (!(product > 0)) return;
    this.steps.push(s);
    this.changes.push(y);
    this.products.push(product);
  }

  direction(gradient: Float64Array, precondition: LbfgsProblem["precondition"]): Float64Array {
    const { steps, changes, products } = this;
    const q = gradient.slice();
    const shares = new Float64Array(steps.length);
    for (let m = steps.length - 1; m >= 0; m--) {
      shares[m] = dot(steps[m], q) / products[m];
      addTimes(q, -shares[m], changes[m]);
    }
    let r: Float64Array = q;
    if (precondition !== undefined) {
      r = new Float64Array(q.length);
      precondition(q, r);
    } else if (steps.length > 0) {
      const last = steps.length - 1;
      const scale = products[last] / dot(changes[last], changes[last]);
      for (let i = 0; i < r.length; i++) r[i] *= scale;
    }
    for (let m = 0; m < steps.length; m++) addTimes(r, shares[m] - dot(changes[m], r) / products[m], steps[m]);
    for (let i = 0; i < r.length; i++) r[i] = -r[i];
    return r;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addTimes(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * values[i];
}

function largest(values: Float64Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!(size <= result)) result = size;
  }
  return result;
}
