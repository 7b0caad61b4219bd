import {
  applyMultiLabel,
  conformalRiskControl,
  controlMultiLabel,
  type FamilyWiseCorrection,
  familyWiseRejections,
  type LossCurve,
  learnThenTest,
  lossCurve,
  type MultiLabelOptions,
  matrix,
  type Random,
  type RiskBound,
  riskControllingRule,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

const TARGET = 0.2;
/** The mean loss of every rule; the fifth is just above the target. */
const RISKS: readonly number[] = [0.02, 0.05, 0.1, 0.15, TARGET + 1e-9, 0.3, 0.5];
/** The same, not in order: rules just above the target come between good ones. */
const ZIGZAG: readonly number[] = [0.05, TARGET + 1e-9, 0.1, 0.3, 0.15, TARGET + 1e-9, 0.02];

/**
 * Losses of n rows under every rule: the share of a row's labels (uniform numbers, of which two are often the same) below
 * the risk of the rule, so that the mean loss is that risk.
 */
function drawLosses(n: number, risks: readonly number[], labels: number, random: Random): Float64Array {
  const losses = new Float64Array(risks.length * n);
  for (let i = 0; i < n; i++) {
    let before = 0;
    for (let k = 0; k < labels; k++) {
      const u = k > 0 && random.uniform() < 0.5 ? before : random.uniform();
      before = u;
      for (let rule = 0; rule < risks.length; rule++) if (u < risks[rule]) losses[rule * n + i] += 1 / labels;
    }
  }
  return losses.map((loss) => Math.min(1, loss));
}

function curveOf(n: number, risks: readonly number[], binary: boolean, random: Random): LossCurve {
  return lossCurve(matrix(drawLosses(n, risks, binary ? 1 : 3, random), risks.length, n), { binary });
}

const rcps = (method: RiskBound, binary: boolean): Guarantee => ({
  name: `risk-controlling rule, ${method}, ${binary ? "losses 0 or 1" : "fractions"}`,
  source: `riskControllingRule, ${method}`,
  event: "a rule whose mean loss exceeds 0.2",
  promise: "at most",
  cost: (n) => 80 + (method === "betting" ? 0.9 : 0.25) * n,
  draw(n, random) {
    const curve = curveOf(n, RISKS, binary, random);
    return (failure) => {
      const { attained, rule } = riskControllingRule(curve, { target: TARGET, failure, method });
      return attained && RISKS[rule] > TARGET;
    };
  },
});

const tested = (correction: FamilyWiseCorrection, starts: number, method: RiskBound): Guarantee => ({
  name: `learn then test, ${correction}${starts > 1 ? ` from ${starts} starts` : ""}, ${method}`,
  source: `learnThenTest, ${correction}`,
  event: "any rule found whose mean loss exceeds 0.2",
  promise: "at most",
  cost: (n) => 90 + (method === "betting" ? 1 : 0.2) * n,
  draw(n, random) {
    const curve = curveOf(n, ZIGZAG, method === "binomial", random);
    return (failure) =>
      learnThenTest(curve, { target: TARGET, failure, correction, starts, method }).valid.some(
        (rule) => ZIGZAG[rule] > TARGET,
      );
  },
});

/** Twenty p-values, all of true hypotheses but every third. */
const rejections = (correction: FamilyWiseCorrection): Guarantee => ({
  name: `any true hypothesis among 20 rejected, ${correction}`,
  source: `familyWiseRejections, ${correction}`,
  event: "a true hypothesis rejected",
  promise: "at most",
  sizes: [10],
  cost: () => 20,
  draw(_, random) {
    const pValues = Float64Array.from({ length: 20 }, (_value, i) => random.uniform() ** (i % 3 === 0 ? 8 : 1));
    return (failure) => familyWiseRejections(pValues, failure, { correction }).some((i) => i % 3 !== 0);
  },
});

/** A loss on average is counted by a coin with the loss of one new row as its chance. */
const expected = (name: string, labels: number): Guarantee => ({
  name: `conformal risk control, ${name}`,
  source: "conformalRiskControl",
  event: "a coin that falls with the loss of a new row",
  promise: "at most",
  cost: (n) => 20 + n,
  draw(n, random) {
    const risks = Array.from({ length: 41 }, (_, i) => i / 50);
    const curve = lossCurve(matrix(drawLosses(n, risks, labels, random), risks.length, n));
    const fresh = drawLosses(1, risks, labels, random);
    const coin = random.uniform();
    return (failure) => {
      const { attained, rule } = conformalRiskControl(curve, { target: failure });
      return attained && coin < fresh[rule];
    };
  },
});

const LABELS = 4;

/** Calibrated scores: a label is true as often as its score says. */
function drawRows(n: number, random: Random): { readonly scores: Float64Array; readonly labels: Uint8Array } {
  const scores = Float64Array.from({ length: n * LABELS }, () => random.uniform());
  return { scores, labels: Uint8Array.from(scores, (score) => (random.uniform() < score ? 1 : 0)) };
}

/** Missed shares of the true labels: scores of true labels have density 2s. */
const missed = (threshold: number): number => threshold ** 2;

/** False shares of the labels given, 0 where none is: labels above t are false with chance (1 − t)/2. */
const wrong = (threshold: number): number => ((1 - threshold) / 2) * (1 - threshold ** LABELS);

type Choices = Omit<MultiLabelOptions, "target" | "sure">;

const sureOf = (name: string, choices: Choices): Guarantee => ({
  name: `labels, ${name}`,
  source: `controlMultiLabel, ${choices.risk}`,
  event: "a threshold whose risk exceeds the target of 0.2",
  promise: "at most",
  cost: (n) => (choices.risk === "fdr" ? 6000 : 1500) + (choices.bound === "betting" ? 80 : 2) * n,
  ...(choices.bound === "betting" ? { sizes: [10, 100, 1000] } : {}),
  draw(n, random) {
    const { scores, labels } = drawRows(n, random);
    if (!labels.includes(1)) return () => false;
    const risk = choices.risk === "fnr" ? missed : wrong;
    return (failure) => {
      const options = { ...choices, target: TARGET, sure: levelOf(failure) };
      const { attained, threshold } = controlMultiLabel(matrix(scores, n, LABELS), labels, options);
      return attained && risk(threshold) > TARGET;
    };
  },
});

const averageOf = (risk: "fnr" | "fdr"): Guarantee => ({
  name: `labels, ${risk} on average`,
  source: `controlMultiLabel, ${risk} without sure`,
  event: "a coin that falls with the loss of a new row",
  promise: "at most",
  cost: (n) => 400 + 1.5 * n,
  draw(n, random) {
    const { scores, labels } = drawRows(n, random);
    if (!labels.includes(1)) return () => false;
    let fresh = drawRows(1, random);
    while (risk === "fnr" && !fresh.labels.includes(1)) fresh = drawRows(1, random);
    const coin = random.uniform();
    return (failure) => {
      const control = controlMultiLabel(matrix(scores, n, LABELS), labels, { risk, target: failure });
      if (!control.attained) return false;
      const given = applyMultiLabel(matrix(fresh.scores, 1, LABELS), control);
      const counts = { hit: 0, given: 0, true: 0 };
      for (let k = 0; k < LABELS; k++) {
        counts.given += given[k];
        counts.true += fresh.labels[k];
        counts.hit += given[k] * fresh.labels[k];
      }
      const loss =
        risk === "fnr" ? 1 - counts.hit / counts.true : counts.given === 0 ? 0 : 1 - counts.hit / counts.given;
      return coin < loss;
    };
  },
});

export const riskControl: Family = {
  name: "Rules that keep a mean loss of 0.2",
  guarantees: [
    rcps("binomial", true),
    ...(["hoeffding-bentkus", "hoeffding", "maurer-pontil", "betting"] as const).map((method) => rcps(method, false)),
    tested("fixed-sequence", 1, "binomial"),
    tested("fixed-sequence", 3, "binomial"),
    tested("bonferroni", 1, "binomial"),
    tested("holm", 1, "binomial"),
    tested("holm", 1, "hoeffding-bentkus"),
    tested("fixed-sequence", 3, "betting"),
    sureOf("fnr, risk-controlling rule", { risk: "fnr" }),
    sureOf("fnr, risk-controlling rule, betting", { risk: "fnr", bound: "betting" }),
    sureOf("fdr, learn then test", { risk: "fdr" }),
    sureOf("fdr, learn then test, bonferroni", { risk: "fdr", correction: "bonferroni" }),
  ],
};

export const onAverage: Family = {
  name: "Rules that keep the allowed failure as a mean loss",
  guarantees: [expected("losses 0 or 1", 1), expected("fractions", 3), averageOf("fnr"), averageOf("fdr")],
};

export const together: Family = {
  name: "Hypotheses tested together",
  guarantees: (["bonferroni", "holm", "fixed-sequence"] as const).map(rejections),
};
