import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evidenceOf } from "../../src/evidence/evidence-of.ts";
import { createStreamGuard } from "../../src/guard/stream-guard.ts";
import { judgeBoolean } from "../../src/judges/judge-boolean.ts";
import { judgeChoice } from "../../src/judges/judge-choice.ts";
import { judgeScale } from "../../src/judges/judge-scale.ts";
import type { Score } from "../../src/scores/score.ts";
import { scoreTrace } from "../../src/scores/score-trace.ts";
import type { Alternative, Token } from "../../src/trace/token.ts";
import { token, trace } from "../scores/traces.ts";

const texts = fc.oneof(
  fc.constantFrom(
    "true",
    " False",
    "yes",
    "no",
    "not",
    " correct",
    "1",
    "0",
    ".",
    "5",
    "-",
    "10",
    "A",
    " B",
    "\uFFFD",
    "",
    "**",
  ),
  fc.constantFrom("<think>", "</think>", "Answer:", '{"', '":', "\n", "答案", "’", "isn", "'t", "/", "out of "),
  fc.string({ maxLength: 6 }),
);

const logprobs = fc.oneof(
  fc.constant(null),
  fc.constantFrom(0, -0.1, -1, -50, -800, -8999),
  fc.double({ min: -30, max: 0, noNaN: true }),
);

const alternatives: fc.Arbitrary<Alternative> = fc.record({
  text: texts,
  bytes: fc.oneof(fc.constant(null), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 4 })),
  id: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 9 })),
  logprob: logprobs,
});

const tokens: fc.Arbitrary<Token> = fc
  .record({
    own: alternatives,
    bound: logprobs,
    top: fc.array(alternatives, { maxLength: 6 }),
    inTop: fc.boolean(),
    channel: fc.constantFrom("content" as const, "content" as const, "reasoning" as const),
  })
  .map(({ own, bound, top, inTop, channel }) => ({
    ...token("", 1),
    ...own,
    logprobBound: own.logprob === null ? bound : null,
    top: (inTop ? [...top, own] : top).toSorted((a, b) => (b.logprob ?? -1e9) - (a.logprob ?? -1e9)),
    channel,
  }));

/** A score is a number within its bounds, or says why it is none. */
function expectScore({ value, bounds, n, reason }: Score): void {
  expect(n).toBeGreaterThanOrEqual(0);
  expect(value === null).toBe(reason !== null);
  if (value !== null) expect(Number.isFinite(value)).toBe(true);
  if (bounds === null) return;
  expect(bounds.every(Number.isFinite)).toBe(true);
  expect(bounds[0]).toBeLessThanOrEqual(bounds[1] + 1e-9);
  if (value === null) return;
  expect(value).toBeGreaterThanOrEqual(bounds[0] - 1e-9);
  expect(value).toBeLessThanOrEqual(bounds[1] + 1e-9);
}

describe("any answer", () => {
  const answers = fc.array(tokens, { maxLength: 7 });

  it("scoreTrace(trace) and evidenceOf(trace) never give NaN, and always a reason where there is no value", () => {
    fc.assert(
      fc.property(answers, fc.constantFrom(1, 2, 50, 100_000), (given, vocabulary) => {
        for (const score of Object.values(scoreTrace(trace(given), { vocabulary }))) expectScore(score);
        expect(evidenceOf(trace(given)).sentence).not.toBe("");
      }),
      { numRuns: 250 },
    );
  });

  it("judgeBoolean, judgeChoice and judgeScale of any trace keep values within bounds and masses adding up to 1", () => {
    fc.assert(
      fc.property(answers, fc.constantFrom(1, 50, 100_000), (given, vocabulary) => {
        for (const judged of [
          judgeBoolean(trace(given), { vocabulary }),
          judgeChoice(trace(given), ["A", "B", "AB", "yes", "yes and no"], { vocabulary }),
          judgeScale(trace(given), { from: -1, to: 10, step: 0.5 }, { vocabulary }),
          judgeScale(trace(given), [1, 10, 100], { vocabulary, occurrence: "first" }),
        ]) {
          expectScore(judged.value);
          for (const { probability, bounds } of judged.options)
            expectScore({ value: probability, bounds, n: 0, reason: probability === null ? "none" : null });
          if (judged.mass === null) continue;
          const { mass, otherMass, openMass } = judged.mass;
          if (judged.value.reason === null) expect(mass + otherMass + openMass).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 250 },
    );
  });

  it("createStreamGuard(options).push of any token never gives NaN", () => {
    fc.assert(
      fc.property(answers, fc.constantFrom("token" as const, "topK" as const), (given, measure) => {
        const guard = createStreamGuard({
          measure,
          window: 2,
          threshold: 0.3,
          statistic: "bottomGroups",
          maxTokens: 5,
        });
        for (const each of given) {
          const { value, best, group } = guard.push(each);
          for (const number of [value, best, group]) expect(Number.isNaN(number ?? 0)).toBe(false);
        }
        expect(guard.end().sentence).not.toBe("");
      }),
      { numRuns: 150 },
    );
  });

  it("scoreTrace(trace) and the judges read long runs of spaces, dashes and labels in linear time", () => {
    for (const long of [
      " ".repeat(50_000),
      "- ".repeat(25_000),
      "answer ".repeat(7000),
      "!".repeat(50_000),
      "true ".repeat(8000),
      "7 ".repeat(20_000),
    ]) {
      const answer = trace([
        token(`answer${long}`, 0.5),
        token("7", 0.5, [
          ["7", 0.5],
          ["8", 0.4],
        ]),
        token(long, 0.5),
      ]);
      expect(scoreTrace(answer).sequence.value).toBeCloseTo(0.125, 12);
      judgeBoolean(answer);
      judgeScale(answer, { from: 1, to: 10 });
    }
  }, 20_000);
});
