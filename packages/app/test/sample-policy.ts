import {
  type Calibrator,
  type CostMatrix,
  type Costs,
  createRandom,
  type Estimate,
  type ExpectedOutcome,
  type PolicyAlternative,
  type PolicyDocument,
  type PolicyPoint,
  type RiskCertificate,
  type SegmentPolicy,
  type Thresholds,
} from "@candor/core";
import { binaryCalibrator } from "./cli/calibrators.ts";

/**
 * Policies for tests of the renderers: consistent counts of simulated rows, rough intervals. Nothing here is a reference for a
 * statistic, and no fingerprint is right.
 */
export type SamplePolicy =
  | "risk"
  | "not-certified"
  | "costs"
  | "cost-matrix"
  | "capacity"
  | "precision"
  | "unreachable"
  | "costs-alone"
  | "per-segment";

interface Row {
  readonly score: number;
  readonly right: boolean;
  readonly region: number;
}

const ROWS = 4000;
const REGIONS = ["north", "south", "islands"];
const costs: Costs = { error: 20, review: 1.5, abstain: 4, missed: 0, reviewError: 0.02 };

function simulated(rows: number): Row[] {
  const random = createRandom(5);
  return Array.from({ length: rows }, () => {
    const logit = 6 * (random.uniform() + random.uniform() + random.uniform() - 1.2);
    const score = 1 / (1 + Math.exp(-logit));
    const share = random.uniform();
    return { score, right: random.uniform() < score, region: share < 0.6 ? 0 : share < 0.95 ? 1 : 2 };
  });
}

function estimate(metric: string, value: number, n: number, half = 0.98 / Math.sqrt(n), floor = 0): Estimate {
  const lower = Math.max(floor, value - half);
  const upper = value + half;
  return { value, lower, upper, level: 0.95, n, effectiveN: n, interval: "asymptotic", spec: { metric } };
}

function share(metric: string, value: number, n: number): Estimate {
  const { upper, ...rest } = estimate(metric, value, n, 1.96 * Math.sqrt((value * (1 - value)) / n + 1 / n / n));
  return { ...rest, upper: Math.min(1, upper) };
}

function outcome(
  rows: readonly Row[],
  { act, abstain }: Thresholds,
  prices: Costs | null,
  isPositive = false,
): ExpectedOutcome {
  const n = rows.length;
  const acted = rows.filter(({ score }) => act !== null && score >= act);
  const left = rows.filter(({ score }) => abstain !== null && score < abstain);
  const wrong = acted.filter(({ right }) => !right).length;
  const reviewed = n - acted.length - left.length;
  const cost =
    prices === null
      ? null
      : (wrong * prices.error +
          reviewed * ((prices.review ?? 0) + prices.reviewError * prices.error) +
          left.length * (prices.abstain ?? 0)) /
        n;
  const positives = rows.filter(({ right }) => right).length;
  return {
    coverage: share("coverage", acted.length / n, n),
    error: acted.length === 0 ? null : share("selectiveRisk", wrong / acted.length, acted.length),
    cost: cost === null ? null : estimate("meanCost", cost, n, 6 / Math.sqrt(n)),
    reviewVolume: share("reviewVolume", reviewed / n, n),
    abstention: share("abstention", left.length / n, n),
    recall: isPositive ? share("recall", (acted.length - wrong) / positives, positives) : null,
  };
}

function curveOf(rows: readonly Row[], prices: Costs | null, isPositive: boolean): PolicyPoint[] {
  const sorted = rows.toSorted((a, b) => b.score - a.score);
  const positives = rows.filter(({ right }) => right).length;
  const points: PolicyPoint[] = [];
  let wrong = 0;
  sorted.forEach(({ score, right }, i) => {
    if (!right) wrong++;
    const accepted = i + 1;
    if (accepted % Math.ceil(sorted.length / 100) !== 0 && accepted !== sorted.length) return;
    const error = wrong / accepted;
    const half = 1.96 * Math.sqrt((error * (1 - error)) / accepted + 1 / accepted / accepted);
    points.push({
      threshold: score,
      coverage: accepted / sorted.length,
      error,
      errorLower: Math.max(0, error - half),
      errorUpper: Math.min(1, error + half),
      cost:
        prices === null
          ? null
          : (wrong * prices.error + (sorted.length - accepted) * (prices.review ?? prices.abstain ?? 0)) /
            sorted.length,
      precision: isPositive ? 1 - error : null,
      recall: isPositive ? (accepted - wrong) / positives : null,
    });
  });
  return points;
}

function certificateOf(rows: readonly Row[], threshold: number | null, maxError: number): RiskCertificate {
  const acted = rows.filter(({ score }) => threshold !== null && score >= threshold);
  const errors = acted.filter(({ right }) => !right).length;
  return {
    certified: threshold !== null,
    maxError,
    sure: 0.95,
    n: rows.length,
    accepted: acted.length,
    errors,
    coverage: acted.length / rows.length,
    threshold,
    upperBound: threshold === null ? null : maxError - 0.0004,
    method: "certified-selective-risk/1",
    seed: 0,
    dataHash: `sha256:${"5a".repeat(32)}`,
    assumptions: [
      "the rows are a random sample of those that the policy will see",
      "the scores were fixed before these rows were looked at",
    ],
    spec: { metric: "certificate", method: "certified-selective-risk/1" },
  };
}

function segmentsOf(rows: readonly Row[], thresholds: Thresholds, maxError: number | null): SegmentPolicy[] {
  return REGIONS.map((name, region) => {
    const own = rows.filter((row) => row.region === region);
    const isCertified = own.length > 1000;
    return {
      by: "region",
      name,
      n: own.length,
      expected: outcome(own, thresholds, null),
      certificate: maxError === null ? null : certificateOf(own, isCertified ? thresholds.act : null, maxError),
      missingLabels: maxError === null || isCertified ? null : 1250,
    };
  });
}

function alternativesOf(rows: readonly Row[], chosen: ExpectedOutcome, prices: Costs | null): PolicyAlternative[] {
  const ways = [
    ["act on all", { act: 0, abstain: null }],
    ["review all", { act: null, abstain: null }],
    ["current threshold", { act: 0.5, abstain: null }],
  ] as const;
  return ways.map(([name, thresholds]) => {
    const expected = outcome(rows, thresholds, prices);
    const saving =
      expected.cost === null || chosen.cost === null
        ? null
        : estimate("saving", expected.cost.value - chosen.cost.value, rows.length, 0.09, -1e9);
    return { name, expected, saving };
  });
}

const source: PolicyDocument["source"] = {
  name: "decisions-2026.csv",
  rows: ROWS + 12,
  skipped: [{ reason: "confidence is empty", count: 12 }],
  columns: { confidence: "conf", correct: "ok", by: "region" },
  approximate: false,
  notes: [],
};

const matrix: CostMatrix = {
  classNames: ["keep", "refund", "escalate"],
  costs: [
    [0, 4, 2],
    [10, 0, 3],
    [60, 40, 0],
  ],
  review: 1.5,
  abstain: null,
};

interface Parts {
  readonly objective: PolicyDocument["objective"];
  readonly thresholds: Thresholds;
  readonly prices: Costs | null;
  readonly status: PolicyDocument["verdict"]["status"];
  readonly sentence: string;
  readonly isPositive?: boolean;
  readonly changes?: Partial<PolicyDocument>;
}

function assemble({
  objective,
  thresholds,
  prices,
  status,
  sentence,
  isPositive = false,
  changes,
}: Parts): PolicyDocument {
  const rows = simulated(ROWS);
  const expected = outcome(rows, thresholds, prices, isPositive);
  return {
    schema: "candor.policy/1",
    version: "0.1.0",
    created: "2026-11-22T09:30:00Z",
    task: isPositive ? "binary" : "confidence",
    scoreKind: isPositive ? "probability" : "confidence",
    classNames: isPositive ? ["stays", "leaves"] : [],
    source,
    n: ROWS,
    effectiveN: ROWS,
    objective,
    costs: objective.kind === "costs" ? null : prices,
    capacity: null,
    choices: {
      on: isPositive ? "positive" : "confidence",
      below: "review",
      current: { act: 0.5, abstain: null },
      by: ["region"],
      perSegment: false,
      level: 0.95,
      seed: 0,
      fittedHere: false,
    },
    dataHash: `sha256:${"5a".repeat(32)}`,
    rule: { kind: "threshold", on: isPositive ? "positive" : "confidence", thresholds },
    thresholds,
    expected,
    alternatives: alternativesOf(rows, expected, prices),
    certificate: null,
    perSegment: [],
    missingLabels: null,
    curve: curveOf(rows, prices, isPositive),
    capacityCurve: [],
    verdict: { status, sentence },
    warnings: [],
    calibrator: null,
    fingerprint: `sha256:${"0c".repeat(32)}`,
    ...changes,
  };
}

const risk = (maxError: number) => ({ kind: "risk", maxError, sure: 0.95, minCoverage: null }) as const;

/** A policy of a kind, the same on every call. */
export function samplePolicy(kind: SamplePolicy): PolicyDocument {
  const rows = simulated(ROWS);
  switch (kind) {
    case "risk":
    case "per-segment": {
      const thresholds = { act: 0.965, abstain: null };
      const policy = assemble({
        objective: risk(0.02),
        thresholds,
        prices: null,
        status: "certified",
        sentence:
          "Acting on 24.1 % of rows keeps errors at or below 2 %, 95 % sure: 11 of 964 were wrong, and the bound is 1.96 %.",
        changes: {
          certificate: certificateOf(rows, 0.965, 0.02),
          perSegment: segmentsOf(rows, thresholds, 0.02),
          warnings: ["islands has too few rows for a certificate of its own"],
        },
      });
      if (kind === "risk") return policy;
      const segments = REGIONS.map((name, i) => ({
        values: [name],
        thresholds: { act: 0.95 + i / 100, abstain: null },
      }));
      return {
        ...policy,
        rule: { kind: "threshold-per-segment", on: "confidence", columns: ["region"], segments, thresholds },
      };
    }
    case "not-certified":
      return assemble({
        objective: risk(0.001),
        thresholds: { act: null, abstain: null },
        prices: null,
        status: "not-certified",
        sentence:
          "No threshold can be certified: at most 0.1 % wrong, 95 % sure, takes about 3,400 more labels than the 4,000 there are.",
        changes: { certificate: certificateOf(rows, null, 0.001), missingLabels: 3400 },
      });
    case "costs":
      return assemble({
        objective: { kind: "costs", costs },
        thresholds: { act: 0.905, abstain: null },
        prices: costs,
        status: "ready",
        sentence: "Act on 41.2 % of rows and review the rest: 1.42 per row, 4.61 less than acting on all.",
        changes: { calibrator: calibrator() },
      });
    case "cost-matrix":
      return assemble({
        objective: { kind: "cost-matrix", matrix },
        thresholds: { act: null, abstain: null },
        prices: costs,
        status: "ready",
        sentence: "Treat each row as the class that costs least, and have the rest reviewed: 0.84 per row.",
        changes: {
          task: "multiclass",
          scoreKind: "probabilities",
          classNames: matrix.classNames,
          rule: { kind: "least-cost", matrix },
          curve: [],
        },
      });
    case "capacity":
      return assemble({
        objective: { kind: "capacity", reviews: 120, volume: 800, period: "day" },
        thresholds: { act: 0.62, abstain: null },
        prices: costs,
        status: "ready",
        sentence: "Reviewing the 120 least sure of 800 rows a day leaves 6.9 % wrong among the 680 acted on.",
        changes: {
          capacity: { reviews: 120, volume: 800, period: "day" },
          capacityCurve: [0, 40, 80, 120, 160, 240, 400, 800].map((reviews) => {
            const act = rows.toSorted((a, b) => a.score - b.score)[Math.floor((reviews / 800) * ROWS)]?.score ?? null;
            const thresholds = { act, abstain: null };
            const { coverage, error, cost } = outcome(rows, thresholds, costs);
            return {
              reviews,
              thresholds,
              coverage: coverage.value,
              error: error?.value ?? null,
              cost: cost?.value ?? null,
            };
          }),
        },
      });
    case "precision":
      return assemble({
        objective: { kind: "precision", target: 0.95 },
        thresholds: { act: 0.91, abstain: 0.2 },
        prices: null,
        status: "ready",
        sentence:
          "Acting where the probability is at least 0.91 is right in 95.4 % of rows and finds 52.3 % of the positives.",
        isPositive: true,
      });
    case "unreachable":
      return assemble({
        objective: { kind: "precision", target: 0.999 },
        thresholds: { act: null, abstain: null },
        prices: null,
        status: "unreachable",
        sentence: "No threshold reaches a precision of 99.9 %: the best is 99.1 %.",
        isPositive: true,
      });
    case "costs-alone":
      return assemble({
        objective: { kind: "costs", costs },
        thresholds: { act: 0.905, abstain: null },
        prices: costs,
        status: "ready",
        sentence: "Act where the calibrated confidence is at least 0.905, and review the rest.",
        changes: {
          source: null,
          dataHash: null,
          n: 0,
          effectiveN: 0,
          expected: null,
          alternatives: [],
          curve: [],
          calibrator: calibrator(),
        },
      });
  }
}

function calibrator(): Calibrator {
  return binaryCalibrator({ scoreKind: "confidence", classNames: [] });
}

/** A policy in which every text of the data is `name`. */
export function policyWith(name: string): PolicyDocument {
  const policy = samplePolicy("risk");
  return {
    ...policy,
    classNames: [name, name],
    source: {
      name,
      rows: ROWS,
      skipped: [{ reason: name, count: 1 }],
      columns: { [name]: name },
      approximate: false,
      notes: [name],
    },
    certificate: policy.certificate && { ...policy.certificate, assumptions: [name] },
    alternatives: policy.alternatives.map((alternative) => ({ ...alternative, name })),
    perSegment: policy.perSegment.map((segment) => ({ ...segment, by: name, name })),
    verdict: { ...policy.verdict, sentence: name },
    warnings: [name],
  };
}
