import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@candor/core";
import { assess, calibratorOfScore, fromResponse } from "@candor/llm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator } from "../cli/calibrators.ts";
import { costPolicy } from "../serving/serving-with.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
const fixtures = join(import.meta.dirname, "../../../llm/test/fixtures");
const calibrator = calibratorOfScore(binaryCalibrator({ scoreKind: "confidence", classNames: [] }), "lengthNormalised");
const policy = costPolicy(calibrator);
let server: TestServer;
let writer: string;

beforeAll(async () => {
  server = await openServer(now);
  const admin = await server.key(["admin"]);
  writer = await server.key(["write"]);
  const json = { document: policy, model: "chat", version: "v1" };
  const { id } = await (await server.ask("/api/v1/policies", { key: admin, json })).json();
  await server.ask("/api/v1/activations", { key: admin, json: { model: "chat", version: "v1", policyId: id } });
});
afterAll(() => server.close());

function bodies(): [name: string, body: unknown][] {
  return readdirSync(fixtures, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, JSON.parse(readFileSync(join(fixtures, name), "utf8"))]);
}

function expected(body: unknown): { probability: number | null; decision: string | null } | string {
  try {
    return assess(body, { policy });
  } catch (error) {
    if (InputError.is(error)) return error.message;
    throw error;
  }
}

/** Every text of four characters or more that an answer says. */
function said(body: unknown): string[] {
  try {
    return fromResponse(body).choices.flatMap(({ text }) => (text.length < 4 ? [] : [text]));
  } catch {
    return [];
  }
}

describe("POST /api/v1/decide with the response of a language model", () => {
  const ask = (response: unknown, id: string) =>
    server.ask("/api/v1/decide", { key: writer, json: { id, model: "chat", version: "v1", llm: { response } } });

  it("decides the response of every provider as assess does, and keeps nothing of what was said", async () => {
    const all = bodies();
    expect(all.length).toBeGreaterThan(30);
    const kept: string[] = [];
    for (const [name, body] of all) {
      const reply = await ask(body, name);
      const wanted = expected(body);
      const got = await reply.json();
      if (typeof wanted === "string") {
        expect([name, reply.status, got.error?.message]).toEqual([name, 400, wanted]);
        continue;
      }
      const { probability, decision } = wanted;
      expect([name, got.probability, got.decision]).toEqual([name, probability, decision]);
      if (probability === null) expect(got.decision).not.toBe("act");
      kept.push(name);
    }
    await server.deps.ingest.settled();
    const stored = await Promise.all(kept.map((id) => server.deps.events.prediction("default", id)));
    for (const one of stored) {
      const names = Object.keys(one?.prediction.evidence ?? {});
      expect(names.every((name) => ["kind", "score", "value", "lower", "upper", "n", "topK"].includes(name))).toBe(
        true,
      );
    }
    const everything = `${JSON.stringify(stored)}${server.lines.join("")}`;
    for (const [, body] of all) for (const text of said(body)) expect(everything).not.toContain(text);
  });

  it("keeps no trace of a canary in the answer, in the log or in a refusal", async () => {
    const canary = "the canary sings at dusk";
    const file = readFileSync(join(fixtures, "chat-completions/openai.json"), "utf8");
    const response: unknown = JSON.parse(
      file.replaceAll("The capital is Paris.", canary).replaceAll('"The"', `"${canary}"`),
    );
    const good = await ask(response, "canary");
    const bad = await ask({ choices: [{ message: { content: canary }, logprobs: canary }] }, "canary-2");
    const texts = [await good.text(), await bad.text()];
    await server.deps.ingest.settled();
    const stored = JSON.stringify(await server.deps.events.prediction("default", "canary"));
    expect(`${texts.join("")}${stored}${server.lines.join("")}`).not.toContain("canary sings");
  });

  it("answers without log-probabilities with no probability, and never acts", async () => {
    const body = { choices: [{ index: 0, message: { role: "assistant", content: "Yes." }, finish_reason: "stop" }] };
    const json = {
      id: "bare",
      model: "chat",
      version: "v1",
      llm: { response: { object: "chat.completion", ...body } },
    };
    const got = await (await server.ask("/api/v1/decide", { key: writer, json })).json();
    expect(got).toMatchObject({ probability: null, rawConfidence: null, certified: true });
    expect(got.decision).not.toBe("act");
    expect(got.reason).toMatch(/Without a probability the policy does not act\.$/);
  });

  it("refuses another score than the calibrator was fitted on", async () => {
    const [, body] = bodies().find(([name]) => name === "chat-completions/openai.json") ?? [];
    const json = { id: "other", model: "chat", version: "v1", llm: { response: body, score: "minToken" } };
    const reply = await server.ask("/api/v1/decide", { key: writer, json });
    expect((await reply.json()).error.message).toBe(
      'the calibrator was fitted on the score "lengthNormalised", the answer is scored by "minToken"',
    );
  });
});
