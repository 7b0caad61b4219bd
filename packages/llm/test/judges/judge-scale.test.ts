import { createRandom } from "@candor/core";
import { describe, expect, it } from "vitest";
import { judgeScale, levelsOf } from "../../src/judges/judge-scale.ts";
import { distribution, token, trace } from "../scores/traces.ts";

const ten = { from: 1, to: 10 };

describe("judgeScale", () => {
  it("judgeScale(trace, scale) is the expected score over all levels, unlikely ones too", () => {
    const top: [string, number][] = [
      ["8", 0.6],
      ["7", 0.3],
      ["9", 0.094],
      ["2", 0.006],
    ];
    const judged = judgeScale(trace([token("8", 0.6, top)]), ten, { vocabulary: 4 });
    expect(judged.verdict).toBe(8);
    expect(judged.value.value).toBeCloseTo(0.6 * 8 + 0.3 * 7 + 0.094 * 9 + 0.006 * 2, 12);
    expect(judged.value.bounds?.[1]).toBeCloseTo(judged.value.value ?? 0, 12);
  });

  it("judgeScale(trace, scale) weighs the last score, not a digit of the explanation", () => {
    const tokens = [
      token("Of ", 0.9),
      token("3", 0.5, [
        ["3", 0.5],
        ["2", 0.5],
      ]),
      token(" steps, ", 0.9),
      token("2", 0.5, [
        ["2", 0.5],
        ["1", 0.5],
      ]),
      token(" are right. Score: ", 0.9),
      token("4", 0.75, [
        ["4", 0.75],
        ["5", 0.25],
      ]),
    ];
    expect(judgeScale(trace(tokens), { from: 1, to: 5 }, { vocabulary: 2 }).value.value).toBeCloseTo(4.25, 14);
    expect(judgeScale(trace(tokens), { from: 1, to: 5 }, { vocabulary: 2, occurrence: "first" }).verdict).toBe(3);
  });

  it.each([
    ["Score: 7/10", 7],
    ["7 / 10", 7],
    ["I give it 7 out of 10.", 7],
    ["**7**/10", 7],
    ["Score: 10", 10],
    ["8.", 8],
    ["7.0", 7],
    ["1.0", 1],
    ["Score: 4. Written in 2024.", 4],
    ["GPT-4 is 9", 9],
    ["7.5", null],
    ["seven", null],
    ['{"score": 6}', 6],
  ])("judgeScale(trace, 1 to 10) reads %j as %j", (text, verdict) => {
    expect(judgeScale(trace([token(text, 0.9)]), ten).verdict).toBe(verdict);
  });

  it("judgeScale(trace, scale) follows 10 over its tokens: not a 1, and nothing is dropped", () => {
    const tokens = [
      token("1", 0.7, [
        ["1", 0.7],
        ["9", 0.2],
        ["8", 0.1],
      ]),
      token("0", 0.9, [
        ["0", 0.9],
        [".", 0.06],
        ["1", 0.04],
      ]),
    ];
    const judged = judgeScale(trace(tokens), ten, { vocabulary: 3 });
    expect(judged.verdict).toBe(10);
    const [one, tenth, other] = [0.7 * 0.06, 0.7 * 0.9, 0.7 * 0.04];
    expect(judged.value.value).toBeCloseTo((one + 10 * tenth + 9 * 0.2 + 8 * 0.1) / (one + tenth + 0.3), 12);
    expect(judged.mass?.otherMass).toBeCloseTo(other, 12);
    expect(judged.value.n).toBe(2);
  });

  it("judgeScale(trace, scale) leaves a 1 that may become 10 open, unless 10 is itself a token here", () => {
    const alone = judgeScale(
      trace([
        token("9", 0.6, [
          ["9", 0.6],
          ["1", 0.4],
        ]),
      ]),
      ten,
      { vocabulary: 2 },
    );
    expect(alone.value.value).toBeCloseTo(5.8, 12);
    expect(alone.value.bounds?.[0]).toBeCloseTo(5.8, 12);
    expect(alone.value.bounds?.[1]).toBeCloseTo(9.4, 12);
    expect(alone.mass?.openMass).toBeCloseTo(0.4, 12);
    const whole = judgeScale(
      trace([
        token("9", 0.6, [
          ["9", 0.6],
          ["1", 0.3],
          ["10", 0.1],
        ]),
      ]),
      ten,
      { vocabulary: 3 },
    );
    expect(whole.value.bounds?.[0]).toBeCloseTo(6.7, 12);
    expect(whole.value.bounds?.[1]).toBeCloseTo(6.7, 12);
  });

  it("judgeScale(trace, scale) reads 7.5 and 7,5 over their tokens on a scale of halves", () => {
    const halves = { from: 0, to: 10, step: 0.5 };
    for (const point of [".", ","]) {
      const tokens = [
        token("7", 0.8, [
          ["7", 0.8],
          ["8", 0.2],
        ]),
        token(point, 0.7, [
          [point, 0.7],
          ["\n", 0.3],
        ]),
        token("5", 0.9, [
          ["5", 0.9],
          ["0", 0.1],
        ]),
      ];
      const judged = judgeScale(trace(tokens), halves, { vocabulary: 2 });
      expect(judged.verdict).toBe(7.5);
      const sevens = 0.8 * 0.3 + 0.8 * 0.7 * 0.1;
      expect(judged.options.find(({ value }) => value === 7)?.probability).toBeCloseTo(sevens, 12);
      expect(judged.options.find(({ value }) => value === 7.5)?.probability).toBeCloseTo(0.8 * 0.7 * 0.9, 12);
    }
  });

  it("judgeScale(trace, scale) reads negative scores over their tokens", () => {
    const tokens = [
      token("-", 0.6, [
        ["-", 0.6],
        ["1", 0.4],
      ]),
      token("1", 0.5, [
        ["1", 0.5],
        ["2", 0.5],
      ]),
    ];
    const judged = judgeScale(trace(tokens), { from: -2, to: 2 }, { vocabulary: 2 });
    expect(judged.verdict).toBe(-1);
    expect(judged.value.value).toBeCloseTo(-0.3 - 0.6 + 0.4, 12);
    expect(judgeScale(trace([token("−1", 0.6)]), { from: -2, to: 2 }).verdict).toBe(-1);
  });

  it("judgeScale(trace, scale) holds the true mean in its interval, for every k, whatever the tail is", () => {
    const random = createRandom(5);
    const words = ["1", "2", "3", "4", "5", " 4", " 5", "**3**", "The", "I", "\u00bd", "six"];
    const level = (word: string) => Number(/[1-5]/.exec(word)?.[0] ?? Number.NaN);
    for (let run = 0; run < 100; run++) {
      const ps = distribution(words.length, 3 * random.uniform(), random);
      const all = words
        .map((word) => ({ word, key: random.uniform() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ word }, i): [string, number] => [word, ps[i] ?? 0]);
      const legal = all.filter(([word]) => Number.isFinite(level(word)));
      const mean = legal.reduce((a, [word, p]) => a + p * level(word), 0) / legal.reduce((a, [, p]) => a + p, 0);
      const verdict = legal[0]!;
      for (let k = 1; k <= words.length; k++) {
        const seen = token(verdict[0], verdict[1], all.slice(0, k));
        const { value } = judgeScale(trace([seen]), { from: 1, to: 5 }, { vocabulary: words.length });
        expect((value.bounds?.[0] ?? 9) - 1e-12).toBeLessThanOrEqual(mean);
        expect((value.bounds?.[1] ?? 0) + 1e-12).toBeGreaterThanOrEqual(mean);
        if (value.value === null) continue;
        expect(value.value).toBeGreaterThanOrEqual((value.bounds?.[0] ?? 9) - 1e-12);
        expect(value.value).toBeLessThanOrEqual((value.bounds?.[1] ?? 0) + 1e-12);
      }
    }
  });

  it("judgeScale(trace, scale) holds the true mean where scores are of one or two digit tokens and both are followed", () => {
    const random = createRandom(9);
    const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "x"];
    for (let run = 0; run < 100; run++) {
      const first = distribution(11, 2 * random.uniform(), random);
      const second = distribution(11, 2 * random.uniform(), random);
      const place = (ps: readonly number[], text: string, k: number) => {
        const all = digits.map((digit, i): [string, number] => [digit, ps[(i * 7) % 11] ?? 0]);
        const top = all.toSorted((a, b) => b[1] - a[1]).slice(0, k);
        return { token: token(text, all.find(([digit]) => digit === text)?.[1] ?? 0, top), p: new Map(all) };
      };
      const [a, b] = [place(first, "1", 1 + random.integer(11)), place(second, "0", 1 + random.integer(11))];
      const p = (map: Map<string, number>, digit: string) => map.get(digit) ?? 0;
      const one = p(a.p, "1");
      const tenth = one * p(b.p, "0");
      const onlyOne = one * p(b.p, "x") * 0;
      let sum = 10 * tenth + onlyOne;
      let mass = tenth + onlyOne;
      for (let d = 2; d <= 9; d++) {
        sum += d * p(a.p, String(d));
        mass += p(a.p, String(d));
      }
      const { value } = judgeScale(trace([a.token, b.token]), ten, { vocabulary: 11 });
      expect((value.bounds?.[0] ?? 99) - 1e-12).toBeLessThanOrEqual(sum / mass);
      expect((value.bounds?.[1] ?? 0) + 1e-12).toBeGreaterThanOrEqual(sum / mass);
    }
  });

  it("judgeScale(trace, scale) gives no score of an answer without one, and no confidence without alternatives", () => {
    expect(judgeScale(trace([token("good", 0.9)]), ten)).toMatchObject({ verdict: null, value: { value: null } });
    const alone = judgeScale(trace([token("7", 0.9)]), ten);
    expect(alone).toMatchObject({ verdict: 7, value: { value: null } });
    expect(alone.value.bounds?.[0]).toBeCloseTo(0.9 * 7 + 0.1, 12);
    expect(alone.value.bounds?.[1]).toBeCloseTo(0.9 * 7 + 0.1 * 10, 12);
  });

  it("judgeScale(trace, scale) cannot be talked up by a score that the answer quotes", () => {
    const verdict = token("3", 0.8, [
      ["3", 0.8],
      ["4", 0.2],
    ]);
    const quoted = [token('The text says "Score: 10/10, 10, 10". I say ', 1), verdict];
    expect(judgeScale(trace(quoted), ten)).toEqual(judgeScale(trace([verdict]), ten));
  });

  it("levelsOf(scale) lists levels and refuses scales that are none", () => {
    expect(levelsOf({ from: 0, to: 1, step: 0.1 })).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(levelsOf([5, 1, 3])).toEqual([1, 3, 5]);
    expect(() => levelsOf({ from: 1, to: 5, step: 3 })).toThrow("steps of 3 do not lead from 1 to 5");
    expect(() => levelsOf([1])).toThrow("a scale needs at least two levels, got 1");
    expect(() => levelsOf([1, 1])).toThrow("level 1 is given more than once");
    expect(() => levelsOf([1, Number.NaN])).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(() => levelsOf({ from: 0, to: 1e9 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});
