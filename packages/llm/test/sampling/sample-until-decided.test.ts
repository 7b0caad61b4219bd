import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";
import { entailmentEquivalence } from "../../src/equivalence/model-equivalence.ts";
import { sampleUntilDecided } from "../../src/sampling/sample-until-decided.ts";

const from = (answers: readonly string[]) => (index: number) => Promise.resolve(answers[index] ?? null);

describe("sampleUntilDecided", () => {
  it("sampleUntilDecided(unanimous) asks three of five, and says so", async () => {
    const result = await sampleUntilDecided(from(["5", "5.0", "The answer is 5.", "6", "6"]));
    expect(result).toMatchObject({ answer: "5", decided: "settled", stopped: "decided", asked: 3, discarded: 0 });
    expect(result.agreement).toEqual({ value: 1, bounds: null, n: 3, reason: null });
    expect(result.interval?.lower).toBeLessThan(0.5);
    expect(result.partition.clusters).toEqual([[0, 1, 2]]);
  });
  it("sampleUntilDecided(unanimous, { stopWhen: certified }) asks 5 at level 0.9 and 6 at 0.95", async () => {
    for (const [level, asked] of [
      [0.9, 5],
      [0.95, 6],
    ] as const) {
      const result = await sampleUntilDecided(() => Promise.resolve("yes"), {
        level,
        maxSamples: 20,
        stopWhen: "certified",
      });
      expect(result).toMatchObject({ decided: "certified", asked });
      expect(result.logEvidence).toBeGreaterThanOrEqual(-Math.log(1 - level));
    }
  });
  it("sampleUntilDecided(draw) takes anything with a text and gives it back", async () => {
    const result = await sampleUntilDecided((index) => Promise.resolve({ text: "Paris", index }));
    expect(result.answer).toEqual({ text: "Paris", index: 0 });
  });
  it("sampleUntilDecided(torn) uses its budget, never more, and decides nothing on a tie", async () => {
    const result = await sampleUntilDecided(from(["a", "b", "a", "b"]), { maxSamples: 4 });
    expect(result).toMatchObject({ answer: "a", decided: null, stopped: "budget", asked: 4 });
  });
  it("sampleUntilDecided(one call) has no confidence", async () => {
    const result = await sampleUntilDecided(from(["a"]), { maxSamples: 1 });
    expect(result.agreement).toEqual({
      value: null,
      bounds: null,
      n: 1,
      reason: "One answer alone cannot agree with others.",
    });
    expect(result.interval).toBeNull();
    expect(result.decided).toBeNull();
  });
  it("sampleUntilDecided(failing) reports every failure, pays for it and goes on", async () => {
    const boom = new Error("boom");
    const result = await sampleUntilDecided(
      (index) => (index === 1 ? Promise.reject(boom) : Promise.resolve(index === 2 ? null : "x")),
      { maxSamples: 5 },
    );
    expect(result.failures).toEqual([
      { index: 1, error: boom },
      { index: 2, error: new Error("the draw gave no answer") },
    ]);
    expect(result).toMatchObject({ answer: "x", decided: "settled", asked: 4 });
  });
  it("sampleUntilDecided(all failing) has no answer and no confidence", async () => {
    const result = await sampleUntilDecided(() => Promise.reject(new Error("down")), { maxSamples: 3 });
    expect(result).toMatchObject({ answer: null, stopped: "budget", asked: 3, interval: null, logEvidence: null });
    expect(result.agreement).toEqual({ value: null, bounds: null, n: 0, reason: "No answer came." });
    expect(result.failures).toHaveLength(3);
  });
  it("sampleUntilDecided(failing, { maxFailures }) stops early", async () => {
    const result = await sampleUntilDecided(() => Promise.reject(new Error("down")), { maxSamples: 9, maxFailures: 1 });
    expect(result).toMatchObject({ stopped: "failures", asked: 2 });
  });
  it("sampleUntilDecided(draw that throws at once) is a failure, not a crash", async () => {
    const result = await sampleUntilDecided<string>(
      () => {
        throw new TypeError("bad");
      },
      { maxSamples: 2 },
    );
    expect(result.failures.map(({ error }) => error)).toEqual([new TypeError("bad"), new TypeError("bad")]);
  });
  it("sampleUntilDecided(draw, { concurrency }) never asks for more at a time than could be needed", async () => {
    let [open, most] = [0, 0];
    const draw = async (): Promise<string> => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      return "x";
    };
    const result = await sampleUntilDecided(draw, { concurrency: 10, maxSamples: 5 });
    expect([result.asked, most, result.discarded]).toEqual([3, 3, 0]);
  });
  it("sampleUntilDecided(draw, { concurrency }) counts answers in the order of the calls and never exceeds the budget", async () => {
    const answers = ["a", "b", "b", "a", "a", "b", "b"];
    const serial = await sampleUntilDecided(from(answers), { maxSamples: 7 });
    for (let seed = 1; seed < 20; seed++) {
      let made = 0;
      const result = await sampleUntilDecided(
        async (index) => {
          made++;
          await new Promise((resolve) => setTimeout(resolve, (index * 7 * seed) % 5));
          return answers[index] ?? null;
        },
        { maxSamples: 7, concurrency: 3 },
      );
      expect(made).toBeLessThanOrEqual(7);
      expect(result.answer).toBe(serial.answer);
      expect(result.answers).toEqual(serial.answers);
    }
  });
  it("sampleUntilDecided(draw) ends the calls under way when it is decided", async () => {
    const ended: number[] = [];
    const result = await sampleUntilDecided(
      (index, signal) =>
        new Promise<string>((resolve, reject) => {
          signal.addEventListener("abort", () => {
            ended.push(index);
            reject(signal.reason);
          });
          if (index === 0) setTimeout(() => reject(new Error("down")), 1);
          else if (index < 3) resolve("x");
        }),
      { maxSamples: 4, concurrency: 3, stopWhen: "certified", level: 0.2, minSamples: 1 },
    );
    expect(result.stopped).toBe("decided");
    expect(result.failures.map(({ index }) => index)).toEqual([0]);
    expect(result.discarded).toBe(ended.filter((index) => index > 2).length);
  });
  it("sampleUntilDecided(draw, { signal }) returns what came before the abort", async () => {
    const controller = new AbortController();
    const result = await sampleUntilDecided(
      (index) => {
        if (index < 2) return Promise.resolve(`${index}`);
        controller.abort();
        return new Promise<string>(() => {});
      },
      { signal: controller.signal },
    );
    expect(result).toMatchObject({ stopped: "aborted", decided: null, asked: 3, answers: ["0", "1"], failures: [] });
  });
  it("sampleUntilDecided(draw, { signal already aborted }) asks nothing", async () => {
    const result = await sampleUntilDecided(from(["a"]), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ stopped: "aborted", asked: 0, answer: null });
  });
  it("sampleUntilDecided(draw) finds no agreement among refusals, tool calls and blank answers", async () => {
    const result = await sampleUntilDecided(() => Promise.resolve({ text: " \n" }), { maxSamples: 4 });
    expect(result).toMatchObject({ answer: null, decided: null, stopped: "budget", asked: 4, interval: null });
    expect(result.agreement).toEqual({ value: null, bounds: null, n: 0, reason: "No answer came." });
    expect(result.failures).toHaveLength(4);
  });
  it("sampleUntilDecided(draw, { equivalence that asks a model }) waits for it, and its errors are thrown", async () => {
    const paris = /paris/i;
    const equivalence = entailmentEquivalence((a, b) => Promise.resolve(paris.test(a) === paris.test(b)));
    const result = await sampleUntilDecided(from(["Paris", "It is Paris", "paris!"]), { equivalence });
    expect(result).toMatchObject({ decided: "settled", asked: 3 });
    const broken = entailmentEquivalence(() => Promise.reject(new Error("no classifier")));
    await expect(sampleUntilDecided(from(["a", "b"]), { equivalence: broken })).rejects.toThrow("no classifier");
  });
  it("sampleUntilDecided(draw, options) refuses options without sense", async () => {
    const equivalence = createEquivalence();
    for (const options of [
      { level: 1 },
      { maxSamples: 0 },
      { maxSamples: Infinity },
      { minSamples: 1.5 },
      { concurrency: 0 },
    ])
      await expect(sampleUntilDecided(from([]), { equivalence, ...options })).rejects.toMatchObject({
        code: "out-of-range",
      });
  });
});
