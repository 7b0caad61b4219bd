import type {
  BandPoint,
  CurvePoint,
  Decomposition,
  Estimate,
  GroupReport,
  Reliability,
  ReliabilityBin,
  ReportDocument,
  RiskCoveragePoint,
  Spec,
  Task,
  TestEstimate,
  VersusReport,
} from "@candor/core";

/**
 * Report documents for tests of the renderers: plausible and consistent, but with rough intervals. Nothing here is a
 * reference for a statistic.
 */

interface Row {
  readonly score: number;
  readonly outcome: number;
  readonly group: number;
  readonly className: number;
  readonly month: number;
}

const COUNTRIES = ["Brazil", "Canada", "France", "India", "Japan", "Mexico", "Nigeria", "Poland"];
const DEVICES = ["desktop", "phone", "tablet"];
const DIGITS = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const MONTHS = Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, "0")}-01`);

/** A stream of numbers in [0, 1), the same on every run. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function simulate(task: Task, rows: number): Row[] {
  const next = uniforms(task === "binary" ? 11 : task === "multiclass" ? 12 : 13);
  return Array.from({ length: rows }, () => {
    const group = Math.floor(next() * COUNTRIES.length);
    const className = Math.floor(next() * DIGITS.length);
    const month = Math.floor(next() * 12);
    const normal = next() + next() + next() + next() + next() + next() - 3;
    const truth = task === "binary" ? -1 + 2.4 * normal : 2.6 + 2.4 * normal;
    const base = task === "binary" ? 0.95 : 1.25;
    const sharpness = base + (group === 4 ? 0.9 : 0) + (className === 3 ? 0.8 : 0) + 0.035 * month;
    const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
    const floor = task === "multiclass" ? 0.1 : 0;
    const score = floor + (1 - floor) * sigmoid(truth * sharpness);
    const chance = floor + (1 - floor) * sigmoid(truth);
    return { score, outcome: next() < chance ? 1 : 0, group, className, month };
  });
}

/** An estimate with a half-width, cut to [0, 1] unless `free`. */
function estimate(
  metric: string,
  value: number,
  half: number,
  n: number,
  choices: object = {},
  free = false,
): Estimate {
  return {
    value,
    lower: free ? value - half : Math.max(0, value - half),
    upper: free ? value + half : Math.min(1, value + half),
    level: 0.95,
    n,
    effectiveN: n,
    interval: "asymptotic",
    spec: { metric, ...choices },
  };
}

function binsOf(rows: readonly Row[], count: number): ReliabilityBin[] {
  return Array.from({ length: count }, (_, i) => {
    const inside = rows.filter(({ score }) => Math.min(count - 1, Math.ceil(score * count) - 1) === i);
    const n = inside.length;
    const observed = inside.reduce((sum, { outcome }) => sum + outcome, 0) / n;
    const z2 = 3.84;
    const centre = (observed + z2 / (2 * n)) / (1 + z2 / n);
    const half = (1.96 / (1 + z2 / n)) * Math.sqrt((observed * (1 - observed)) / n + z2 / (4 * n * n));
    return {
      lower: i / count,
      upper: (i + 1) / count,
      count: n,
      share: n / rows.length,
      meanConfidence: inside.reduce((sum, { score }) => sum + score, 0) / n,
      observed,
      observedLower: Math.max(0, centre - half),
      observedUpper: Math.min(1, centre + half),
    };
  }).filter(({ count: rowsInside }) => rowsInside > 0);
}

function eceOf(bins: readonly ReliabilityBin[]): number {
  return bins.reduce(
    (sum, { share, observed, meanConfidence }) => sum + share * Math.abs(observed - meanConfidence),
    0,
  );
}

function smoothOf(rows: readonly Row[]): BandPoint[] {
  const scores = rows.map(({ score }) => score);
  const least = Math.min(...scores);
  return Array.from({ length: 101 }, (_, i) => least + ((1 - least) * i) / 100).map((x) => {
    let weight = 0;
    let squares = 0;
    let sum = 0;
    for (const { score, outcome } of rows) {
      const kernel = Math.exp(-0.5 * ((score - x) / 0.04) ** 2);
      weight += kernel;
      squares += kernel * kernel;
      sum += kernel * outcome;
    }
    const y = sum / weight;
    const half = 1.96 * Math.sqrt((Math.max(0.002, y * (1 - y)) * squares) / (weight * weight));
    return { x, y, lower: Math.max(0, y - half), upper: Math.min(1, y + half) };
  });
}

function corpOf(rows: readonly Row[]): BandPoint[] {
  const sorted = rows.toSorted((a, b) => a.score - b.score);
  const blocks: { sum: number; n: number; from: number; to: number }[] = [];
  for (const { score, outcome } of sorted) {
    blocks.push({ sum: outcome, n: 1, from: score, to: score });
    for (let last = blocks.length - 1; last > 0; last--) {
      const [left, right] = [blocks[last - 1], blocks[last]];
      if (left === undefined || right === undefined || left.sum / left.n < right.sum / right.n) break;
      blocks.splice(last - 1, 2, { sum: left.sum + right.sum, n: left.n + right.n, from: left.from, to: right.to });
    }
  }
  return blocks.flatMap(({ sum, n, from, to }) =>
    (from === to ? [from] : [from, to]).map((x) => {
      const half = 1.96 * Math.sqrt((x * (1 - x)) / Math.max(60, n * 0.6));
      return { x, y: sum / n, lower: Math.max(0, x - half), upper: Math.min(1, x + half) };
    }),
  );
}

/** Confidence and correctness of the top label; for a binary task the larger of the two probabilities. */
function topLabel(task: Task, { score, outcome }: Row): { confidence: number; correct: number } {
  if (task !== "binary") return { confidence: score, correct: outcome };
  return { confidence: Math.max(score, 1 - score), correct: score >= 0.5 === (outcome === 1) ? 1 : 0 };
}

function riskCoverageOf(task: Task, rows: readonly Row[]): RiskCoveragePoint[] {
  const sorted = rows.map((row) => topLabel(task, row)).toSorted((a, b) => b.confidence - a.confidence);
  const points: RiskCoveragePoint[] = [];
  let wrong = 0;
  sorted.forEach(({ confidence, correct }, i) => {
    wrong += 1 - correct;
    const n = i + 1;
    if (n % Math.ceil(sorted.length / 100) !== 0 && n !== sorted.length) return;
    const risk = wrong / n;
    const half = 1.96 * Math.sqrt((risk * (1 - risk)) / n);
    const bounds = { lower: Math.max(0, risk - half), upper: Math.min(1, risk + half + 0.002) };
    points.push({ coverage: n / sorted.length, risk, ...bounds, threshold: confidence });
  });
  return points;
}

function rankingOf(rows: readonly Row[]): { roc: CurvePoint[]; precisionRecall: CurvePoint[]; auroc: number } {
  const sorted = rows.toSorted((a, b) => b.score - a.score);
  const positives = rows.reduce((sum, { outcome }) => sum + outcome, 0);
  const negatives = rows.length - positives;
  const roc: CurvePoint[] = [{ x: 0, y: 0, threshold: 1 }];
  const precisionRecall: CurvePoint[] = [];
  let [hits, misses, area] = [0, 0, 0];
  sorted.forEach(({ score, outcome }, i) => {
    hits += outcome;
    misses += 1 - outcome;
    area += outcome === 1 ? 0 : hits;
    if ((i + 1) % Math.ceil(rows.length / 200) !== 0 && i + 1 !== rows.length) return;
    roc.push({ x: misses / negatives, y: hits / positives, threshold: score });
    precisionRecall.push({ x: hits / positives, y: hits / (i + 1), threshold: score });
  });
  return { roc, precisionRecall, auroc: area / positives / negatives };
}

function groupOf(by: string, name: string, rows: readonly Row[]): GroupReport {
  const n = rows.length;
  const mean = (pick: (row: Row) => number) => rows.reduce((sum, row) => sum + pick(row), 0) / n;
  const bins = binsOf(rows, 10);
  const gap = mean(({ score, outcome }) => score - outcome);
  const error = Math.sqrt(mean(({ score }) => score * (1 - score)) / n);
  const pValue = Math.min(1, 2 * Math.exp(-0.717 * Math.abs(gap / error) - 0.416 * (gap / error) ** 2));
  return {
    by,
    name,
    n,
    accuracy: estimate(
      "accuracy",
      mean(({ outcome }) => outcome),
      0.98 / Math.sqrt(n),
      n,
    ),
    meanConfidence: estimate(
      "meanConfidence",
      mean(({ score }) => score),
      0.5 / Math.sqrt(n),
      n,
    ),
    ece: estimate("ece", eceOf(bins), 0.9 / Math.sqrt(n), n, {
      bins: 10,
      binning: "equal-width",
      edges: "right-closed",
      norm: "l1",
    }),
    noiseFloor: 0.8 / Math.sqrt(n),
    gap: estimate("gap", gap, 1.96 * error, n, {}, true),
    pValue,
    qValue: Math.min(1, pValue * 3),
    flagged: pValue * 3 <= 0.05,
    bins,
  };
}

function groupsOf(
  by: string,
  names: readonly string[],
  rows: readonly Row[],
  pick: (row: Row) => number,
): GroupReport[] {
  return names.map((name, i) =>
    groupOf(
      by,
      name,
      rows.filter((row) => pick(row) === i),
    ),
  );
}

function decomposition(metric: string, value: number, uncertainty: number, n: number): Decomposition {
  const miscalibration = value * 0.06;
  return {
    miscalibration: estimate(`${metric}Miscalibration`, miscalibration, 0.002, n),
    discrimination: estimate(`${metric}Discrimination`, uncertainty + miscalibration - value, 0.006, n),
    uncertainty: estimate(`${metric}Uncertainty`, uncertainty, 0.004, n),
  };
}

function versusOf(metrics: ReportDocument["metrics"], n: number): VersusReport {
  const compare = (key: string, metric: Estimate, ratio: number) => {
    const difference = metric.value * (ratio - 1);
    const half = Math.abs(metric.value) * 0.035;
    return [
      key,
      {
        self: metric.value,
        other: metric.value * ratio,
        difference: estimate(key, difference, half, n, { paired: true }, true),
      },
    ] as const;
  };
  return {
    name: "wideresnet-16-4.parquet",
    n,
    metrics: Object.fromEntries([
      compare("ece", metrics.ece, 1.21),
      compare("brier", metrics.brier, 1.05),
      compare("logLoss", metrics.logLoss, 1.09),
      compare("aurc", metrics.aurc, 0.98),
      compare("augrc", metrics.augrc, 1.02),
    ]),
    sentence:
      "On the same rows the other model is worse calibrated (its ECE is higher by 0.0116) and about as good at ranking.",
  };
}

function testOf(metric: string, value: number, z: number, pValue: number, n: number): TestEstimate {
  return { ...estimate(metric, value, 0, n, { sided: "two" }, true), interval: "none", z, pValue };
}

/**
 * A report for a task, the same on every call.
 *
 * @param task binary: 5,000 rows of an over-confident model; multiclass: 10,000 rows, ten classes; confidence: 1,200 rows
 */
export function sampleDocument(task: Task): ReportDocument {
  const n = task === "binary" ? 5000 : task === "multiclass" ? 10_000 : 1200;
  const rows = simulate(task, n);
  const top = rows.map((row) => topLabel(task, row));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const accuracy = mean(top.map(({ correct }) => correct));
  const confidence = mean(top.map(({ confidence: value }) => value));
  const baseRate = mean(rows.map(({ outcome }) => outcome));
  const bins = binsOf(rows, 15);
  const ece = eceOf(bins);
  const half = 1.2 / Math.sqrt(n);
  const brier = mean(rows.map(({ score, outcome }) => (score - outcome) ** 2)) * (task === "multiclass" ? 1.55 : 1);
  const clipped = (p: number) => Math.min(1 - 1e-6, Math.max(1e-6, p));
  const logLoss = mean(
    rows.map(({ score, outcome }) => -Math.log(outcome === 1 ? clipped(score) : clipped(1 - score))),
  );
  const { roc, precisionRecall, auroc } = rankingOf(rows);
  const riskCoverage = riskCoverageOf(task, rows);
  const aurc = mean(riskCoverage.map(({ risk }) => risk));
  const axis: Reliability["axis"] = task === "binary" ? "probability" : "confidence";
  const equalWidth = {
    norm: "l1",
    binning: "equal-width",
    bins: 15,
    edges: "right-closed",
    label: task === "binary" ? "binary" : "top-label",
  };
  const metrics: ReportDocument["metrics"] = {
    ece: estimate("ece", ece, half, n, equalWidth),
    eceLeft: estimate("eceLeft", ece * 1.0002, half, n, { ...equalWidth, edges: "left-closed" }),
    eceEqualMass: estimate("eceEqualMass", ece * 0.985, half, n, { ...equalWidth, binning: "equal-mass" }),
    eceDebiased: {
      ...estimate("eceDebiased", ece * 0.94, half, n, { ...equalWidth, debiased: "gaussian" }),
      interval: "approximate",
    },
    smoothEce: estimate("smoothEce", ece * 0.96, half, n, { kernel: "reflectedGaussian", bandwidth: "fixedPoint" }),
    classwiseEce:
      task === "confidence"
        ? null
        : estimate("classwiseEce", ece * 0.21, half / 3, n, { ...equalWidth, label: "classwise" }),
    mce: {
      ...estimate("mce", Math.max(...bins.map((b) => Math.abs(b.observed - b.meanConfidence))), 0.06, n, equalWidth),
      interval: "approximate",
    },
    brier: estimate("brier", brier, 0.005, n, { sum: task === "multiclass" ? "classes" : "positiveClass" }),
    logLoss: estimate("logLoss", logLoss, 0.012, n, { base: "e" }, true),
    auroc: estimate("auroc", auroc, 0.008, n, { target: task === "binary" ? "positive" : "correct", ties: "half" }),
    aurc: estimate("aurc", aurc, 0.004, n, { convention: "geifman", ties: "expected" }),
    eAurc: estimate("eAurc", aurc * 0.55, 0.003, n),
    augrc: estimate("augrc", aurc * 0.8, 0.003, n),
    spiegelhalter: testOf("spiegelhalter", 14.2, 14.2, 1e-45, n),
    ks: { ...testOf("ks", ece * 0.97, 5.1, 2e-11, n), spec: { metric: "ks", statistic: "supremum" } },
    coxSlope: estimate("coxSlope", 0.71, 0.03, n, {}, true),
    coxIntercept: estimate("coxIntercept", -0.02, 0.06, n, {}, true),
  };
  const floor = 1.3 / Math.sqrt(n) / 2;
  const bin20 = binsOf(rows, 20);
  const preset = (name: string, value: number, spec: Spec, difference: string) => ({
    preset: name,
    value,
    spec,
    difference,
  });
  return {
    schema: "candor.report/1",
    version: "0.1.0",
    task,
    source: {
      name: task === "binary" ? "churn-scores.csv" : task === "multiclass" ? "densenet40.parquet" : "answers.jsonl",
      rows: n + (task === "binary" ? 14 : 0),
      skipped:
        task === "binary"
          ? [
              { reason: "label is missing", count: 11 },
              { reason: "score is not a number", count: 3 },
            ]
          : [],
      columns:
        task === "binary"
          ? { score: "p_churn", label: "churned", time: "month" }
          : task === "multiclass"
            ? { logits: "z_0 … z_9", label: "label", time: "month" }
            : { confidence: "confidence", correct: "correct" },
      approximate: false,
      notes: task === "multiclass" ? ["Probabilities were made from logits with softmax."] : [],
    },
    n,
    effectiveN: n,
    weighted: false,
    classes: task === "binary" ? 2 : task === "multiclass" ? 10 : null,
    classNames: task === "binary" ? ["stays", "leaves"] : task === "multiclass" ? DIGITS : [],
    accuracy: estimate("accuracy", accuracy, 0.98 / Math.sqrt(n), n),
    meanConfidence: estimate("meanConfidence", confidence, 0.4 / Math.sqrt(n), n),
    baseRate: task === "binary" ? estimate("baseRate", baseRate, 0.9 / Math.sqrt(n), n) : null,
    meanProbability:
      task === "binary"
        ? estimate("meanProbability", mean(rows.map(({ score }) => score)), 0.4 / Math.sqrt(n), n)
        : null,
    metrics,
    decompositions: {
      brierCorp: decomposition("brierCorp", brier, brier + 0.09, n),
      logLossCorp: decomposition("logLossCorp", logLoss, logLoss + 0.25, n),
      brierMurphy: task === "confidence" ? null : decomposition("brierMurphy", brier, brier + 0.088, n),
    },
    noiseFloor: {
      value: floor,
      lower: floor * 0.62,
      upper: floor * 1.5,
      level: 0.95,
      n,
      pValue: 0.0001,
      wantedWidth: 0.01,
      moreLabels: task === "confidence" ? 56_400 : task === "binary" ? 52_600 : 47_600,
      spec: { metric: "noiseFloor", of: "ece", ...equalWidth },
    },
    reliability: {
      axis,
      bins,
      smooth: smoothOf(rows),
      corp: corpOf(rows),
      level: 0.95,
      specs: {
        bins: {
          metric: "binnedReliability",
          bins: 15,
          binning: "equal-width",
          edges: "right-closed",
          interval: "wilson",
        },
        smooth: { metric: "smoothReliability", kernel: "gaussian", bandwidth: 0.04 },
        corp: { metric: "corpReliability", band: "consistency" },
      },
    },
    histogram: {
      edges: Array.from({ length: 21 }, (_, i) => i / 20),
      shares: Array.from({ length: 20 }, (_, i) => bin20.find(({ lower }) => lower === i / 20)?.share ?? 0),
      observed: Array.from({ length: 20 }, (_, i) => bin20.find(({ lower }) => lower === i / 20)?.observed ?? null),
    },
    riskCoverage,
    roc,
    precisionRecall,
    segments:
      task === "confidence"
        ? []
        : [
            ...groupsOf("country", COUNTRIES, rows, ({ group }) => group),
            ...groupsOf("device", DEVICES, rows, ({ group, month }) => (group + month) % 3),
          ],
    perClass: task === "multiclass" ? groupsOf("class", DIGITS, rows, ({ className }) => className) : [],
    overTime: task === "confidence" ? [] : groupsOf("time", MONTHS, rows, ({ month }) => month),
    presets: [
      preset("guo", ece, { metric: "ece", ...equalWidth }, ""),
      preset(
        "netcal",
        ece * 1.0002,
        { metric: "ece", bins: 15, binning: "equal-width", edges: "left-closed" },
        "netcal closes bins on the left: 2 rows lie exactly on an edge and change their bin.",
      ),
      preset(
        "sklearn",
        ece * 0.987,
        { metric: "ece", bins: 10, binning: "equal-width", edges: "right-closed" },
        "scikit-learn draws 10 bins where Candor uses 15; wider bins hide gaps that change sign.",
      ),
      preset(
        "verified_calibration",
        ece * 0.94,
        { metric: "ece", bins: 15, binning: "equal-mass", debiased: "gaussian" },
        "Bins of equal mass, and the bias expected by chance is subtracted.",
      ),
    ],
    versus: task === "multiclass" ? versusOf(metrics, n) : null,
    verdict:
      task === "confidence"
        ? {
            status: "too-few-labels",
            sentence:
              "With 1,200 labels the error cannot be told from chance well enough: label about 56,400 more before relying on these scores.",
          }
        : {
            status: "overconfident",
            sentence: `No: the model is over-confident. It promises ${(100 * (confidence - accuracy)).toFixed(1)} points more than it keeps, ${(ece / floor).toFixed(1)} times what chance alone would show.`,
          },
  };
}
