import { describe, expect, it } from "vitest";
import { fitDocument } from "../../src/calibration/choose/make-fit-document.ts";
import { matrixFromRows } from "../../src/matrix.ts";
import { aurc } from "../../src/metrics/selective/aurc.ts";
import { createRandom, type Random } from "../../src/random/random.ts";
import type { ConfidencePredictions } from "../../src/report/predictions.ts";
import { report } from "../../src/report/row-report.ts";
import { aurcDifference } from "../../src/scores/aurc-difference.ts";
import { compareScores, type ScoreCandidate } from "../../src/scores/compare-scores.ts";
import { confidenceScore } from "../../src/scores/confidence-score.ts";
import { fitOnScore } from "../../src/scores/fit-on-score.ts";
import { recordedScore } from "../../src/scores/recorded-score.ts";
import { reportOnScore } from "../../src/scores/report-on-score.ts";
import { parseScoreChoice, type ScoreChoice } from "../../src/scores/score-choice.ts";
import { createScoreCollector } from "../../src/scores/score-collector.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

const choice = (name: string): ScoreChoice => parseScoreChoice(name);
const normal = (random: Random): number => random.normal();

/** P(X ≤ k) of a binomial of n trials. */
const atMost = (k: number, n: number, p: number): number => (k >= n ? 1 : regularizedBeta(1 - p, n - k, k + 1));

/** Rows whose correctness depends on a hidden sureness, and scores that see it through noise of the given sizes. */
function rows(random: Random, n: number, noises: readonly number[], names: readonly string[]) {
  const hidden = Float64Array.from({ length: n }, () => normal(random));
  const correct = Uint8Array.from(hidden, (h) => (random.uniform() < 1 / (1 + Math.exp(-1 - 1.5 * h)) ? 1 : 0));
  const candidates = noises.map(
    (noise, k): ScoreCandidate => ({
      choice: choice(names[k]),
      classes: 2,
      scores: hidden.map((h) => h + noise * normal(random)),
    }),
  );
  return { candidates, correct };
}

describe("compareScores", () => {
  it("compareScores(candidates, rows) finds a score that ranks better and says so", () => {
    const { candidates, correct } = rows(createRandom(1), 2000, [2, 0.2, 2], ["max-logit", "energy", "max-logit"]);
    const comparison = compareScores(candidates.slice(0, 2), { correct });
    expect(comparison.recommended).toBe("energy");
    expect(comparison.scores.map(({ name }) => name)).toEqual(["energy", "max-logit"]);
    expect(comparison.scores[1].isShownWorse).toBe(true);
    expect(comparison.sentence).toMatch(
      /^Use energy: it ranks right above wrong better than every other score, AUROC 0\./,
    );
    expect(comparison.sentence).toMatch(/candor fit --confidence-from energy makes it one\.$/);
  });

  it("compareScores(candidates, rows) recommends the first score that is not shown to be worse", () => {
    const { candidates, correct } = rows(createRandom(3), 300, [0.5, 0.45], ["max-logit", "energy"]);
    const comparison = compareScores(candidates, { correct });
    expect(comparison.scores.some(({ isShownWorse }) => isShownWorse)).toBe(false);
    expect(comparison.recommended).toBe("max-logit");
    expect(comparison.sentence).toMatch(/^Use max-logit: .*no other is shown to be better/);
  });

  it("compareScores(candidates, rows) says which scores put the rows in the same order", () => {
    const { candidates, correct } = rows(createRandom(4), 400, [0.5], ["max-logit"]);
    const [one] = candidates;
    const same = { ...one, choice: choice("energy"), scores: one.scores.map((x) => Math.atan(x)) };
    const comparison = compareScores([one, same], { correct });
    const [first, second] = comparison.scores;
    expect(second.sameOrderAs).toBe("max-logit");
    expect(second.aurocToBest).toMatchObject({ value: 0, lower: 0, upper: 0 });
    expect(second.auroc.value).toBe(first.auroc.value);
    expect(second.calibrated?.logLoss.value).toBe(first.calibrated?.logLoss.value);
    expect(comparison.sentence).toMatch(/^Use max-logit: all scores put these rows in the same order\./);
  });

  it("compareScores(candidates, rows) widens the intervals of differences for all pairs and records it", () => {
    const { candidates, correct } = rows(createRandom(5), 300, [1, 1, 1], ["max-logit", "energy", "max-logit"]);
    const { scores } = compareScores(candidates, { correct }, { level: 0.9 });
    const difference = scores[1].aurocToBest;
    expect(difference?.level).toBeCloseTo(1 - 0.1 / 3, 14);
    expect(difference?.spec).toMatchObject({ simultaneous: "bonferroni", comparisons: 3, together: 0.9 });
    expect(scores[0].aurocToBest).toBeNull();
  });

  it("compareScores(candidates, rows) takes a weight of two as a row twice, and of none as absent", () => {
    const { candidates, correct } = rows(createRandom(6), 60, [0.5, 1], ["max-logit", "energy"]);
    const weights = Float64Array.from(correct, (_, i) => i % 3);
    const positions = [...correct.keys()].flatMap((i) => Array.from({ length: weights[i] }, () => i));
    const weighed = compareScores(candidates, { correct, weights });
    const repeated = compareScores(
      candidates.map((one) => ({ ...one, scores: Float64Array.from(positions, (i) => one.scores[i]) })),
      { correct: Uint8Array.from(positions, (i) => correct[i]) },
    );
    for (const [k, score] of weighed.scores.entries()) {
      expect(score.auroc.value).toBeCloseTo(repeated.scores[k].auroc.value, 12);
      expect(score.selectiveError.value).toBeCloseTo(repeated.scores[k].selectiveError.value, 12);
    }
    expect(weighed.recommended).toBe(repeated.recommended);
  });

  it("compareScores(candidates, rows) leaves the calibration out of few rows, with a word", () => {
    const { candidates, correct } = rows(createRandom(7), 60, [0.5, 1], ["max-logit", "energy"]);
    const { scores, notes } = compareScores(candidates, { correct });
    expect(scores[0].calibrated).toBeNull();
    expect(notes[0]).toMatch(/^too few rows/);
  });

  it("compareScores(candidates, rows) refuses one score, and rows that are all right or all wrong", () => {
    const { candidates, correct } = rows(createRandom(8), 30, [0.5, 1], ["max-logit", "energy"]);
    expect(() => compareScores(candidates.slice(0, 1), { correct })).toThrow("at least two scores, got 1");
    const right = new Uint8Array(30).fill(1);
    expect(() => compareScores(candidates, { correct: right })).toThrow("but every prediction is right");
    expect(() => compareScores(candidates, { correct: new Uint8Array(30) })).toThrow(
      expect.objectContaining({ code: "one-class" }),
    );
  });

  it("compareScores(candidates, rows) rarely calls one of equally good scores worse: 5 % of 300 draws at most", () => {
    const random = createRandom(9);
    let wrong = 0;
    for (let draw = 0; draw < 300; draw++) {
      const { candidates, correct } = rows(random, 90, [0.7, 0.7, 0.7], ["max-logit", "energy", "max-logit"]);
      if (compareScores(candidates, { correct }).scores.some(({ isShownWorse }) => isShownWorse)) wrong++;
    }
    expect(1 - atMost(wrong - 1, 300, 0.05)).toBeGreaterThan(0.001);
  });
});

describe("aurcDifference", () => {
  it("aurcDifference(a, b) is the difference of the areas, and turns round with its arguments", () => {
    const { candidates, correct } = rows(createRandom(11), 400, [0.3, 1], ["max-logit", "energy"]);
    const [a, b] = candidates.map(({ scores }) => scores);
    const convention = "expected-ties";
    const expected = aurc(a, correct, { convention }).value - aurc(b, correct, { convention }).value;
    const difference = aurcDifference(a, b, correct);
    expect(difference.value).toBeCloseTo(expected, 14);
    const turned = aurcDifference(b, a, correct);
    expect(turned.value).toBe(-difference.value);
    expect(turned.upper).toBeCloseTo(-difference.lower, 14);
    expect(aurcDifference(a, a, correct)).toMatchObject({ value: 0, lower: 0, upper: 0 });
  });

  it("aurcDifference(a, b) has about the standard error of a jackknife", () => {
    const { candidates, correct } = rows(createRandom(12), 250, [0.3, 1.5], ["max-logit", "energy"]);
    const [a, b] = candidates.map(({ scores }) => scores);
    const without = (values: Float64Array, row: number) => values.filter((_, i) => i !== row);
    const left = Array.from(
      correct,
      (_, i) =>
        aurcDifference(
          without(a, i),
          without(b, i),
          correct.filter((_, j) => j !== i),
        ).value,
    );
    const mean = left.reduce((sum, x) => sum + x, 0) / left.length;
    const jackknife = Math.sqrt(left.reduce((sum, x) => sum + (x - mean) ** 2, 0) * ((left.length - 1) / left.length));
    const { lower, upper } = aurcDifference(a, b, correct);
    expect((upper - lower) / 2 / 1.97 / jackknife).toBeCloseTo(1, 1);
  });

  it("aurcDifference(a, b) covers the difference of a large sample in 95 % of 400 draws", () => {
    const large = rows(createRandom(13), 200_000, [0.3, 1.5], ["max-logit", "energy"]);
    const truth = aurcDifference(large.candidates[0].scores, large.candidates[1].scores, large.correct).value;
    const random = createRandom(14);
    let covered = 0;
    for (let draw = 0; draw < 400; draw++) {
      const { candidates, correct } = rows(random, 400, [0.3, 1.5], ["max-logit", "energy"]);
      const { lower, upper } = aurcDifference(candidates[0].scores, candidates[1].scores, correct);
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(atMost(covered, 400, 0.95)).toBeGreaterThan(0.001);
    expect(1 - atMost(covered - 1, 400, 0.95)).toBeGreaterThan(0.001);
  });
});

describe("createScoreCollector", () => {
  it("createScoreCollector() compares batches as it would the whole", () => {
    const random = createRandom(15);
    const data = Array.from({ length: 200 }, () => [normal(random) * 2, normal(random), normal(random)]);
    const labels = Int32Array.from(data, (row) => (random.uniform() < 0.7 ? row.indexOf(Math.max(...row)) : 1));
    const batch = (from: number, to: number) => {
      const logits = matrixFromRows(data.slice(from, to));
      const shares = data.slice(from, to).map((row) => {
        const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
        return row.map((z) => Math.exp(z) / total);
      });
      return {
        task: "multiclass",
        rows: to - from,
        probabilities: matrixFromRows(shares),
        logits,
        labels: labels.slice(from, to),
        classNames: ["a", "b", "c"],
        segments: [],
      } as const;
    };
    const whole = createScoreCollector();
    whole.add(batch(0, 200));
    const parts = createScoreCollector();
    parts.add(batch(0, 70));
    parts.add(batch(70, 200));
    expect(parts.compare()).toEqual(whole.compare());
    expect(whole.compare().scores).toHaveLength(6);
    expect(() => createScoreCollector().compare()).toThrow(expect.objectContaining({ code: "empty" }));
  });
});

describe("documents on a score", () => {
  const random = createRandom(21);
  const confidences = Float64Array.from({ length: 400 }, () => 0.8 + 0.15 * random.uniform());
  const predictions: ConfidencePredictions = {
    task: "confidence",
    rows: 400,
    classNames: [],
    segments: [],
    confidences,
    correct: Uint8Array.from(confidences, (p) => (random.uniform() < (p - 0.8) / 0.15 ? 1 : 0)),
  };
  const source = { name: "rows", rows: 400, skipped: [], columns: {}, approximate: false, notes: ["as read"] };
  const energy = confidenceScore(choice("energy"), 10);

  it("reportOnScore(document, score) says first that the score is no probability", () => {
    const plain = report(predictions, { version: "0", source });
    const { verdict, score, source: own, metrics } = reportOnScore(plain, energy);
    expect(verdict.status).toBe("not-a-probability");
    expect(verdict.sentence).toMatch(
      /^Energy is a score, not a probability: fit a calibrator \(candor fit --confidence-from energy\) before a number of it means anything\. Its ranking does: AUROC of right against wrong 0\.\d{3} \(/,
    );
    expect(score).toEqual(energy);
    expect(own.notes[0]).toMatch(/ln Σ exp z, taken into \[0, 1\] by \(1 \+ x/);
    expect(metrics).toBe(plain.metrics);
  });

  it("reportOnScore(document, score) leaves the verdict on a probability", () => {
    const plain = report(predictions, { version: "0", source });
    const msp = confidenceScore(choice("msp"), 10);
    expect(reportOnScore(plain, msp)).toEqual({ ...plain, score: msp });
  });

  it("fitOnScore(document, score) records the score in the calibrator and says what it became", () => {
    const fitted = fitDocument(
      {
        scoreKind: "confidence",
        rows: 400,
        scores: confidences,
        outcomes: predictions.correct,
        classNames: [],
        segments: [],
      },
      { version: "0", name: "rows", created: null, source, methodOptions: { keepOrder: true } },
    );
    const { calibrator, verdict } = fitOnScore(fitted, energy, "classes");
    expect(recordedScore(calibrator)).toEqual({ choice: choice("energy"), outputs: "classes", classes: 10 });
    expect(calibrator.fingerprint).not.toBe(fitted.calibrator.fingerprint);
    expect(verdict.sentence).toMatch(/makes a probability of energy: log loss 0\.\d{3}, calibration error/);
    expect(recordedScore(fitted.calibrator)).toBeUndefined();
    expect(fitted.candidates.map(({ method }) => method).join()).not.toMatch("quadratic");
  });
});
