import type {
  Estimate,
  Forecast,
  IntervalQuality,
  LevelCoverage,
  RegressionFitDocument,
  RegressionGroup,
  RegressionReport,
  Spec,
  TestEstimate,
} from "@candor/core";

/**
 * Documents on forecasts of numbers for tests of the renderers: plausible and consistent, but with rough intervals. Nothing
 * here is a reference for a statistic.
 */

type Kind = Forecast["kind"];

const LEVELS = [0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99];
const N = 1204;

function estimate(metric: string, value: number, half: number, choices: object = {}): Estimate {
  const spec: Spec = { metric, ...choices };
  const ends = { lower: value - half, upper: value + half };
  return { value, ...ends, level: 0.95, n: N, effectiveN: N, interval: "asymptotic", spec };
}

function share(metric: string, value: number, n = N, choices: object = {}): Estimate {
  const half = 1.96 * Math.sqrt((value * (1 - value)) / n);
  const ends = { lower: Math.max(0, value - half), upper: Math.min(1, value + half) };
  return { ...estimate(metric, value, half, choices), ...ends, n, effectiveN: n };
}

/** Share below a quantile of a forecast whose spread is `width` times what it should be. */
function observedAt(level: number, width: number): number {
  const logit = Math.log(level / (1 - level));
  return 1 / (1 + Math.exp(-(logit * width + 0.12 * (1 - width))));
}

function curve(width: number): LevelCoverage[] {
  return LEVELS.map((level) => ({ level, observed: share("quantile-coverage", observedAt(level, width)) }));
}

function intervals(kind: Kind, width: number): IntervalQuality[] {
  const levels = kind === "interval" ? [0.9] : [0.2, 0.5, 0.8, 0.9, 0.98];
  return levels.map((level) => {
    const [low, high] = [(1 - level) / 2, (1 + level) / 2];
    const held = observedAt(high, width) - observedAt(low, width);
    const size = 21.7 * width * Math.log((1 + level) / (1 - level));
    return {
      level,
      coverage: share("interval-coverage", held, N, { level }),
      meanWidth: estimate("mean-width", size, size * 0.03, { level }),
      intervalScore: estimate("interval-score", size * (1.4 + level - held), size * 0.08, { level }),
    };
  });
}

function pit(width: number): RegressionReport["pit"] {
  return Array.from({ length: 10 }, (_, i) => {
    const [from, to] = [i / 10, (i + 1) / 10];
    const below = (level: number) => (level <= 0 ? 0 : level >= 1 ? 1 : observedAt(level, width));
    return { from, to, share: below(to) - below(from), lower: 0.0833, upper: 0.1171 };
  });
}

function group(by: string, name: string, n: number, coverage: number | null, bias: number): RegressionGroup {
  const qValue = coverage === null ? 0.4 : Math.abs(coverage - 0.9) > 0.08 ? 0.0004 : 0.31;
  return {
    by,
    name,
    n,
    coverage: coverage === null ? null : share("interval-coverage", coverage, n, { level: 0.9 }),
    bias: estimate("bias", bias, 2.1),
    crps: coverage === null ? null : estimate("crps", 8.4 + Math.abs(bias), 0.9),
    qValue,
    flagged: qValue <= 0.05,
  };
}

function groups(kind: Kind): Pick<RegressionReport, "segments" | "overTime"> {
  const covered = (coverage: number) => (kind === "point" ? null : coverage);
  return {
    segments: [
      group("region", "north", 402, covered(0.891), 0.4),
      group("region", "south", 371, covered(0.762), -3.9),
      group("region", "east and far away from everything else", 431, covered(0.903), 1.2),
      group("product", "bikes", 802, covered(0.861), 0.3),
      group("product", "scooters", 402, covered(0.985), -1.1),
    ],
    overTime: Array.from({ length: 8 }, (_, i) =>
      group("time", `2025-0${i + 1}-01`, 150, covered(0.92 - 0.02 * i), 0.2 * i),
    ),
  };
}

const FORECASTS = {
  point: { columns: { prediction: "yhat", label: "y" }, levels: [] },
  "point-and-sigma": { columns: { prediction: "yhat", sigma: "sd", label: "y" }, levels: [] },
  quantiles: { columns: { quantiles: LEVELS.map((level) => `q${level}`).join(", "), label: "y" }, levels: LEVELS },
  interval: { columns: { lower: "lo", upper: "hi", prediction: "yhat", label: "y" }, levels: [0.9] },
} as const;

const SENTENCES: Readonly<Record<RegressionReport["verdict"]["status"], string>> = {
  calibrated: "The forecasts keep their promises: 90 % intervals held 90.2 % of the outcomes.",
  "too-narrow":
    "The forecasts are too sure of themselves: 90 % intervals held only 84.1 % [81.9, 86.1] of the outcomes.",
  "too-wide": "The forecasts are wider than they need to be.",
  biased: "The forecasts are too high.",
  miscalibrated: "The forecasts do not keep their promises.",
  "too-few-rows": "Too few rows to tell.",
  "no-uncertainty": "The forecasts say nothing about their error, so there is no promise to check.",
};

/** A report on forecasts of one kind. */
export function sampleRegression(kind: Kind, width = 0.72): RegressionReport {
  const hasSpread = kind !== "point";
  const isDistribution = kind === "point-and-sigma" || kind === "quantiles";
  const test: TestEstimate = {
    ...estimate("pit-uniformity", 0.061, 0),
    interval: "none",
    pValue: width < 0.9 ? 0.0002 : 0.41,
    z: 3.7,
  };
  const status = !hasSpread ? "no-uncertainty" : width < 0.9 ? "too-narrow" : "calibrated";
  const { columns, levels } = FORECASTS[kind];
  const when = <T>(holds: boolean, value: T): T | null => (holds ? value : null);
  const isQuantiles = kind === "quantiles" || kind === "interval";
  return {
    schema: "candor.regression-report/1",
    version: "0.1.0",
    task: "regression",
    forecast: kind,
    source: {
      name: "rentals.csv",
      rows: 1210,
      skipped: [{ reason: "missing outcome", count: 6 }],
      columns,
      approximate: false,
      notes: ["the file has a byte order mark"],
    },
    n: N,
    effectiveN: N,
    weighted: false,
    levels,
    metrics: {
      bias: estimate("bias", -1.0312, 0.9),
      mae: estimate("mae", 12.3021, 0.7),
      rmse: estimate("rmse", 17.0345, 1.1),
      r2: estimate("r2", 0.8123, 0.02),
      crps: when(isDistribution, estimate("crps", 8.6712, 0.5)),
      negativeLogLikelihood: when(kind === "point-and-sigma", estimate("negative-log-likelihood", 4.1131, 0.06)),
      pinball: when(isQuantiles, estimate("pinball", 4.2931, 0.2)),
      weightedIntervalScore: when(isQuantiles, estimate("weighted-interval-score", 8.5862, 0.4)),
      wisDispersion: when(isQuantiles, estimate("wis-dispersion", 3.2531, 0.1)),
      wisOverprediction: when(isQuantiles, estimate("wis-overprediction", 2.2031, 0.3)),
      wisUnderprediction: when(isQuantiles, estimate("wis-underprediction", 3.13, 0.3)),
      miscalibrationArea: when(hasSpread, estimate("miscalibration-area", 0.0512 * (width < 0.9 ? 1 : 0.2), 0.01)),
      meanAbsoluteCalibrationError: when(hasSpread, estimate("mean-absolute-calibration-error", 0.0498, 0.01)),
      rootMeanSquaredCalibrationError: when(hasSpread, estimate("root-mean-squared-calibration-error", 0.0561, 0.011)),
      sharpness: when(hasSpread, estimate("sharpness", 13.1002, 0.2)),
      pitTest: when(isDistribution, test),
      medianWidth: when(hasSpread, estimate("median-width", 31.2, 0.4)),
    },
    quantileCurve: kind === "point" || kind === "interval" ? [] : curve(width),
    intervals: hasSpread ? intervals(kind, width) : [],
    pit: isDistribution ? pit(width) : [],
    ...groups(kind),
    verdict: { status, sentence: SENTENCES[status] },
    specs: {
      bias: { metric: "bias", label: "forecast − outcome" },
      crps: { metric: "crps", distribution: "normal" },
    },
  };
}

/** A fit that repairs forecasts of one kind. */
export function sampleRegressionFit(
  kind: Kind,
  status: RegressionFitDocument["verdict"]["status"] = "improved",
): RegressionFitDocument {
  const before = sampleRegression(kind);
  const after = sampleRegression(kind, 0.99);
  const data = { name: "rentals.csv", fingerprint: `sha256:${"0".repeat(64)}` };
  const worse = status === "worse" ? -1 : 1;
  return {
    schema: "candor.regression-fit/1",
    version: "0.1.0",
    source: before.source,
    n: N,
    method: "shift-and-scale",
    label: "shift and scale",
    reason: "it has the lowest CRPS on held-out folds",
    verdict: {
      status,
      sentence: "After the fit 90 % intervals hold 89.7 % of the outcomes, and the CRPS is 4.1 % lower.",
    },
    before,
    after,
    improvement: {
      loss: estimate("quantile-crps", 0.3521 * worse, 0.11, { levels: 23 }),
      miscalibrationArea: kind === "point" ? null : estimate("miscalibration-area", 0.0412 * worse, 0.011),
    },
    candidates: [
      {
        method: "identity",
        label: "forecasts as they are",
        excess: estimate("crps", 0.35, 0.1),
        loss: 8.67,
        chosen: false,
        reason: "higher CRPS",
      },
      {
        method: "scale",
        label: "scale of the standard deviation",
        excess: estimate("crps", 0.04, 0.05),
        loss: 8.36,
        chosen: false,
        reason: "higher CRPS",
      },
      {
        method: "shift-and-scale",
        label: "shift and scale",
        excess: estimate("crps", 0, 0),
        loss: 8.32,
        chosen: true,
        reason: "lowest CRPS",
      },
      {
        method: "isotonic",
        label: "isotonic on quantiles",
        excess: null,
        loss: null,
        chosen: false,
        reason: "needs quantiles",
      },
    ],
    validation: { scheme: "random", folds: 5, seed: 0 },
    warnings: ["Rows of one bike may depend on each other: --group keeps them together."],
    calibrator: {
      schema: "candor.regression-calibrator/1",
      version: "0.1.0",
      created: "2026-01-02T03:04:05Z",
      forecast: kind,
      levels: FORECASTS[kind].levels,
      method: "shift-and-scale",
      map:
        kind === "quantiles"
          ? { kind: "levels", levels: [0, 0.05, 0.5, 0.95, 1], from: [0, 0.02, 0.49, 0.985, 1] }
          : { kind: "shift-and-scale", shift: 1.03, scale: 1.39 },
      n: N,
      effectiveN: N,
      spec: { metric: "regression-calibrator", method: "shift-and-scale" },
      data,
      fingerprint: `sha256:${"1".repeat(64)}`,
    },
  };
}
