import { createRandom, type Random } from "@candor/core";
import { describe, expect, it } from "vitest";
import type { GuardStatistic } from "../../src/guard/running-statistics.ts";
import { createStreamGuard, type GuardOptions, StreamRejected } from "../../src/guard/stream-guard.ts";
import { warmUpThreshold } from "../../src/guard/warm-up-threshold.ts";
import { weightedVote } from "../../src/guard/weighted-vote.ts";
import { scoreTrace } from "../../src/scores/score-trace.ts";
import type { Token } from "../../src/trace/token.ts";
import { token, trace } from "../scores/traces.ts";

const statistics: readonly GuardStatistic[] = ["mean", "lowestGroup", "bottomGroups", "tail", "minToken"];

/** A stream whose confidence wanders, with alternatives that follow it. */
function wandering(length: number, random: Random): Token[] {
  let level = 1 + 2 * random.uniform();
  return Array.from({ length }, () => {
    level = Math.max(-1, level + 0.4 * random.normal());
    const p = 1 / (1 + Math.exp(-level - random.normal()));
    const rest = 1 - p;
    return token("x", p, [
      ["x", p],
      ["y", rest * 0.6],
      ["z", rest * 0.3],
    ]);
  });
}

/** The statistics by their definitions, on all tokens at once. */
function slowly(
  tokens: readonly Token[],
  statistic: GuardStatistic,
  measure: "token" | "topK",
  window: number,
  tail: number,
) {
  const xs = tokens.map(({ logprob, top }) =>
    measure === "token" ? (logprob ?? 0) : -top.reduce((a, other) => a + (other.logprob ?? 0), 0) / top.length,
  );
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const groups =
    xs.length < window
      ? [mean(xs)]
      : Array.from({ length: xs.length - window + 1 }, (_, i) => mean(xs.slice(i, i + window)));
  const sorted = groups.toSorted((a, b) => a - b);
  const value = {
    mean: mean(xs),
    lowestGroup: sorted[0] ?? 0,
    bottomGroups: mean(sorted.slice(0, Math.max(1, Math.floor(groups.length / 10)))),
    tail: mean(xs.slice(-tail)),
    minToken: Math.min(...xs),
  }[statistic];
  return measure === "token" ? Math.exp(value) : value;
}

function watch(tokens: readonly Token[], options: GuardOptions) {
  const guard = createStreamGuard(options);
  for (const each of tokens) guard.push(each);
  return guard;
}

describe("createStreamGuard, statistics", () => {
  it("createStreamGuard(options).statistic equals the definitions on streams of any length", () => {
    const random = createRandom(1);
    for (let run = 0; run < 30; run++) {
      const tokens = wandering(1 + random.integer(300), random);
      const window = 1 + random.integer(40);
      const tail = 1 + random.integer(40);
      for (const measure of ["token", "topK"] as const) {
        const guard = watch(tokens, { window, tail, measure });
        for (const statistic of statistics)
          expect(guard.statistic(statistic)).toBeCloseTo(slowly(tokens, statistic, measure, window, tail), 11);
      }
    }
  });

  it("createStreamGuard({ window }) has scoreTrace's minWindow as its lowest group, to the last bit", () => {
    const random = createRandom(2);
    for (const length of [3, 8, 50, 333]) {
      const tokens = wandering(length, random);
      const lowest = watch(tokens, { window: 8 }).statistic("lowestGroup");
      expect(lowest).toBe(scoreTrace(trace(tokens), { window: 8 }).minWindow.value);
    }
  });

  it("createStreamGuard(options).push keeps bottom groups within a cell of the exact ones, from above", () => {
    const random = createRandom(3);
    for (const measure of ["token", "topK"] as const) {
      const guard = createStreamGuard({ statistic: "bottomGroups", window: 10, measure });
      for (const each of wandering(2000, random)) guard.push(each);
      const exact = guard.statistic("bottomGroups") ?? 0;
      const near = guard.state().value ?? 0;
      expect(near).toBeGreaterThanOrEqual(exact - 1e-12);
      expect(near - exact).toBeLessThan(2.5e-4 * (1 + exact) ** 2);
    }
  });

  it("createStreamGuard({ channels }) leaves the tokens of other channels out", () => {
    const guard = createStreamGuard({ channels: ["content"] });
    guard.push(token("hm", 0.1, [], { channel: "reasoning" }));
    expect(guard.state()).toMatchObject({ tokens: 0, value: null, best: null });
    expect(guard.end()).toMatchObject({ accepted: null, value: null, sentence: "No token came." });
  });
});

describe("createStreamGuard, stopping", () => {
  it("createStreamGuard({ threshold }) stops at the token that makes the lowest group too low, and not before", () => {
    const tokens = [0.9, 0.9, 0.9, 0.2, 0.2, 0.9].map((p) => token("x", p));
    const guard = createStreamGuard({ window: 2, threshold: 0.4 });
    const states = tokens.map((each) => guard.push(each).status);
    expect(states).toEqual(["watching", "watching", "watching", "watching", "rejected", "rejected"]);
    expect(guard.signal.aborted).toBe(true);
    expect(StreamRejected.is(guard.signal.reason)).toBe(true);
    expect(guard.state().rejectedAt).toBe(5);
    expect(guard.end()).toMatchObject({
      accepted: false,
      sentence: "Rejected after 5 tokens: it could not reach 0.4 any more.",
    });
  });

  it("createStreamGuard({ threshold }) stops before the first group is full where nothing can save it", () => {
    const guard = createStreamGuard({ window: 4, threshold: 0.5 });
    expect(guard.push(token("x", 0.01)).status).toBe("rejected");
    const patient = createStreamGuard({ window: 4, threshold: 0.5 });
    expect(patient.push(token("x", 0.1)).status).toBe("watching");
    for (let i = 0; i < 3; i++) patient.push(token("x", 1));
    expect(patient.end().accepted).toBe(true);
  });

  it("createStreamGuard({ statistic: mean, maxTokens }) stops when perfect tokens would not lift the mean", () => {
    const half = Array.from({ length: 10 }, () => token("x", 0.5));
    const guard = watch(half, { statistic: "mean", maxTokens: 20, threshold: 0.9 });
    expect(guard.state().rejectedAt).toBe(4);
    expect(watch(half, { statistic: "mean", threshold: 0.9 }).signal.aborted).toBe(false);
    expect(watch(half, { statistic: "mean", threshold: 0.9 }).end().accepted).toBe(false);
  });

  it("createStreamGuard({ warmUp }) stops nothing before", () => {
    const tokens = Array.from({ length: 10 }, () => token("x", 0.1));
    expect(watch(tokens, { window: 2, threshold: 0.5, warmUp: 7 }).state().rejectedAt).toBe(7);
  });

  it("createStreamGuard({ threshold, calibrate }) compares the calibrated value", () => {
    const tokens = Array.from({ length: 5 }, () => token("x", 0.9));
    const calibrate = (value: number) => value / 2;
    const guard = watch(tokens, { window: 5, threshold: 0.6, calibrate });
    expect(guard.signal.aborted).toBe(true);
    const kept = watch(tokens, { window: 5, threshold: 0.4, calibrate }).end();
    expect(kept.accepted).toBe(true);
    expect(kept.probability).toBeCloseTo(0.45, 12);
  });

  it("createStreamGuard(options) never stops what would have been accepted in full", () => {
    const random = createRandom(4);
    let stopped = 0;
    for (let run = 0; run < 250; run++) {
      const tokens = wandering(5 + random.integer(150), random);
      const window = 1 + random.integer(30);
      const tail = 1 + random.integer(60);
      const measure = random.uniform() < 0.5 ? "token" : "topK";
      const statistic = statistics[random.integer(statistics.length)] ?? "mean";
      const full = slowly(tokens, statistic, measure, window, tail);
      const threshold = full * (0.8 + 0.4 * random.uniform());
      const limited = random.uniform() < 0.7 ? { maxTokens: tokens.length + random.integer(20) } : {};
      const steps = (value: number) => Math.floor(8 * value) / 8 + value / 1000;
      const rule = random.uniform() < 0.3 ? { calibrate: steps, threshold: steps(threshold) } : { threshold };
      const guard = watch(tokens, { window, tail, measure, statistic, ...limited, ...rule });
      const confidence = rule.calibrate === undefined ? full : steps(full);
      if (guard.signal.aborted) {
        stopped++;
        expect(confidence).toBeLessThan(rule.threshold + 1e-12);
      }
      expect(guard.end().accepted).toBe(confidence >= rule.threshold);
    }
    expect(stopped).toBeGreaterThan(60);
  });

  it("createStreamGuard({ threshold }) stops a stream that is being read", async () => {
    const guard = createStreamGuard({ window: 1, threshold: 0.5 });
    let cancelled: unknown = null;
    let sent = 0;
    const stream = new ReadableStream<Token>({
      pull(controller) {
        controller.enqueue(token("x", ++sent === 3 ? 0.1 : 0.9));
      },
      cancel(reason) {
        cancelled = reason;
      },
    });
    const reader = stream.getReader();
    guard.signal.addEventListener("abort", () => void reader.cancel(guard.signal.reason));
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      guard.push(value);
    }
    expect(guard.state().tokens).toBe(3);
    expect(StreamRejected.is(cancelled)).toBe(true);
  });

  it("createStreamGuard({ threshold }) does not accept what it does not know", () => {
    const missing = watch([token("x", 0.9), token("y", null)], { window: 2, threshold: 0.5 }).end();
    expect(missing).toMatchObject({ accepted: null, sentence: "Undecided: 1 tokens came without evidence." });
    const known = watch([token("x", 0.9), token("y", null, [], { logprobBound: Math.log(0.01) })], {
      window: 2,
      threshold: 0.5,
    });
    expect(known.end().accepted).toBe(false);
    const bare = watch([token("x", 0.9)], { measure: "topK", threshold: 0.5 }).end();
    expect(bare).toMatchObject({ accepted: null, value: null, sentence: "No token came with evidence." });
  });

  it("createStreamGuard() without a threshold only watches", () => {
    const guard = watch([token("x", 1e-9)], { window: 1 });
    expect(guard.signal.aborted).toBe(false);
    expect(guard.end()).toMatchObject({ accepted: null, sentence: "There is no threshold." });
  });

  it("createStreamGuard(options) refuses options that mean nothing", () => {
    expect(() => createStreamGuard({ window: 0 })).toThrow("window must be a whole number ≥ 1, got 0");
    expect(() => createStreamGuard({ tail: Infinity })).toThrow("tail must be finite");
    expect(() => createStreamGuard({ threshold: Number.NaN })).toThrow(expect.objectContaining({ code: "not-finite" }));
    expect(() => createStreamGuard({ maxTokens: 0.5 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => createStreamGuard({ calibrate: (value) => -value })).toThrow("calibrate must not fall");
  });
});

describe("createStreamGuard, simulated traces with known truth", () => {
  it("createStreamGuard with warmUpThreshold and weightedVote saves tokens and decides as the full traces would", () => {
    const random = createRandom(6);
    const window = 24;
    const problems = 20;
    let [plain, online, spent, all, contradictions] = [0, 0, 0, 0, 0];
    for (let problem = 0; problem < problems; problem++) {
      const hard = 0.35 + 0.5 * random.uniform();
      const traces = Array.from({ length: 32 }, () => {
        const right = random.uniform() > hard;
        const dip = right ? -1 : random.integer(90);
        const tokens = Array.from({ length: 120 }, (_, i) => {
          const weak = (i >= dip && dip >= 0 && i < dip + 30) || random.uniform() < 0.05;
          const p = Math.min(1, (weak ? 0.55 : 0.93) + 0.06 * random.normal());
          return token("x", Math.max(0.01, p));
        });
        return { answer: right ? "right" : `wrong ${random.integer(2)}`, tokens };
      });
      const scored = traces.map((each) => ({
        ...each,
        confidence: watch(each.tokens, { window }).statistic("lowestGroup"),
      }));
      const threshold = warmUpThreshold(
        scored.slice(0, 16).map(({ confidence }) => confidence ?? 0),
        0.5,
      );
      const kept = scored.slice(16).flatMap(({ answer, tokens, confidence }) => {
        const guard = createStreamGuard({ window, threshold });
        for (const each of tokens) {
          guard.push(each);
          spent++;
          if (guard.signal.aborted) break;
        }
        all += tokens.length;
        if (guard.signal.aborted !== (confidence ?? 0) < threshold) contradictions++;
        return guard.signal.aborted ? [] : [{ answer, confidence }];
      });
      const passed = scored.slice(0, 16).filter(({ confidence }) => (confidence ?? 0) >= threshold);
      if (weightedVote(scored.map(({ answer }) => ({ answer, confidence: 1 }))).answer === "right") plain++;
      const decided = weightedVote([...passed, ...kept]);
      expect(decided).toEqual(weightedVote(scored.filter(({ confidence }) => (confidence ?? 0) >= threshold)));
      if (decided.answer === "right") online++;
    }
    expect(contradictions).toBe(0);
    expect(online).toBeGreaterThan(1.3 * plain);
    expect(spent / all).toBeLessThan(0.8);
  });
});
