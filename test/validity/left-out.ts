import { cvMinmax, cvPlus, jackknifeMinmax, jackknifePlus, type Matrix, matrix, type Random } from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

/** Sums from which a least-squares line follows, so that leaving rows out takes a subtraction. */
interface Sums {
  n: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

function add(sums: Sums, x: number, y: number, sign: number): void {
  sums.n += sign;
  sums.x += sign * x;
  sums.y += sign * y;
  sums.xx += sign * x * x;
  sums.xy += sign * x * y;
}

function lineOf({ n, x, y, xx, xy }: Sums): Line {
  const spread = n * xx - x * x;
  const slope = spread > 1e-9 * n * xx ? (n * xy - x * y) / spread : 0;
  return { slope, intercept: (y - slope * x) / n };
}

interface Refits {
  readonly residuals: Float64Array;
  /** models × one new row. */
  readonly predictions: Matrix;
  readonly folds: Int32Array;
  readonly fresh: number;
}

/** A curve with skewed noise, which no line fits; every model is the least-squares line without its rows. */
function refit(n: number, count: number, random: Random): Refits {
  const outcome = (x: number): number => 2 * x * x - (0.3 + x) * Math.log(1 - random.uniform());
  const xs = Float64Array.from({ length: n }, () => 3 * random.uniform());
  const ys = xs.map(outcome);
  const folds = Int32Array.from({ length: n }, (_, i) => i % count);
  const all: Sums = { n: 0, x: 0, y: 0, xx: 0, xy: 0 };
  for (let i = 0; i < n; i++) add(all, xs[i], ys[i], 1);
  const without = Array.from({ length: count }, () => ({ ...all }));
  for (let i = 0; i < n; i++) add(without[folds[i]], xs[i], ys[i], -1);
  const lines = without.map(lineOf);
  const residuals = ys.map((y, i) => Math.abs(y - lines[folds[i]].intercept - lines[folds[i]].slope * xs[i]));
  const x = 3 * random.uniform();
  const predictions = matrix(
    Float64Array.from(lines, ({ slope, intercept }) => intercept + slope * x),
    count,
    1,
  );
  return { residuals, predictions, folds, fresh: outcome(x) };
}

type Method = (refits: Refits, level: number) => ReturnType<typeof jackknifePlus>;

const guarantee = (
  name: string,
  source: string,
  method: Method,
  foldsOf: (n: number) => number,
  promised: Guarantee["promised"],
): Guarantee => ({
  name,
  source,
  event: "a new outcome outside its interval",
  promise: "at most",
  ...(promised ? { promised } : {}),
  cost: (n) => 30 + 0.5 * n,
  draw(n, random) {
    const refits = refit(n, foldsOf(n), random);
    return (failure) => {
      const { lower, upper } = method(refits, levelOf(failure));
      return !(refits.fresh >= lower[0] && refits.fresh <= upper[0]);
    };
  },
});

const FOLDS = 5;

/** One minus a guarantee, null where it says nothing. */
function unless(guaranteed: number): number | null {
  return guaranteed > 0 ? 1 - guaranteed : null;
}

function ofFolds(n: number, failure: number): number | null {
  const cost = Math.min((2 * (1 - 1 / FOLDS)) / (n / FOLDS + 1), (1 - FOLDS / n) / (FOLDS + 1));
  return unless(1 - 2 * failure - cost);
}

export const leftOut: Family = {
  name: "Models that left rows out (least-squares lines)",
  guarantees: [
    guarantee(
      "jackknife+, promised twice the failure",
      "jackknifePlus",
      ({ residuals, predictions }, level) => jackknifePlus(residuals, predictions, level),
      (n) => n,
      (_, failure) => unless(1 - 2 * failure),
    ),
    guarantee(
      "jackknife-minmax",
      "jackknifeMinmax",
      ({ residuals, predictions }, level) => jackknifeMinmax(residuals, predictions, level),
      (n) => n,
      undefined,
    ),
    guarantee(
      "CV+ in 5 folds, promised twice the failure and the cost of folds",
      "cvPlus",
      ({ residuals, predictions, folds }, level) => cvPlus(residuals, predictions, folds, level),
      () => FOLDS,
      ofFolds,
    ),
    guarantee(
      "CV-minmax in 5 folds",
      "cvMinmax",
      ({ residuals, predictions, folds }, level) => cvMinmax(residuals, predictions, folds, level),
      () => FOLDS,
      (n, failure) => unless((levelOf(failure) * (n + 1)) / (n + n / FOLDS)),
    ),
  ],
};
