import { describe, expect, it } from "vitest";
import { applyPolicy } from "../../src/decisions/apply-policy.ts";
import { openPolicy } from "../../src/decisions/artefact/open-policy.ts";
import { decide } from "../../src/decisions/decide.ts";
import { makePolicy } from "../../src/decisions/make-policy.ts";
import type { Objective } from "../../src/decisions/policy.ts";
import type { PolicyOptions } from "../../src/decisions/policy-options.ts";
import { verifyPolicy } from "../../src/decisions/verify-policy.ts";
import { matrix } from "../../src/matrix.ts";
import { createRandom, type Random } from "../../src/random/random.ts";
import type { BinaryPredictions, ConfidencePredictions } from "../../src/report/predictions.ts";
import { binomialBand } from "../ood/binomial-band.ts";

const source = { name: "rows", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] };
const inDistribution = { column: "ood_p", level: 0.05 } as const;

function options(objective: Objective, over: Partial<PolicyOptions> = {}): PolicyOptions {
  return { version: "test", source, objective, inDistribution, ...over };
}

const risk: Objective = { kind: "risk", maxError: 0.1, sure: 0.9, minCoverage: null };

/** Confident rows; a tenth is from outside, where the confidence means nothing. */
function rowsOf(random: Random, rows: number): ConfidencePredictions {
  const confidences = new Float64Array(rows);
  const correct = new Uint8Array(rows);
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const isOutside = random.uniform() < 0.1;
    confidences[i] = Math.round(1000 * (0.5 + random.uniform() / 2)) / 1000;
    correct[i] = random.uniform() < (isOutside ? 0.2 : confidences[i]) ? 1 : 0;
    values[i] = isOutside ? random.uniform() / 20 : random.uniform();
  }
  return {
    task: "confidence",
    rows,
    segments: [],
    classNames: [],
    confidences,
    correct,
    insidePValues: { name: "ood_p", values },
  };
}

function picked(predictions: ConfidencePredictions, rows: readonly number[]): ConfidencePredictions {
  const { insidePValues: _, ...rest } = predictions;
  return {
    ...rest,
    rows: rows.length,
    confidences: Float64Array.from(rows, (i) => predictions.confidences[i]),
    correct: Uint8Array.from(rows, (i) => predictions.correct[i]),
  };
}

describe("makePolicy(predictions, { inDistribution })", () => {
  const predictions = rowsOf(createRandom(1), 3000);
  const pValues = predictions.insidePValues?.values ?? new Float64Array(0);
  const inside = Array.from(pValues.keys()).filter((i) => pValues[i] > 0.05);

  it("makePolicy(predictions, { inDistribution }) certifies the rows inside, and counts the others as reviewed", () => {
    const joint = makePolicy(predictions, options(risk));
    const { inDistribution: _, ...plain } = options(risk);
    const alone = makePolicy(picked(predictions, inside), plain);
    expect(joint.certificate?.certified).toBe(true);
    expect(joint.thresholds).toEqual(alone.thresholds);
    expect(joint.certificate?.errors).toBe(alone.certificate?.errors);
    expect(joint.certificate?.accepted).toBe(alone.certificate?.accepted);
    expect(joint.certificate?.coverage).toBe((alone.certificate?.accepted ?? 0) / 3000);
    expect(joint.expected?.error?.value).toBe(alone.expected?.error?.value);
    expect(joint.expected?.coverage.value).toBeCloseTo(
      ((alone.expected?.coverage.value ?? 0) * inside.length) / 3000,
      12,
    );
    expect(joint.inDistribution).toMatchObject({ column: "ood_p", level: 0.05 });
    expect(joint.inDistribution?.outside.value).toBeCloseTo(1 - inside.length / 3000, 12);
    expect(joint.rule.inDistribution).toEqual(inDistribution);
    expect(joint.warnings.join(" ")).toMatch(/of 3,000 rows have a p-value of 5 % or less \(ood_p\)/);
    expect(joint.certificate?.assumptions[0]).toMatch(/detector that has not seen these rows/);
    expect(openPolicy(JSON.parse(JSON.stringify(joint)))).toEqual(JSON.parse(JSON.stringify(joint)));
  });

  it("makePolicy(predictions, { inDistribution }) keeps a certified bound on new rows in 9 of 10 draws", () => {
    const random = createRandom(3);
    const runs = 60;
    const test = rowsOf(random, 20_000);
    let broken = 0;
    for (let run = 0; run < runs; run++) {
      const policy = makePolicy(rowsOf(random, 500), options(risk));
      const { codes } = decide(policy.rule, {
        rows: test.rows,
        confidence: test.confidences,
        insidePValues: test.insidePValues?.values ?? new Float64Array(0),
      });
      let acted = 0;
      let wrong = 0;
      codes.forEach((code, i) => {
        if (code !== 0) return;
        acted++;
        wrong += 1 - test.correct[i];
      });
      if (acted > 0 && wrong / acted > 0.1) broken++;
    }
    expect(broken).toBeLessThanOrEqual(binomialBand(runs, 0.1).upper);
  });

  it("makePolicy(predictions, { inDistribution }) spends reviews on outside rows first, and counts all rows", () => {
    const capacity = { reviews: 300, volume: 1000, period: "day" };
    const policy = makePolicy(predictions, options({ kind: "capacity", ...capacity }));
    expect(policy.expected?.reviewVolume.value).toBeLessThanOrEqual(0.3);
    expect(policy.expected?.reviewVolume.value).toBeGreaterThan(0.29);
    const none = makePolicy(predictions, options({ kind: "capacity", ...capacity, reviews: 0 }));
    expect(none.expected?.reviewVolume.value).toBeCloseTo(policy.inDistribution?.outside.value ?? 0, 12);
    const half = makePolicy(predictions, options({ kind: "coverage", target: 0.5 }));
    expect(half.expected?.coverage.value).toBeGreaterThanOrEqual(0.5);
    expect(half.expected?.coverage.value).toBeLessThan(0.51);
    const all = makePolicy(predictions, options({ kind: "coverage", target: 0.95 }));
    expect(all.verdict.status).toBe("unreachable");
    expect(half.curve.at(-1)?.coverage).toBeCloseTo(inside.length / 3000, 12);
    const least = makePolicy(predictions, options({ kind: "risk", maxError: 0.4, sure: 0.9, minCoverage: 0.95 }));
    expect(least.certificate).toMatchObject({ certified: false, threshold: null });
  });

  it("makePolicy(predictions, { inDistribution }) reviews outside rows under every objective", () => {
    const costs = { error: 10, review: 1, abstain: 2, missed: 0, reviewError: 0 };
    const objectives: Objective[] = [
      { kind: "costs", costs },
      { kind: "precision", target: 0.8 },
      { kind: "thresholds", thresholds: { act: 0.6, abstain: 0.55 } },
      risk,
    ];
    for (const objective of objectives) {
      const policy = makePolicy(predictions, options(objective));
      const { codes } = applyPolicy(policy, matrix(predictions.confidences, 3000, 1), [], null, pValues);
      codes.forEach((code, i) => {
        if (pValues[i] <= 0.05) expect(code, objective.kind).toBe(1);
      });
      expect(codes.includes(0)).toBe(true);
    }
    const binary: BinaryPredictions = {
      task: "binary",
      rows: 4,
      segments: [],
      classNames: ["no", "yes"],
      probabilities: Float64Array.of(0.99, 0.99, 0.01, 0.01),
      outcomes: Uint8Array.of(1, 0, 0, 1),
      insidePValues: { name: "ood_p", values: Float64Array.of(0.5, 0.01, 0.05, 0.06) },
    };
    const costMatrix = {
      classNames: ["no", "yes"],
      costs: [
        [0, 9],
        [9, 0],
      ],
      review: 1,
      abstain: null,
    };
    const policy = makePolicy(binary, options({ kind: "cost-matrix", matrix: costMatrix }));
    const decided = decide(policy.rule, {
      rows: 4,
      positive: binary.probabilities,
      insidePValues: Float64Array.of(0.5, 0.01, 0.05, 0.06),
    });
    expect([...decided.codes]).toEqual([0, 1, 1, 0]);
    expect([...(decided.classes ?? [])]).toEqual([1, -1, -1, 0]);
    expect(policy.expected?.reviewVolume.value).toBe(0.5);
    expect(policy.expected?.error?.value).toBe(0.5);
  });

  it("makePolicy(predictions, { inDistribution, perSegment }) gives no threshold to a segment that is all outside", () => {
    const codes = Int32Array.from(pValues, (p) => (p <= 0.05 ? 1 : 0));
    const segmented = { ...predictions, segments: [{ name: "site", codes, values: ["in", "out"] }] };
    const policy = makePolicy(segmented, options(risk, { perSegment: true, by: ["site"] }));
    expect(policy.certificate?.certified).toBe(true);
    expect(policy.rule).toMatchObject({
      inDistribution,
      segments: [{ values: ["in"] }, { values: ["out"], thresholds: { act: null } }],
    });
    expect(policy.perSegment.find(({ name }) => name === "out")?.certificate).toMatchObject({ certified: false, n: 0 });
  });

  it("verifyPolicy(policy, predictions) derives it again, and tells other rows and other p-values from its own", () => {
    const policy = makePolicy(predictions, options(risk));
    expect(verifyPolicy(policy, predictions)).toMatchObject({ status: "holds", sameData: true, differences: [] });
    const others = {
      ...predictions,
      insidePValues: { name: "ood_p", values: pValues.map((p) => Math.min(1, p + 0.04)) },
    };
    expect(verifyPolicy(policy, others)).toMatchObject({ sameData: false, status: "broken" });
    const fresh = verifyPolicy(policy, rowsOf(createRandom(77), 6000));
    expect(fresh.sameData).toBe(false);
    expect(fresh.status).not.toBe("broken");
    const { insidePValues: _, ...without } = predictions;
    expect(() => verifyPolicy(policy, without)).toThrow(/demands that a row is in distribution/);
    const { inDistribution: __, ...plain } = options(risk);
    expect(verifyPolicy(makePolicy(without, plain), predictions)).toMatchObject({ sameData: true, differences: [] });
  });

  it("decide(rule, rows) refuses rows without p-values, too few of them, and such outside [0, 1]", () => {
    const { rule } = makePolicy(predictions, options(risk));
    const confidence = Float64Array.of(0.99, 0.99);
    expect(() => decide(rule, { rows: 2, confidence })).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("p-value (ood_p)") }),
    );
    expect(() => decide(rule, { rows: 2, confidence, insidePValues: Float64Array.of(1) })).toThrow(/1 p-values/);
    expect(() => decide(rule, { rows: 2, confidence, insidePValues: Float64Array.of(1, 1.2) })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => makePolicy(predictions, options(risk, { inDistribution: { column: "p", level: 0 } }))).toThrow(
      /must be in \(0, 1\), got 0/,
    );
    const all = { ...predictions, insidePValues: { name: "p", values: new Float64Array(3000) } };
    expect(() => makePolicy(all, options(risk))).toThrow(/every row is outside at this level/);
  });

  it("openPolicy(document) refuses a demand that differs between the policy and its rule", () => {
    const policy = makePolicy(predictions, options(risk));
    const { inDistribution: _, ...rest } = policy;
    expect(() => openPolicy(JSON.parse(JSON.stringify(rest)))).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });
});
