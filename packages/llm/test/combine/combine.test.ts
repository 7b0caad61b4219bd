import { createRandom, fitStack, type Stack } from "@candor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ragConfidence } from "../../src/combine/rag-confidence.ts";
import { retrievalScore } from "../../src/combine/retrieval-score.ts";
import { stepConfidence } from "../../src/combine/step-confidence.ts";
import { trajectoryConfidence } from "../../src/combine/trajectory-confidence.ts";
import { argumentsOf } from "../../src/fields/arguments-of.ts";

const p = fc.double({ min: 0, max: 1, noNaN: true });

describe("ragConfidence", () => {
  it("ragConfidence(parts) is the product, within bounds that hold for any dependence, and names the weak part", () => {
    const result = ragConfidence({ retrieval: 0.9, groundedness: 0.5, generation: 0.8 });
    expect(result.value).toBeCloseTo(0.36, 12);
    expect(result.bounds).toEqual([expect.closeTo(0.2, 12), 0.5]);
    expect(result.weakest).toEqual({ path: "groundedness", value: 0.5, gain: expect.closeTo(0.36, 12) });
    expect(result.parts.map(({ path }) => path)).toEqual(["retrieval", "groundedness", "generation"]);
    expect(result).toMatchObject({ rule: "product", n: 3, reason: null });
  });

  it("ragConfidence(parts) has no value but a bound where a part is missing", () => {
    const result = ragConfidence({ retrieval: 0.9, groundedness: null, generation: 0.4 });
    expect(result.value).toBeNull();
    expect(result.bounds).toEqual([0, 0.4]);
    expect(result.reason).toBe("The confidence of groundedness is missing.");
    expect(result.weakest).toMatchObject({ path: "generation", value: 0.4, gain: null });
    const none = { value: null, bounds: null, n: 0, reason: "The server gave none." };
    expect(ragConfidence({ generation: none }).reason).toBe(
      "The confidence of generation is missing: The server gave none.",
    );
    expect(ragConfidence({})).toMatchObject({ value: null, reason: "There is no part to judge.", weakest: null });
  });

  it("ragConfidence(parts) brackets the truth of parts that depend on each other", () => {
    const random = createRandom(4);
    for (const dependence of [0, 0.5, 1, -1]) {
      let all = 0;
      const ones = [0, 0, 0];
      const runs = 4000;
      for (let i = 0; i < runs; i++) {
        const common = random.uniform();
        const right = [0.9, 0.7, 0.8].map((probability, j) => {
          const own = random.uniform();
          const u = dependence < 0 ? (common + j * 0.4) % 1 : random.uniform() < dependence ? common : own;
          return u < probability;
        });
        right.forEach((flag, j) => {
          if (flag) ones[j] = (ones[j] ?? 0) + 1;
        });
        if (right.every(Boolean)) all++;
      }
      const [a = 0, b = 0, c = 0] = ones.map((count) => count / runs);
      const { bounds } = ragConfidence({ a, b, c });
      expect(all / runs).toBeGreaterThanOrEqual((bounds?.[0] ?? 1) - 1e-12);
      expect(all / runs).toBeLessThanOrEqual((bounds?.[1] ?? 0) + 1e-12);
    }
  });

  it("ragConfidence(parts) rises with every part, its value within its bounds, its gains what they say", () => {
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 6 }), fc.nat(), p, (values, at, other) => {
        const i = at % values.length;
        const of = (list: readonly number[]) => ragConfidence(Object.fromEntries(list.map((v, k) => [`p${k}`, v])));
        const result = of(values);
        const [lower, upper] = result.bounds ?? [1, 0];
        expect(lower).toBeLessThanOrEqual(result.value ?? -1);
        expect(upper).toBeGreaterThanOrEqual(result.value ?? 2);
        const raised = of(values.map((v, k) => (k === i ? Math.max(v, other) : v)));
        expect(raised.value).toBeGreaterThanOrEqual((result.value ?? 1) - 1e-15);
        const fixed = of(values.map((v, k) => (k === i ? 1 : v)));
        expect(result.parts[i]?.gain).toBeCloseTo((fixed.value ?? 0) - (result.value ?? 0), 12);
      }),
    );
  });

  it("ragConfidence(parts, { stack }) is the calibrated number, tolerates a missing part and says what is weak", () => {
    const random = createRandom(8);
    const rows = 3000;
    const parts = ["retrieval", "groundedness", "generation"].map((name) => ({
      name,
      values: Float64Array.from({ length: rows }, () => random.uniform()),
    }));
    const truth = Float64Array.from({ length: rows }, (_, i) => {
      const [a = 0, b = 0, c = 0] = parts.map(({ values }) => values[i]);
      return 0.1 + 0.85 * (0.5 + 0.5 * a) * b * (0.3 + 0.7 * c);
    });
    const outcomes = Uint8Array.from(truth, (q) => (random.uniform() < q ? 1 : 0));
    const stack = fitStack({ rows, scores: parts, outcomes }, { version: "0.0.0", evidence: false });
    let gap = 0;
    for (let i = 0; i < 500; i++) {
      const row = Object.fromEntries(parts.map(({ name, values }) => [name, values[i] ?? 0]));
      gap += ((ragConfidence(row, { stack }).value ?? 0) - (truth[i] ?? 0)) / 500;
    }
    expect(Math.abs(gap)).toBeLessThan(0.03);
    const weak = ragConfidence({ retrieval: 0.9, groundedness: 0.1, generation: 0.9 }, { stack });
    expect(weak).toMatchObject({ rule: "stack", bounds: null, weakest: { path: "groundedness" } });
    expect(ragConfidence({ retrieval: 0.9, groundedness: 0.9, generation: null }, { stack }).value).not.toBeNull();
    expect(ragConfidence({ retrieval: null }, { stack })).toMatchObject({ value: null });
    const open = { value: 0.5, bounds: [0.2, 0.95] as const, n: 1, reason: null };
    const bounded = ragConfidence({ retrieval: open, groundedness: 0.8, generation: 0.8 }, { stack });
    expect(bounded.bounds?.[0]).toBeLessThan(bounded.value ?? 0);
    expect(bounded.bounds?.[1]).toBeGreaterThan(bounded.value ?? 1);
    expect(() => ragConfidence({ other: 0.5 }, { stack })).toThrow(
      /the stack reads retrieval, groundedness, generation; there is only other/,
    );
  });

  it("ragConfidence(parts) refuses what is no probability, naming the part", () => {
    expect(() => ragConfidence({ retrieval: 1.2 })).toThrow("retrieval: expected a probability in [0, 1], got 1.2");
    expect(() => ragConfidence({ generation: Number.NaN })).toThrow(/generation: .* got NaN/);
  });
});

describe("retrievalScore", () => {
  it("retrievalScore(relevances) is the best passage, between the best and the sum", () => {
    expect(retrievalScore([0.2, 0.6, 0.1])).toEqual({
      value: 0.6,
      bounds: [0.6, expect.closeTo(0.9, 12)],
      n: 3,
      reason: null,
    });
    expect(retrievalScore([0.6, 0.6]).bounds).toEqual([0.6, 1]);
    expect(retrievalScore([])).toEqual({ value: 0, bounds: [0, 0], n: 0, reason: null });
    expect(retrievalScore([null])).toMatchObject({ value: null, reason: "The relevance of no passage is known." });
    expect(retrievalScore([0.3, null]).bounds).toEqual([0.3, 1]);
    expect(() => retrievalScore([0.3, -1])).toThrow(/got -1 at passage 1/);
  });
});

describe("stepConfidence", () => {
  it("stepConfidence(parts) names the weak argument", () => {
    const step = stepConfidence({ toolChoice: 0.99, arguments: { "$.city": 0.55, "$.days": 0.98 } });
    expect(step.weakest?.path).toBe("arguments.$.city");
    expect(step.value).toBeCloseTo(0.99 * 0.55 * 0.98, 12);
  });

  it("stepConfidence(parts) takes the arguments of a tool call; without log-probabilities there is no value", () => {
    const fields = argumentsOf({ id: null, name: "weather", arguments: '{"city":"Rome"}' });
    const step = stepConfidence({ toolChoice: 0.9, arguments: fields });
    expect(step.value).toBeNull();
    expect(step.bounds?.[1]).toBeLessThanOrEqual(0.9);
    expect(step.reason).toBe(
      "The confidence of arguments.$.city is missing: Its tokens do not determine its probability.",
    );
    expect(stepConfidence({})).toMatchObject({ value: null, reason: "There is no part to judge." });
  });

  it("stepConfidence(parts, { stack }) reads arguments by product and by the least", () => {
    const stack = stackOf(["toolChoice", "weakestArgument"]);
    const strong = stepConfidence({ toolChoice: 0.9, arguments: { a: 0.9, b: 0.9 } }, { stack });
    const weak = stepConfidence({ toolChoice: 0.9, arguments: { a: 0.9, b: 0.2 } }, { stack });
    expect(weak.value).toBeLessThan(strong.value ?? 0);
    expect(weak.weakest?.path).toBe("arguments.b");
    expect(weak.weakest?.gain).toBeGreaterThan(0);
  });
});

describe("trajectoryConfidence", () => {
  it("trajectoryConfidence(steps) is the product of the steps and says which part of which step to check", () => {
    const task = trajectoryConfidence([
      { toolChoice: 0.95, arguments: { "$.q": 0.9 } },
      { toolChoice: 0.9, arguments: { "$.city": 0.6 } },
      { finalAnswer: 0.97 },
    ]);
    expect(task.value).toBeCloseTo(0.95 * 0.9 * 0.9 * 0.6 * 0.97, 12);
    expect(task.weakest?.path).toBe("steps[1]");
    expect(task.recheck).toMatchObject({ path: "steps[1].arguments.$.city", value: 0.6 });
    expect(task.recheck?.gain).toBeCloseTo((task.value ?? 0) / 0.6 - (task.value ?? 0), 12);
    expect(task.bounds?.[0]).toBeCloseTo(1 - 0.05 - 0.1 - 0.1 - 0.4 - 0.03, 12);
  });

  it("trajectoryConfidence(steps) has no value where a step has none, and says which", () => {
    const task = trajectoryConfidence([{ toolChoice: 0.9 }, { toolChoice: null }]);
    expect(task.value).toBeNull();
    expect(task.reason).toMatch(/^The confidence of steps\[1\] is missing: The confidence of toolChoice is missing/);
    expect(task.recheck).toMatchObject({ path: "steps[0].toolChoice", gain: null });
    expect(trajectoryConfidence([])).toMatchObject({ value: null, recheck: null });
  });

  it("trajectoryConfidence(steps, { stack }) is the stack's number for the whole task", () => {
    const stack = stackOf(["product", "weakestStep"]);
    const good = trajectoryConfidence([{ toolChoice: 0.95 }, { finalAnswer: 0.9 }], { stack });
    const bad = trajectoryConfidence([{ toolChoice: 0.95 }, { finalAnswer: 0.1 }], { stack });
    expect(good.rule).toBe("stack");
    expect(good.value).toBeGreaterThan(bad.value ?? 1);
    expect(bad.recheck?.path).toBe("steps[1].finalAnswer");
  });
});

function stackOf(names: readonly string[]): Stack {
  const random = createRandom(2);
  const rows = 600;
  const scores = names.map((name) => ({ name, values: Float64Array.from({ length: rows }, () => random.uniform()) }));
  const outcomes = Uint8Array.from({ length: rows }, (_, i) => {
    const mean = scores.reduce((total, { values }) => total + (values[i] ?? 0), 0) / names.length;
    return random.uniform() < mean ? 1 : 0;
  });
  return fitStack({ rows, scores, outcomes }, { version: "0.0.0", evidence: false, penalty: 0.001, shape: "linear" });
}
