import { inspectAnswer } from "@candor/llm";
import { describe, expect, it } from "vitest";
import { keptAnswers } from "../../src/simulation/judge-response.ts";
import { simulate } from "../../src/simulation/simulate.ts";

const until = Date.UTC(2026, 5, 20, 10, 30);
const world = simulate({ until, version: "0.0.0", scale: 0.1 });
const kept = world.predictions.filter(({ id }) => world.contents.has(id));
const contentOf = (id: string) => world.contents.get(id) ?? expect.fail(`no content of ${id}`);
const read = (id: string) => inspectAnswer(contentOf(id)["response"], { field: "$.verdict" });

describe("simulate(options).contents", () => {
  it("are of the newest verdicts, the same every time, and small", () => {
    expect(kept).toHaveLength(keptAnswers);
    expect(kept.every(({ model }) => model === "grounding-judge")).toBe(true);
    const oldest = Math.min(...kept.map(({ time }) => time));
    const younger = world.predictions.filter(({ model, time }) => model === "grounding-judge" && time > oldest);
    expect(younger).toHaveLength(keptAnswers - 1);
    const again = simulate({ until, version: "0.0.0", scale: 0.1 }).contents;
    expect([...again]).toEqual([...world.contents]);
    expect(JSON.stringify([...world.contents]).length).toBeLessThan(2_500_000);
  });

  it("say the verdict with the very confidence of the prediction, and nothing odd", () => {
    let sure = 0;
    for (const { id, rawConfidence, prediction } of kept) {
      const { confidence, fields, notes, evidence } = read(id);
      expect(fields[0]).toMatchObject({ path: "$.verdict", json: `"${prediction}"` });
      if (rawConfidence === null) {
        expect(confidence.value).toBeNull();
        expect(evidence.kind).toBe("none");
        continue;
      }
      sure++;
      expect(Math.abs((confidence.value ?? -1) - rawConfidence)).toBeLessThanOrEqual(1e-12);
      expect(confidence.bounds).toBeNull();
      expect(fields.flatMap((field) => field.notes)).toEqual([]);
      expect(notes).toEqual([]);
      expect(fields.find(({ path }) => path === "$.confidence")?.json).toBe(
        rawConfidence === 1 ? "1.0" : String(rawConfidence),
      );
    }
    expect(sure).toBeGreaterThan(0.9 * keptAnswers);
    expect(sure).toBeLessThan(keptAnswers);
  });

  it("judge an answer that is grounded exactly where verdict and truth say so", () => {
    for (const { id, prediction, truth } of kept) {
      const isGrounded = (prediction === "grounded") === (truth.outcome === 1);
      const answer = /Answer: (.*)\n/.exec(String(contentOf(id)["prompt"]))?.[1] ?? "";
      const sibling = kept.find(
        (other) =>
          String(contentOf(other.id)["prompt"]).includes(`Answer: ${answer}\n`) &&
          ((other.prediction === "grounded") === (other.truth.outcome === 1)) !== isGrounded,
      );
      expect([id, sibling?.id]).toEqual([id, undefined]);
    }
  });
});
