import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { fromStream } from "../../src/adapters/from-stream.ts";
import { openStream } from "../../src/adapters/open-stream.ts";

const folder = fileURLToPath(new URL("../../../../../shared/data/llm/token_level/", import.meta.url));
const isPresent = existsSync(folder);
const recordings = describe.skipIf(!isPresent && process.env["CI"] !== "true");

function lines(name: string): readonly string[] {
  return readFileSync(`${folder}openai_chat_stream__${name}_1.jsonl`, "utf8").trim().split("\n");
}

async function* bytesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.slice(from, from + size);
}

recordings("recorded responses of OpenAI", () => {
  it("fromStream(bytes) reads every token of a recorded answer", async () => {
    const events = lines("stream_emits_content_logprobs_events");
    const { provider, format, model, choices } = await fromStream(bytesOf(events.join("\n"), 977));
    expect([provider, format, model]).toEqual(["openai", "chat-completions", "gpt-4o-2024-08-06"]);
    const [trace] = choices;
    expect(trace?.tokens).toHaveLength(10);
    expect(trace?.tokens.map((token) => token.text).join("")).toBe(trace?.text);
    expect(JSON.parse(trace?.text ?? "")).toEqual({ city: "San Francisco", units: "f" });
    expect(trace?.logprobs).toBe("present");
    expect(trace?.tokens[0]?.logprob).toBe(-0.0036115935);
    expect(trace?.tokens.at(-1)?.end).toBe(new TextEncoder().encode(trace?.text).length);
    expect(trace?.flags).toEqual([]);
    expect(trace?.finish).toBe("stop");
  });

  it("fromStream(sse) of a recorded refusal has its tokens in the refusal channel", async () => {
    const sse = lines("stream_emits_refusal_logprobs_events").map((line) => `data: ${line}\n\n`);
    const [trace] = (await fromStream(bytesOf(`${sse.join("")}data: [DONE]\n\n`, 13))).choices;
    expect(trace?.text).toBe("");
    expect(trace?.refusal).toBe("I'm very sorry, but I can't assist with that request.");
    expect(trace?.tokens.every((token) => token.channel === "refusal" && token.start >= 0)).toBe(true);
    expect(trace?.tokens.map((token) => token.text).join("")).toBe(trace?.refusal);
    expect(trace?.flags).toEqual([]);
  });

  it.each(["stream_works", "stream_is_robust_against_leading_newline_chunks"])(
    "openStream() of %s, recorded with null log-probabilities, is absent, or ignored when they were asked for",
    (name) => {
      for (const requested of [undefined, { topK: 5 }]) {
        const stream = openStream(requested === undefined ? {} : { requested });
        for (const line of lines(name)) expect(stream.push(JSON.parse(line))).toEqual([]);
        const [trace] = stream.end().choices;
        expect(trace?.logprobs).toBe(requested === undefined ? "absent" : "ignored");
        expect(trace?.flags).toEqual(requested === undefined ? [] : ["logprobs-ignored"]);
        expect(trace?.tokens).toEqual([]);
        expect(JSON.parse(trace?.text ?? "")).toHaveProperty("city");
      }
    },
  );

  it("fromResponse(structured output) lays fused tokens on the text", () => {
    const body: unknown = JSON.parse(readFileSync(`${folder}openai_structured_output_gpt-4o_parsed.json`, "utf8"));
    const [trace] = fromResponse(body).choices;
    expect(trace?.tokens).toHaveLength(17);
    expect(trace?.logprobs).toBe("present");
    const bytes = new TextEncoder().encode(trace?.text);
    for (const token of trace?.tokens ?? []) expect([...bytes.slice(token.start, token.end)]).toEqual(token.bytes);
    expect(trace?.flags).toEqual([]);
  });
});
