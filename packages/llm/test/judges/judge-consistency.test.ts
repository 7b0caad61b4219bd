import { createRandom } from "@candor/core";
import { describe, expect, it } from "vitest";
import { judgeBoolean } from "../../src/judges/judge-boolean.ts";
import { type AnyJudgement, judgeConsistency } from "../../src/judges/judge-consistency.ts";
import { token, trace } from "../scores/traces.ts";

function judged(verdict: boolean, p: number): AnyJudgement {
  const text = verdict ? "true" : "false";
  const top: [string, number][] = [
    ["true", p],
    ["false", 1 - p],
  ];
  return judgeBoolean(trace([token(text, verdict ? p : 1 - p, top)]), { vocabulary: 2 });
}

describe("judgeConsistency", () => {
  it("judgeConsistency(judgements) takes true at 0.99 and true at 0.55 for different answers", () => {
    const mixed = judgeConsistency([judged(true, 0.99), judged(true, 0.55)]);
    expect(mixed.consistent).toBe(false);
    expect(mixed.agreement?.value).toBe(1);
    expect(mixed.answers).toHaveLength(2);
    expect(mixed.difference?.value).toBeCloseTo(0.44, 12);
    expect(mixed.sentence).toBe(
      "All verdicts are true, but with confidences so far apart that they are 2 different answers.",
    );
    const same = judgeConsistency([judged(true, 0.99), judged(true, 0.97)]);
    expect(same).toMatchObject({ consistent: true, verdict: true, sentence: "2 judgements say the same: true." });
  });

  it("judgeConsistency(judgements) gives agreement and mean with intervals", () => {
    const { agreement, mean, verdict, difference, sentence } = judgeConsistency([
      judged(true, 0.9),
      judged(true, 0.8),
      judged(true, 0.85),
      judged(false, 0.4),
    ]);
    expect(verdict).toBe(true);
    expect(agreement?.value).toBe(0.75);
    expect(agreement?.lower).toBeCloseTo(0.3006, 4);
    expect(mean?.value).toBeCloseTo(0.7375, 12);
    expect(mean?.lower).toBeGreaterThanOrEqual(0);
    expect(difference?.value).toBeCloseTo((0.1 + 0.05 + 0.5 + 0.05 + 0.4 + 0.45) / 6, 12);
    expect(sentence).toBe("There are 2 different verdicts among 4 judgements.");
  });

  it("judgeConsistency(judgements) does not chain small steps into one answer", () => {
    const steps = [0.5, 0.58, 0.66, 0.74, 0.82, 0.9].map((p) => judged(true, p));
    expect(judgeConsistency(steps).answers).toHaveLength(3);
  });

  it("judgeConsistency(judgements) counts what has no verdict or no value, and has no majority in a tie", () => {
    const none = judgeBoolean(trace([token("Hm", 0.9)]));
    const bare = judgeBoolean(trace([token("false", 0.9)]));
    const mixed = judgeConsistency([judged(true, 0.9), bare, none]);
    expect(mixed).toMatchObject({ withoutVerdict: 1, withoutValue: 2, verdict: null, consistent: false });
    expect(judgeConsistency([none])).toMatchObject({
      agreement: null,
      mean: null,
      answers: [],
      sentence: "None of 1 judgement has a verdict.",
    });
  });

  it("judgeConsistency(scales, { range }) has intervals of differences only where the range is known", () => {
    const scale = (value: number): AnyJudgement => ({
      kind: "scale",
      verdict: Math.round(value),
      value: { value, bounds: [value, value], n: 1, reason: null },
    });
    const open = judgeConsistency([scale(7.1), scale(7.3)]);
    expect(open.difference).toMatchObject({ interval: "none", lower: open.difference?.value });
    const known = judgeConsistency([scale(7.1), scale(7.3)], { range: [1, 10] });
    expect(known.difference).toMatchObject({ interval: "conservative", upper: 9 });
    expect(judgeConsistency([scale(7.1)]).mean).toBeNull();
  });

  it("judgeConsistency(judgements).difference covers the true mean difference", () => {
    const random = createRandom(2);
    let missed = 0;
    for (let run = 0; run < 400; run++) {
      const values = Array.from({ length: 12 }, (): AnyJudgement => {
        const value = 0.5 + random.uniform() / 2;
        return { kind: "boolean", verdict: true, value: { value, bounds: [value, value], n: 1, reason: null } };
      });
      const { difference } = judgeConsistency(values);
      if (!((difference?.lower ?? 1) <= 1 / 6 && (difference?.upper ?? 0) >= 1 / 6)) missed++;
    }
    expect(missed).toBeLessThanOrEqual(20);
  });

  it("judgeConsistency(judgements, options) refuses nothing, mixed kinds and odd options", () => {
    expect(() => judgeConsistency([])).toThrow(expect.objectContaining({ code: "empty" }));
    const choice: AnyJudgement = { ...judged(true, 0.9), kind: "choice" };
    expect(() => judgeConsistency([judged(true, 0.9), choice])).toThrow(
      "expected judgements of one kind, got boolean and choice",
    );
    expect(() => judgeConsistency([judged(true, 0.9)], { tolerance: Number.NaN })).toThrow(
      "tolerance must be ≥ 0, got NaN",
    );
    expect(() => judgeConsistency([judged(true, 0.9)], { range: [1, 1] })).toThrow(
      "range must be two ascending numbers",
    );
  });
});
