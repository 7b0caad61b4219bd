import { type BinaryCalibrator, createRandom, policyFromCosts } from "@candor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correct } from "../../src/correct/correct.ts";
import type { CorrectOptions, Strategy, StrategyResult } from "../../src/correct/correction.ts";
import { finalScores } from "../../src/correct/final-scores.ts";
import { askAgain, escalateTo, handOver, reAsk, sampleMore, verifyAnswer } from "../../src/correct/strategies.ts";
import type { Ask } from "../../src/evidence/evidence.ts";
import type { LlmResponse, Trace } from "../../src/trace/trace.ts";
import { calibratorOf, traceOf } from "../assess/subjects.ts";

const identity: BinaryCalibrator = calibratorOf({ method: "identity", map: { kind: "identity" } });
const ask: Ask = { messages: [{ role: "user", content: "Capital of France?" }], topK: 5 };
const COSTS = { error: 10, review: 1, abstain: 5, missed: 0, reviewError: 0 };

function answered(p: number, text = "Paris"): Trace {
  return traceOf([[text, p]]);
}

function responseOf(trace: Trace, tokens: number | null): LlmResponse {
  const usage = tokens === null ? null : { inputTokens: 0, outputTokens: tokens, reasoningTokens: null };
  return {
    provider: "openai",
    format: "chat-completions",
    model: "m",
    id: null,
    choices: [trace],
    answers: [],
    usage,
    fault: null,
  };
}

function strategyOf(
  name: string,
  run: () => Promise<StrategyResult> | StrategyResult,
  atMost: Strategy["atMost"] = {},
  extra: Partial<Strategy> = {},
): Strategy {
  return { name, kind: "ask", atMost, run: async () => run(), ...extra };
}

function giving(...probabilities: number[]): Strategy {
  let next = 0;
  return strategyOf(
    "ask",
    () => ({ response: answered(probabilities[next++] ?? 0) }),
    {},
    { times: probabilities.length },
  );
}

const OPTIONS = { assess: { calibrator: identity }, calibratedOn: "final-answers" } as const;

describe("correct", () => {
  it("correct(task) refuses a calibrator of another score before anything is asked", async () => {
    const ofJudge = calibratorOf({ method: "identity", map: { kind: "identity" } }, { scoreName: "judged" });
    let calls = 0;
    const model = { atMost: {}, call: async () => responseOf(answered(0.5 + calls++), 1) };
    const base = { accept: 0.9, budget: { calls: 9 } };
    await expect(
      correct({ ask }, { ...base, strategies: [askAgain(model)], assess: { calibrator: ofJudge } }),
    ).rejects.toThrow('the calibrator was fitted on the score "judged", the answer is scored by "lengthNormalised"');
    const wrong = sampleMore(model, { assess: { calibrator: ofJudge } });
    const strategies = [askAgain(model), wrong];
    await expect(correct({ ask }, { ...base, strategies, assess: { calibrator: identity } })).rejects.toThrow(
      'the calibrator was fitted on the score "judged", the answer is scored by "agreement"',
    );
    const named = askAgain(model, { assess: { calibrator: ofJudge, score: "minToken" } });
    await expect(correct({ ask }, { ...base, strategies: [named] })).rejects.toThrow(/"minToken"/);
    expect(calls).toBe(0);
    const right = verifyAnswer(model, { assess: { calibrator: ofJudge } });
    const { attempts } = await correct({ ask }, { ...base, strategies: [askAgain(model), right] });
    expect(attempts.map(({ error }) => error)).toEqual([null, null]);
  });

  it("correct(task) says how many tries failed", async () => {
    const failing = strategyOf("broken", () => Promise.reject(new Error("offline")), {}, { times: 2 });
    const once = strategyOf("broken", () => Promise.reject(new Error("offline")));
    const options = { ...OPTIONS, accept: 0.9, budget: { calls: 9 } };
    const sentenceOf = async (...strategies: Strategy[]): Promise<string> =>
      (await correct({ ask }, { ...options, strategies })).sentence;
    expect(await sentenceOf(failing)).toBe("All 2 tries failed.");
    expect(await sentenceOf(once)).toBe("The only try failed.");
    expect(await sentenceOf(failing, giving(0.5))).toBe(
      "Every strategy was used as often as it may. 2 of 3 tries failed.",
    );
    expect(await sentenceOf(once, giving(0.95))).toBe("The answer of ask is sure enough. 1 of 2 tries failed.");
  });

  it("correct(task) stops at the first answer that the policy acts on", async () => {
    const policy = policyFromCosts(identity, COSTS, { version: "0.0.0" });
    const result = await correct(
      { ask },
      {
        accept: policy,
        strategies: [giving(0.5, 0.7, 0.95, 0.99)],
        budget: { calls: 9 },
        calibratedOn: "final-answers",
      },
    );
    expect(result.reason).toBe("accepted");
    expect(result.best?.confidence).toBeCloseTo(0.95, 12);
    expect(result.attempts.map(({ accepted }) => accepted)).toEqual([false, false, true]);
    expect(result.spent.calls).toBe(3);
    expect(result.attempts[0]?.assessment?.decision).toBe("review");
  });

  it("correct(task) spends nothing where the answer that is there is sure enough", async () => {
    const strategies = [strategyOf("never", () => Promise.reject(new Error("called")))];
    const result = await correct(
      { ask, answer: answered(0.97) },
      { ...OPTIONS, accept: 0.9, strategies, budget: { calls: 5 } },
    );
    expect(result).toMatchObject({ reason: "accepted", spent: { calls: 0, tokens: 0 }, assessed: 1 });
    expect(result.attempts[0]).toMatchObject({ kind: "given", strategy: "given" });
  });

  it("correct(task) never spends more than the budget, for any costs within what strategies declare", async () => {
    const cost = fc.record({
      calls: fc.integer({ min: 0, max: 3 }),
      tokens: fc.integer({ min: 0, max: 50 }),
      money: fc.double({ min: 0, max: 2, noNaN: true }),
      timeMs: fc.integer({ min: 0, max: 20 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      times: fc.integer({ min: 1, max: 4 }),
      fails: fc.boolean(),
      knows: fc.boolean(),
    });
    const budget = fc.record(
      {
        calls: fc.integer({ min: 0, max: 8 }),
        tokens: fc.integer({ min: 0, max: 150 }),
        money: fc.double({ min: 0, max: 5, noNaN: true }),
        timeMs: fc.integer({ min: 0, max: 60 }),
      },
      { requiredKeys: ["calls"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(cost, { minLength: 1, maxLength: 5 }), budget, async (costs, limits) => {
        let clock = 0;
        const strategies = costs.map(({ share, times, fails, knows, ...atMost }, i) =>
          strategyOf(
            `s${i}`,
            () => {
              clock += share * atMost.timeMs;
              if (fails) throw new Error("refused");
              const used = Math.floor(share * atMost.tokens);
              const response = responseOf(answered(0.3 + 0.1 * i), knows ? used : null);
              return {
                response,
                ...(knows ? { calls: Math.floor(share * atMost.calls), money: share * atMost.money } : {}),
              };
            },
            atMost,
            { times },
          ),
        );
        const result = await correct(
          { ask },
          { ...OPTIONS, accept: 0.99, strategies, budget: limits, now: () => clock, patience: 50 },
        );
        for (const kind of ["calls", "tokens", "money", "timeMs"] as const)
          expect(result.spent[kind] ?? 0).toBeLessThanOrEqual((limits[kind] ?? Infinity) + 1e-12);
        const sums = result.attempts.reduce((total, attempt) => total + attempt.cost.calls, 0);
        expect(sums).toBe(result.spent.calls);
        expect(["budget", "no-progress", "failed"]).toContain(result.reason);
      }),
      { numRuns: 200 },
    );
  });

  it("correct(task) counts the usage of the response, and the worst case where it is unknown or the call failed", async () => {
    const strategies = [
      strategyOf("known", () => ({ response: responseOf(answered(0.5), 40) }), { tokens: 100, money: 1 }),
      strategyOf("unknown", () => ({ response: answered(0.5) }), { tokens: 100, money: 1 }),
      strategyOf("failing", () => Promise.reject(new Error("503")), { tokens: 100, money: 1 }),
    ];
    const { attempts, spent } = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies, budget: { tokens: 1000 } },
    );
    expect(attempts.map(({ cost }) => cost.tokens)).toEqual([40, 100, 100]);
    expect(spent).toMatchObject({ calls: 3, tokens: 240, money: 3 });
    expect(attempts[2]?.error).toMatchObject({ message: "503" });
  });

  it("correct(task) stops where a strategy costs more than it declared", async () => {
    const strategies = [
      strategyOf("liar", () => ({ response: responseOf(answered(0.5), 900) }), { tokens: 10 }, { times: 5 }),
    ];
    const result = await correct({ ask }, { ...OPTIONS, accept: 0.9, strategies, budget: { tokens: 100 } });
    expect(result.reason).toBe("budget");
    expect(result.sentence).toBe("liar cost more than the most it declared, and more than was left.");
    expect(result.attempts).toHaveLength(1);
    expect(result.best?.confidence).toBeCloseTo(0.5, 12);
  });

  it("correct(task) ends at its time, also where a call does not stop, and keeps the best answer", async () => {
    let aborted = false;
    const strategies = [giving(0.6), strategyOf("slow", () => new Promise<StrategyResult>(() => {}), {})];
    const waiting: Strategy = {
      ...strategyOf("slow", () => ({})),
      run: (_, signal) => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        return new Promise(() => {});
      },
    };
    const result = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies: [strategies[0] ?? waiting, waiting], budget: { timeMs: 40 } },
    );
    expect(aborted).toBe(true);
    expect(result).toMatchObject({ reason: "budget", sentence: "The time is spent." });
    expect(result.best?.confidence).toBeCloseTo(0.6, 12);
    expect(result.attempts[1]?.error).toMatchObject({ name: "TimeoutError" });
  });

  it("correct(task, { signal }) stops when the caller aborts, with the trail", async () => {
    const controller = new AbortController();
    const strategies = [
      giving(0.6),
      strategyOf("aborting", () => {
        controller.abort();
        return new Promise<StrategyResult>(() => {});
      }),
      strategyOf("never", () => ({ response: answered(1) })),
    ];
    const result = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies, budget: { calls: 9 }, signal: controller.signal },
    );
    expect(result).toMatchObject({ reason: "aborted", sentence: "The caller aborted." });
    expect(result.attempts.map(({ strategy }) => strategy)).toEqual(["ask", "aborting"]);
    const before = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies, budget: { calls: 9 }, signal: controller.signal },
    );
    expect(before).toMatchObject({ reason: "aborted", attempts: [] });
  });

  it("correct(task) stops where the best confidence no longer rises, and where strategies are used up", async () => {
    const stuck = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies: [giving(0.5, 0.6, 0.6, 0.605, 0.99)], budget: { calls: 9 }, patience: 2 },
    );
    expect(stuck).toMatchObject({
      reason: "no-progress",
      sentence: "The best confidence rose by no more than 0.01 over the last 2 tries.",
    });
    expect(stuck.attempts).toHaveLength(4);
    const used = await correct({ ask }, { ...OPTIONS, accept: 0.9, strategies: [giving(0.5)], budget: { calls: 9 } });
    expect(used).toMatchObject({ reason: "no-progress", sentence: "Every strategy was used as often as it may." });
    expect(used.best?.confidence).toBeCloseTo(0.5, 12);
  });

  it("correct(task) hands over to a person where it would give up, also when the calls are spent", async () => {
    const person = handOver(async ({ best }) => traceOf([[`checked ${best?.confidence?.toFixed(1)}`, null]]));
    for (const [strategies, budget] of [
      [[giving(0.5), person], { calls: 9 }],
      [[giving(0.5, 0.5, 0.5), person], { calls: 1 }],
      [[giving(0.5), giving(0.5), giving(0.5), giving(0.5), giving(0.5), person], { calls: 9 }],
    ] as const) {
      const result = await correct({ ask }, { ...OPTIONS, accept: 0.9, strategies, budget });
      expect(result).toMatchObject({ reason: "handed-over", sentence: "a person took over." });
      expect(result.best).toMatchObject({ kind: "hand-over", response: { text: "checked 0.5" }, accepted: false });
    }
    const later = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies: [giving(0.5), handOver(async () => undefined)], budget: { calls: 9 } },
    );
    expect(later.reason).toBe("handed-over");
    expect(later.best?.confidence).toBeCloseTo(0.5, 12);
    const failing = handOver(() => Promise.reject(new Error("nobody there")));
    const none = await correct(
      { ask },
      { ...OPTIONS, accept: 0.9, strategies: [giving(0.5), failing], budget: { calls: 9 } },
    );
    expect(none.reason).toBe("no-progress");
    expect(none.attempts[1]?.error).toMatchObject({ message: "nobody there" });
  });

  it("correct(task) records failures and says when every try failed", async () => {
    const strategies = [
      strategyOf("throws", () => Promise.reject(new Error("500"))),
      strategyOf("fault", () => ({
        response: { ...responseOf(answered(1), 1), choices: [], fault: { status: 500, code: null, message: "x" } },
      })),
      strategyOf("nonsense", () => ({ response: 5 })),
    ];
    const result = await correct({ ask }, { ...OPTIONS, accept: 0.9, strategies, budget: { calls: 9 } });
    expect(result).toMatchObject({ reason: "failed", best: null, assessed: 0 });
    expect(result.attempts.every(({ error }) => error instanceof Error)).toBe(true);
  });

  it("correct(task) never accepts an answer without evidence", async () => {
    const strategies = [strategyOf("silent", () => ({ response: traceOf([["Paris", null]]) }))];
    for (const accept of [0.01, policyFromCosts(identity, { ...COSTS, error: 0 }, { version: "0.0.0" }), () => true]) {
      const result = await correct({ ask }, { ...OPTIONS, accept, strategies, budget: { calls: 3 } });
      expect(result.reason).toBe("no-progress");
      expect(result.best).toMatchObject({ confidence: null, accepted: false });
    }
  });

  it("correct(task) with a calibrator of single answers counts the doubt of the k-th answer k times", async () => {
    const options = {
      accept: 0.9,
      strategies: [giving(0.8, 0.92, 0.97)],
      budget: { calls: 9 },
      assess: { calibrator: identity },
    };
    const result = await correct({ ask }, options);
    expect(result.attempts.map(({ confidence }) => confidence)).toEqual(
      [0.8, 0.84, 0.91].map((p) => expect.closeTo(p, 10)),
    );
    expect(result).toMatchObject({ reason: "accepted", assessed: 3 });
    expect(result.best?.assessment?.probability).toBeCloseTo(0.97, 12);
  });

  it("correct(task) keeps its promise on questions that a model gets systematically wrong; taking the best as it is does not", async () => {
    const random = createRandom(11);
    const run = async (calibratedOn: "single-answers" | "final-answers") => {
      let [accepted, wrong, doubt] = [0, 0, 0];
      for (let question = 0; question < 1500; question++) {
        const isRight = random.uniform() < 0.6;
        // One look at the truth per answer, with the log-odds that it warrants: every answer by itself is calibrated.
        const look = (): number =>
          1 / (1 + Math.exp(-(Math.log(1.5) + 1.5 * ((isRight ? 1 : -1) * 0.75 + random.normal()))));
        const strategies = [strategyOf("ask", () => ({ response: answered(look()) }), {}, { times: 6 })];
        const result = await correct(
          { ask },
          {
            accept: 0.9,
            strategies,
            budget: { calls: 6 },
            assess: { calibrator: identity },
            calibratedOn,
            patience: 9,
          },
        );
        if (result.reason !== "accepted") continue;
        accepted++;
        doubt += 1 - (result.best?.confidence ?? 0);
        if (!isRight) wrong++;
      }
      return { error: wrong / accepted, doubt: doubt / accepted, accepted };
    };
    const naive = await run("final-answers");
    expect(naive.error).toBeGreaterThan(naive.doubt + 0.05);
    const honest = await run("single-answers");
    expect(honest.accepted).toBeGreaterThan(100);
    expect(honest.error).toBeLessThanOrEqual(0.1);
    expect(honest.error).toBeLessThanOrEqual(honest.doubt + 3 * Math.sqrt((0.1 * 0.9) / honest.accepted));
  });

  it("finalScores(corrections, outcomes) are the rows for a calibrator of final answers", async () => {
    const options = { ...OPTIONS, accept: 0.9, budget: { calls: 9 } };
    const one = await correct({ ask }, { ...options, strategies: [giving(0.95)] });
    const two = await correct({ ask }, { ...options, strategies: [giving(0.4, 0.7)] });
    const none = await correct(
      { ask },
      { ...options, strategies: [strategyOf("x", () => Promise.reject(new Error("x")))] },
    );
    expect(finalScores([one, none, two], [1, 0, 0])).toEqual({
      scores: Float64Array.of(Math.exp(Math.log(0.95)), Math.exp(Math.log(0.7))),
      outcomes: Uint8Array.of(1, 0),
      rows: [0, 2],
      left: 1,
    });
    expect(() => finalScores([one], [1, 0])).toThrow(/1 corrections but 2 outcomes/);
    expect(() => finalScores([one], [0.5])).toThrow(/outcome 0.5 at row 0/);
  });

  it("correct(task) starts nothing with a budget of nothing, and says so", async () => {
    for (const budget of [{ calls: 0 }, { timeMs: 0 }, { money: 0 }, { tokens: 0 }]) {
      let runs = 0;
      const strategy = strategyOf("ask", () => ({ response: answered(0.9 + 0 * runs++) }), { tokens: 1, money: 0.01 });
      const result = await correct({ ask }, { ...OPTIONS, accept: 0.5, strategies: [strategy], budget });
      expect([runs, result.reason, result.best, result.attempts.length]).toEqual([0, "budget", null, 0]);
      expect(result.spent).toMatchObject({ calls: 0, tokens: 0, money: 0 });
    }
  });

  it("correct(task) makes the three tries at 0.1 that 0.3 pays for, and no fourth", async () => {
    for (const [price, limit, tries] of [
      [0.1, 0.3, 3],
      [0.1, 0.7, 7],
      [0.01, 0.06, 6],
      [0.1, 0.29, 2],
      [1e-9, 3e-9, 3],
    ] as const) {
      const strategy = strategyOf("ask", () => ({ response: answered(0.5) }), { money: price }, { times: 20 });
      const options = { ...OPTIONS, accept: 0.9, patience: 50, strategies: [strategy], budget: { money: limit } };
      const result = await correct({ ask }, options);
      expect([result.attempts.length, result.reason]).toEqual([tries, "budget"]);
      expect(result.spent.money).toBeLessThanOrEqual(limit * (1 + 1e-12));
    }
  });

  it("correct(task) records what throws at once, and what throws nothing", async () => {
    const throwing: Strategy = {
      name: "at once",
      kind: "ask",
      atMost: {},
      run: () => {
        throw undefined;
      },
    };
    const result = await correct(
      { ask },
      { ...OPTIONS, accept: 0.5, strategies: [throwing, giving(0.9)], budget: { calls: 5 } },
    );
    expect(result.reason).toBe("accepted");
    expect(result.attempts.map(({ error }) => String(error))).toEqual([
      "Error: the strategy failed and did not say why",
      "null",
    ]);
    expect(result.spent.calls).toBe(2);
  });

  it("correct(task) keeps an answer that was paid for and cannot be assessed", async () => {
    const body = { strange: "shape" };
    const accept = (): boolean => {
      throw new Error("no");
    };
    const odd = strategyOf("odd", () => ({ response: body }));
    const first = await correct({ ask }, { ...OPTIONS, accept: 0.5, strategies: [odd], budget: { calls: 1 } });
    expect(first.attempts).toMatchObject([{ response: body, assessment: null, accepted: false }]);
    const second = await correct({ ask }, { ...OPTIONS, accept, strategies: [giving(0.9)], budget: { calls: 1 } });
    expect(second.reason).toBe("failed");
    expect(second.attempts[0]?.response).toMatchObject({ text: "Paris" });
  });

  it("correct(task) takes the worst case where a response says that it used less than nothing", async () => {
    const trace = answered(0.5);
    const usage = { inputTokens: 5, outputTokens: -1000, reasoningTokens: null };
    const strategy = strategyOf("ask", () => ({ response: { ...responseOf(trace, 1), usage } }), { tokens: 40 });
    const result = await correct({ ask }, { ...OPTIONS, accept: 0.9, strategies: [strategy], budget: { tokens: 100 } });
    expect(result.spent.tokens).toBe(40);
  });

  it("correct(task) runs many loops over the same strategies at once, each with its own count", async () => {
    const strategy: Strategy = {
      name: "ask",
      kind: "ask",
      atMost: {},
      times: 3,
      run: async ({ attempts }) => {
        await new Promise((resolve) => setTimeout(resolve, attempts.length));
        return { response: answered(0.3 + 0.3 * attempts.length) };
      },
    };
    const options = { ...OPTIONS, accept: 0.85, strategies: [strategy], budget: { calls: 3 } };
    const results = await Promise.all(Array.from({ length: 20 }, () => correct({ ask }, options)));
    for (const { reason, attempts, spent } of results)
      expect([reason, attempts.length, spent.calls]).toEqual(["accepted", 3, 3]);
  });

  it("correct(task) refuses what has no shape before anything is spent", async () => {
    let runs = 0;
    const strategy = strategyOf("ask", () => ({ response: answered(0.5 + 0 * runs++) }));
    const base = { ...OPTIONS, accept: 0.9, strategies: [strategy], budget: { calls: 3 } };
    const wrong: [object, RegExp][] = [
      [{ accept: undefined }, /accept must be a policy, a probability or a function, got undefined/],
      [{ accept: "0.9" }, /accept must be a policy, a probability or a function, got "0.9"/],
      [{ accept: null }, /accept must be a policy, a probability or a function, got null/],
      [{ strategies: {} }, /at least one strategy/],
      [{ strategies: [{}] }, /strategy 0 is none/],
      [{ budget: undefined }, /needs a budget/],
      [{ signal: {} }, /signal must be an AbortSignal/],
      [{ now: 7 }, /now must be a function/],
      [{ assess: { calibrator: identity, segments: { team: 7 } } }, /segments: expected an object of texts/],
    ];
    for (const [change, message] of wrong) {
      const options = Object.assign({}, base, change);
      await expect(correct({ ask }, options)).rejects.toThrow(message);
    }
    expect(runs).toBe(0);
  });

  it("correct(task, options) refuses options that do not fit, before anything is spent", async () => {
    const base: CorrectOptions = { ...OPTIONS, accept: 0.9, strategies: [giving(0.5)], budget: { calls: 3 } };
    const refuse = (change: Partial<CorrectOptions>, message: RegExp): Promise<void> =>
      expect(correct({ ask }, { ...base, ...change })).rejects.toThrow(message);
    await refuse({ budget: {} }, /the budget limits nothing/);
    await refuse({ budget: { calls: -1 } }, /budget.calls must be a number >= 0, got -1/);
    await refuse({ strategies: [] }, /at least one strategy/);
    await refuse({ budget: { tokens: 100 } }, /ask: the budget limits tokens, so atMost.tokens must say/);
    await refuse({ accept: 0 }, /accept must be a probability in \(0, 1\], got 0/);
    await refuse({ assess: {} }, /nothing makes one: give assess a calibrator or a stack/);
    await refuse({ patience: 0 }, /patience must be a whole number >= 1/);
    await refuse({ leastGain: -1 }, /leastGain must be a number >= 0/);
    await refuse({ strategies: [{ ...giving(0.5), times: 0 }] }, /times must be a whole number >= 1/);
    await refuse(
      { strategies: [{ ...giving(0.5), atMost: { calls: Infinity } }] },
      /atMost.calls must be a finite number/,
    );
  });
});

describe("strategies", () => {
  it("reAsk(model) shows the answer and names its weak part", async () => {
    const asks: Ask[] = [];
    const model = {
      call: async (request: Ask): Promise<Trace> => {
        asks.push(request);
        return traceOf([
          ['{"city":', 1],
          [' "Rome"', asks.length === 1 ? 0.4 : 0.95],
          ["}", 1],
        ]);
      },
      atMost: {},
    };
    const result = await correct(
      { ask },
      {
        ...OPTIONS,
        assess: { calibrator: identity, field: "$.city" },
        accept: 0.9,
        strategies: [askAgain(model), reAsk(model)],
        budget: { calls: 4 },
      },
    );
    expect(result.reason).toBe("accepted");
    const [, , request] = asks[1]?.messages ?? [];
    expect(asks[1]?.messages[1]).toMatchObject({ role: "assistant", content: '{"city": "Rome"}' });
    expect(request?.content).toMatch(/^You were least sure of the value of \$\.city, "\\"Rome\\""\. Check it/);
  });

  it("verifyAnswer(judge) makes a probability only with a calibrator of its own", async () => {
    const writer = { call: async () => answered(0.5), atMost: {} };
    const judge = {
      call: async () => {
        const trace = traceOf([["yes", 0.96]]);
        const [token] = trace.tokens;
        const top = [
          { text: "yes", bytes: null, id: null, logprob: Math.log(0.96) },
          { text: "no", bytes: null, id: null, logprob: Math.log(0.04) },
        ];
        return { ...trace, topK: 2, tokens: token === undefined ? [] : [{ ...token, top }] };
      },
      atMost: {},
    };
    const base = { ...OPTIONS, accept: 0.9, budget: { calls: 4 } };
    const without = await correct({ ask }, { ...base, strategies: [askAgain(writer), verifyAnswer(judge)] });
    expect(without.reason).toBe("no-progress");
    expect(without.attempts[1]).toMatchObject({ confidence: null, assessment: { score: { name: "judged" } } });
    const own = verifyAnswer(judge, { assess: { calibrator: identity } });
    const result = await correct({ ask }, { ...base, strategies: [askAgain(writer), own] });
    expect(result).toMatchObject({ reason: "accepted", best: { strategy: "verify", response: { text: "Paris" } } });
    expect(result.best?.assessment?.evidence.kind).toBe("judge");
  });

  it("sampleMore(model) takes the most frequent answer and its agreement", async () => {
    const texts = ["Lyon", "Paris", "Paris", "Paris"];
    let next = 0;
    const model = { call: async () => responseOf(answered(0.5, texts[next++ % 4]), 10), atMost: { tokens: 50 } };
    const strategies = [askAgain(model), sampleMore(model, { samples: 3, assess: { calibrator: identity } })];
    const result = await correct({ ask }, { ...OPTIONS, accept: 0.99, strategies, budget: { tokens: 1000 } });
    expect(result.attempts[1]).toMatchObject({
      assessment: {
        score: { name: "agreement", value: expect.closeTo(2 / 3, 12) },
        evidence: { kind: "samples" },
      },
      cost: { calls: 3, tokens: 30 },
      response: { choices: [{ text: "Paris" }] },
    });
    expect(strategies[1]?.atMost).toEqual({ calls: 3, tokens: 150 });
  });

  it("sampleMore(model) is one failed try where a call throws at once, and leaves no rejection behind", async () => {
    const unhandled: unknown[] = [];
    const remember = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", remember);
    let calls = 0;
    const model = {
      atMost: {},
      call: (): Promise<unknown> => {
        if (calls++ === 0) return Promise.reject(new Error("refused"));
        throw new Error("at once");
      },
    };
    const strategies = [sampleMore(model, { samples: 3 })];
    const result = await correct({ ask }, { ...OPTIONS, accept: 0.5, strategies, budget: { calls: 3 } });
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.off("unhandledRejection", remember);
    expect([result.reason, calls, unhandled.length]).toEqual(["failed", 3, 0]);
  });

  it("escalateTo(model) assesses another model by its own calibrator", async () => {
    const small = { call: async () => answered(0.6), atMost: {} };
    const large = { call: async () => answered(0.6), atMost: {} };
    const trusting = calibratorOf({ method: "x", map: { kind: "interpolated", x: [0, 1], y: [0.9, 1] } });
    const strategies = [askAgain(small), escalateTo(large, { assess: { calibrator: trusting } })];
    const result = await correct({ ask }, { ...OPTIONS, accept: 0.95, strategies, budget: { calls: 2 } });
    expect(result.best).toMatchObject({ kind: "escalate", confidence: expect.closeTo(0.96, 12) });
  });
});
