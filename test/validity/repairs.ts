import {
  applyRegressionCalibrator,
  type Forecast,
  fewestScores,
  type Random,
  regressionMethods,
  sealRegressionCalibrator,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";
import { beyondRank } from "./quantiles.ts";

const MIDDLE = 0.5;

/** Forecasts that are biased and too narrow, of outcomes with a long upper tail. */
interface Rows {
  readonly x: Float64Array;
  readonly outcomes: Float64Array;
}

function drawRows(n: number, random: Random): Rows {
  const x = Float64Array.from({ length: n }, () => random.uniform());
  return { x, outcomes: x.map((at) => 3 * at - (0.3 + at) * Math.log(1 - random.uniform())) };
}

interface Repair {
  readonly method: string;
  /** A forecast at the level that makes sense for the failure. */
  forecast(x: Float64Array, failure: number): Forecast;
  /** Whether the repaired forecast of one row missed its outcome. */
  misses(repaired: Forecast, outcome: number, failure: number): boolean;
}

const guarantee = (
  name: string,
  { method, forecast, misses }: Repair,
  promise: Guarantee["promise"],
  promised: (n: number, failure: number) => number | null,
  failures?: readonly number[],
): Guarantee => ({
  name,
  source: `regressionMethods, ${method}; applyRegressionCalibrator`,
  event: "a new outcome beyond the repaired forecast",
  promise,
  promised,
  ...(failures ? { failures } : {}),
  cost: (n) => 700 + 2 * n,
  draw(n, random) {
    const rows = drawRows(n, random);
    const fresh = drawRows(1, random);
    return (failure) => {
      const given = forecast(rows.x, failure);
      const found = regressionMethods(given.kind).find((one) => one.method === method);
      if (found === undefined) throw new Error(`no method ${method} for forecasts of kind ${given.kind}`);
      const levels = levelsOf(given);
      const calibrator = sealRegressionCalibrator({
        schema: "candor.regression-calibrator/1",
        version: "0.0.0",
        created: null,
        forecast: given.kind,
        levels,
        method,
        map: found.fit({ task: "regression", rows: n, forecast: given, outcomes: rows.outcomes, segments: [] }),
        n,
        effectiveN: n,
        spec: { metric: "regression-repair" },
        data: { name: "simulated", fingerprint: `sha256:${"0".repeat(64)}` },
      });
      return misses(applyRegressionCalibrator(calibrator, forecast(fresh.x, failure)), fresh.outcomes[0], failure);
    };
  },
});

function decimal(value: number): number {
  return Number(value.toFixed(10));
}

function levelsOf(forecast: Forecast): readonly number[] {
  if (forecast.kind === "quantiles") return forecast.levels;
  return forecast.kind === "interval" ? [decimal((1 - forecast.level) / 2), decimal((1 + forecast.level) / 2)] : [];
}

function isOutside(forecast: Forecast, outcome: number): boolean {
  if (forecast.kind !== "interval") throw new Error(`expected intervals, got ${forecast.kind}`);
  return !(outcome >= forecast.lower[0] && outcome <= forecast.upper[0]);
}

/** Whether an outcome is above the quantile at the level, below ½ whether it is below. */
function isBeyond(forecast: Forecast, outcome: number, level: number): boolean {
  if (forecast.kind !== "quantiles") throw new Error(`expected quantiles, got ${forecast.kind}`);
  const quantile = forecast.values.data[forecast.levels.indexOf(level)];
  return level < MIDDLE ? outcome < quantile : outcome > quantile;
}

/** What a threshold misses where there are enough rows for a finite one; the repair refuses otherwise. */
function ifEnough(n: number, failure: number): number | null {
  return n < fewestScores(levelOf(failure)) ? null : beyondRank(n, failure);
}

const quantile = (side: "upper" | "lower"): Repair => ({
  method: "quantile-shifts",
  forecast(x, failure) {
    const level = side === "upper" ? levelOf(failure) : failure;
    return {
      kind: "quantiles",
      levels: [level],
      values: { data: x.map((at) => 3 * at + 0.2), rows: x.length, cols: 1 },
    };
  },
  misses: (forecast, outcome, failure) => isBeyond(forecast, outcome, side === "upper" ? levelOf(failure) : failure),
});

const interval = (method: string): Repair => ({
  method,
  forecast: (x, failure) => ({
    kind: "interval",
    lower: x.map((at) => 3 * at - 0.1),
    upper: x.map((at) => 3.5 * at + 0.4),
    level: levelOf(failure),
    point: null,
  }),
  misses: (forecast, outcome) => isOutside(forecast, outcome),
});

const point: Repair = {
  method: "residual-quantiles",
  forecast: (x) => ({ kind: "point", point: x.map((at) => 3 * at + 0.2) }),
  misses: (forecast, outcome, failure) => isBeyond(forecast, outcome, levelOf(failure)),
};

export const repairs: Family = {
  name: "Repaired forecasts of numbers",
  guarantees: [
    guarantee("shift of an upper quantile", quantile("upper"), "exactly", ifEnough),
    guarantee("shift of a lower quantile", quantile("lower"), "exactly", ifEnough, [0.01, 0.05, 0.1, 0.2]),
    guarantee("quantiles around a point", point, "exactly", (n, failure) =>
      n < fewestScores("0.99") ? null : beyondRank(n, failure),
    ),
    guarantee("shift of each end of an interval", interval("quantile-shifts"), "at most", (n, failure) =>
      n < fewestScores(levelOf(failure / 2)) ? null : failure,
    ),
    guarantee("width of an interval", interval("shift-and-scale"), "exactly", ifEnough),
  ],
};
