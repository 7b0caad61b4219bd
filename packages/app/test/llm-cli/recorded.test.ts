import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LlmDocument } from "@candor/llm";
import { describe, expect, it } from "vitest";
import { candor } from "../cli/run.ts";

const recorded = fileURLToPath(new URL("../../../../../shared/data/llm/token_level", import.meta.url));
const present = existsSync(recorded);

async function document(name: string, ...args: string[]): Promise<LlmDocument> {
  const { code, stdout, stderr } = await candor(["llm", join(recorded, name), ...args, "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

it("the recorded responses are there when CI says that they must be", () => {
  expect(present || process.env["CI"] !== "true").toBe(true);
});

describe.skipIf(!present)("candor llm on recorded responses", () => {
  it("gives fields whose tokens are fused with punctuation their own probability", async () => {
    const name = "openai_structured_output_gpt-4o_parsed.json";
    const { entries } = await document(name);
    const body: { choices: { logprobs: { content: { token: string; logprob: number }[] } }[] } = JSON.parse(
      readFileSync(join(recorded, name), "utf8"),
    );
    const tokens = body.choices[0]?.logprobs.content ?? [];
    const total = tokens.reduce((sum, { logprob }) => sum + logprob, 0);
    expect(entries[0]?.scores.sequence).toBeCloseTo(Math.exp(total), 12);
    expect(entries[0]?.scores.perplexity).toBeCloseTo(Math.exp(-total / tokens.length), 12);
    const friday = tokens.find(({ token }) => token === "Friday")?.logprob ?? Number.NaN;
    const field = entries[0]?.fields.find(({ path }) => path === "$.date");
    expect(field?.probability).toBeCloseTo(Math.exp(friday), 12);
    expect(entries[0]?.fields.map(({ json }) => json)).toEqual(['"Science Fair"', '"Friday"', '"Alice"', '"Bob"']);
  });

  it("keeps every token of a stream, of its answer or of its refusal", async () => {
    const content = await document("openai_chat_stream__stream_emits_content_logprobs_events_1.jsonl", "--stream");
    expect(content.n).toBe(1);
    expect(content.entries[0]?.tokens).toHaveLength(10);
    expect(content.entries[0]?.tokens.map(({ text }) => text).join("")).toBe(content.entries[0]?.text);
    const refusal = await document("openai_chat_stream__stream_emits_refusal_logprobs_events_1.jsonl", "--stream");
    expect(refusal.entries[0]?.refusal).toMatch(/sorry/);
    expect(refusal.entries[0]?.tokens.every(({ channel }) => channel === "refusal")).toBe(true);
    expect(refusal.entries[0]?.scores.lengthNormalised).toBeNull();
  });

  it("has no confidence for streams without log-probabilities", async () => {
    for (const name of ["stream_works_1", "stream_is_robust_against_leading_newline_chunks_1"]) {
      const { entries, summary } = await document(`openai_chat_stream__${name}.jsonl`, "--stream");
      expect(entries[0]?.evidence.kind).toBe("none");
      expect(summary.withConfidence).toBe(0);
    }
  });
});
