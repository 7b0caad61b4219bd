import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../src/fields/fields-of.ts";
import { weakestField } from "../../src/fields/weakest-field.ts";
import { arrayOf, isObject } from "../../src/json.ts";
import type { Token } from "../../src/trace/token.ts";
import { traceOf } from "./tokens.ts";

const folder = fileURLToPath(new URL("../../../../../shared/data/llm/token_level/", import.meta.url));
const present = existsSync(folder);

const parsed = (text: string): unknown => JSON.parse(text);
const inside = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);

/** Tokens of OpenAI's chat completions, laid end to end. */
function laid(entries: readonly unknown[]): Token[] {
  let at = 0;
  return entries.map((entry) => {
    const bytes = arrayOf(inside(entry, "bytes")).map(Number);
    const start = at;
    at += bytes.length;
    return {
      text: String(inside(entry, "token")),
      bytes,
      id: null,
      logprob: Number(inside(entry, "logprob")),
      logprobBound: null,
      top: [],
      channel: "content",
      start,
      end: at,
    };
  });
}

it("the recorded answers are beside a checkout that is tested in full", () => {
  if (!present && process.env["CI"] === "true") throw new Error("the recorded answers are missing");
});

describe.skipIf(!present)("fieldsOf(trace), of recorded answers", () => {
  it("finds the 5 tokens of values among 17, and no mass of the other 12 in them", () => {
    const body = parsed(readFileSync(`${folder}openai_structured_output_gpt-4o_parsed.json`, "utf8"));
    const choice = arrayOf(inside(body, "choices"))[0];
    const list = laid(arrayOf(inside(choice, "logprobs", "content")));
    const text = String(inside(choice, "message", "content"));
    const fields = fieldsOf(traceOf(text, list));
    expect(list).toHaveLength(17);
    expect(fields.map(({ path, value, tokens, flags }) => [path, value, tokens, flags])).toEqual([
      ["$.name", "Science Fair", [3, 4], []],
      ["$.date", "Friday", [8], []],
      ["$.participants[0]", "Alice", [12], []],
      ["$.participants[1]", "Bob", [14], []],
    ]);
    for (const { probability, tokens } of fields)
      expect(Math.log(probability ?? 0)).toBeCloseTo(
        tokens.reduce((sum, k) => sum + (list[k]?.logprob ?? 0), 0),
        13,
      );
    expect(weakestField(fields)).toMatchObject({ path: "$.date" });
    expect(weakestField(fields)?.probability).toBeCloseTo(Math.exp(-0.09504829), 13);

    const all = list.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0);
    const masses = fields.map((f) => (f.probability ?? 0) * (f.quoteProbability ?? 0) * (f.separatorProbability ?? 0));
    expect(masses.reduce((product, mass) => product * mass)).toBeCloseTo(Math.exp(all), 13);
    expect(Math.exp(all / list.length)).toBeGreaterThan(weakestField(fields)?.probability ?? 1);
  });

  it("reads a recorded stream after every chunk, as it grows", () => {
    const lines = readFileSync(`${folder}openai_chat_stream__stream_emits_content_logprobs_events_1.jsonl`, "utf8");
    const entries = lines
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => arrayOf(inside(arrayOf(inside(parsed(line), "choices"))[0], "logprobs", "content")));
    const list = laid(entries);
    const texts = list.map((_, k) =>
      list
        .slice(0, k + 1)
        .map(({ text }) => text)
        .join(""),
    );
    const counts = texts.map((text, k) => fieldsOf(traceOf(text, list.slice(0, k + 1))).length);
    expect(list.length).toBeGreaterThan(5);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    const whole = fieldsOf(traceOf(texts.at(-1) ?? "", list));
    expect(Object.keys(Object(parsed(texts.at(-1) ?? "")))).toEqual(whole.map(({ path }) => path.slice(2)));
    for (const field of whole) expect(field.probability).toBeGreaterThan(0);
  });
});
