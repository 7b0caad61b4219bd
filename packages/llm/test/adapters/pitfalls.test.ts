import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { scoreTrace } from "../../src/scores/score-trace.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { chat, entry, firstTrace, fixture, readStream } from "./read-fixture.ts";

const wrong = [239, 191, 189];

/** Every number of a trace that is a log-probability. */
function logprobsOf(trace: Trace): readonly number[] {
  return trace.tokens.flatMap(({ logprob, logprobBound, top }) =>
    [logprob, logprobBound, ...top.map((other) => other.logprob)].flatMap((value) => value ?? []),
  );
}

describe("fromResponse(body) does not fall for", () => {
  it("−9999, which means that a token is not among the alternatives and is no log-probability", () => {
    const trace = firstTrace(fixture("chat-completions/vllm.json"));
    expect(Math.min(...logprobsOf(trace))).toBeGreaterThan(-100);
    expect(trace.tokens[4]).toMatchObject({ text: ",", logprob: null });
    // Its alternatives leave 1 − e^−0.4 − e^−1.4 = 0.083, which is less than the last of them has.
    expect(trace.tokens[4]?.logprobBound).toBeCloseTo(Math.log(1.001 - Math.exp(-0.4) - Math.exp(-1.4)), 12);
    expect(trace.flags).toContain("sentinel-logprobs");
    expect(trace.logprobs).toBe("partial");
  });

  it.each([1, null, "-Infinity", Number.NaN, Number.NEGATIVE_INFINITY, undefined])(
    "%s in place of a log-probability, which would be certainty or −∞",
    (value) => {
      const trace = firstTrace(chat("ab", [entry("a", value), entry("b", -0.5)]));
      expect(trace.tokens.map(({ logprob }) => logprob)).toEqual([null, -0.5]);
      expect(trace.logprobs).toBe("partial");
      expect(trace.flags).toContain("partial-logprobs");
    },
  );

  it("the null of the first echoed token, which is not certainty", () => {
    const trace = firstTrace(fixture("completions/echo.json"));
    expect(trace.tokens.map(({ logprob }) => logprob)).toEqual([null, -0.7]);
    expect(trace.flags).toEqual(["partial-logprobs"]);
  });

  it("log-probabilities a rounding above 0, which are 0", () => {
    const trace = firstTrace(chat("a", [entry("a", 1e-7)]));
    expect(trace.tokens[0]?.logprob).toBe(0);
    expect(trace).toMatchObject({ logprobs: "present", flags: ["positive-logprobs"] });
  });

  it("the wrong bytes of half a character, which are those of U+FFFD and shift all that follows", () => {
    const trace = firstTrace(fixture("chat-completions/vllm.json"));
    expect(trace.tokens.map(({ bytes }) => bytes)).toEqual([[72, 105], [32, 240, 159], [166], [156], [44], [32, 55]]);
    expect(trace.tokens.at(-1)).toMatchObject({ start: 8, end: 10 });
    expect(trace.flags).toContain("bytes-restored");
    expect(JSON.stringify(trace.tokens)).not.toContain(JSON.stringify(wrong));
  });

  it("half a character that is escaped in the text of its token", () => {
    const trace = firstTrace(fixture("chat-completions/deepseek-escaped-bytes.json"));
    expect(trace.tokens.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [2, 5],
      [5, 6],
      [6, 7],
    ]);
    expect(trace.tokens.map(({ text }) => text)).toEqual(["Hi", " \ufffd", "\ufffd", "\ufffd"]);
    const { choices } = fromResponse(fixture("chat-completions/deepseek-escaped-bytes.json"));
    expect(choices[0]?.flags).toEqual([]);
  });

  it("lengths in UTF-16, which drift after an emoji: a number after it keeps its own token", () => {
    const trace = firstTrace(
      chat(
        '{"🦜":5}',
        ['{"', "🦜", '":', "5}"].map((text, i) => entry(text, -i)),
      ),
    );
    expect(trace.tokens.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [2, 6],
      [6, 8],
      [8, 10],
    ]);
    expect(trace.tokens[3]?.logprob).toBe(-3);
  });

  it("tokens of a stop sequence and of the template, which are not in the text", () => {
    const trace = firstTrace(
      chat(
        "yes",
        ["<s>", "yes", "\n\n", "Q:"].map((text) => entry(text, -0.1)),
      ),
    );
    expect(trace.tokens.map(({ start, end }) => [start, end])).toEqual([
      [0, 0],
      [0, 3],
      [3, 3],
      [3, 3],
    ]);
    expect(trace.flags).toEqual(["text-trimmed"]);
  });

  it("the tokenizer's own spelling of a space", () => {
    const trace = firstTrace(fixture("chat-completions/byte-level-markers.json"));
    expect(trace.tokens.map(({ text }) => text).join("")).toBe(trace.text);
    expect(trace.tokens[1]?.top.map(({ text }) => text)).toEqual([" world", " there"]);
  });

  it("tokens of another text, which it flags rather than shifts", () => {
    const trace = firstTrace(chat("no", [entry("yes", -0.1)]));
    expect(trace.tokens[0]).toMatchObject({ start: -1, end: -1 });
    expect(trace.flags).toEqual(["tokens-differ-from-text"]);
  });

  it("a value and its punctuation in one token, whose bytes stay together", () => {
    const trace = firstTrace(
      chat(
        '{"a":5}',
        ['{"', "a", '":', "5}"].map((text) => entry(text, -2)),
      ),
    );
    expect(trace.tokens.at(-1)).toMatchObject({ text: "5}", start: 5, end: 7, logprob: -2 });
  });

  it("log-probabilities before temperature taken for those after it: the basis says which, or that nobody said", () => {
    expect(firstTrace(fixture("chat-completions/vllm.json")).basis).toBe("raw");
    expect(firstTrace(fixture("chat-completions/ollama.json")).basis).toBe("raw");
    expect(firstTrace(fixture("chat-completions/fireworks.json")).basis).toBe("raw");
    expect(firstTrace(fixture("chat-completions/openai.json")).basis).toBe("unknown");
  });

  it("calls of tools, which have no log-probabilities and are not certain for it", () => {
    const body = fixture("chat-completions/tool-call.json");
    expect(firstTrace(body)).toMatchObject({
      text: "",
      tokens: [],
      logprobs: "absent",
      flags: ["tool-calls-without-logprobs"],
    });
    expect(firstTrace(body, { requested: { topK: 5 } }).logprobs).toBe("unsupported");
  });

  it("reasoning mixed into the content, whose tokens are not the answer's", () => {
    for (const name of ["think-in-content", "reasoning-parted"]) {
      const trace = firstTrace(fixture(`chat-completions/${name}.json`));
      expect(trace).toMatchObject({ text: "4", reasoning: "2+2 is 4" });
      expect(
        trace.tokens.filter(({ channel }) => channel === "content").map(({ text, start, end }) => [text, start, end]),
      ).toEqual([["4", 0, 1]]);
      expect(trace.tokens[2]).toMatchObject({ text: "2+2", channel: "reasoning", start: 0, end: 3 });
      expect(trace.flags).toContain("reasoning-in-content");
    }
  });

  it("reasoning whose opening tag was in the prompt, and tags that the answer merely speaks of", () => {
    const tokens = ["so 4", "</think>", "\n4"].map((text) => entry(text, -0.1));
    expect(firstTrace(chat("so 4</think>\n4", tokens))).toMatchObject({ text: "4", reasoning: "so 4" });
    const spoken = "Write <think> and </think>.";
    expect(firstTrace(chat(spoken, [entry(spoken, -0.1)]))).toMatchObject({ text: spoken, reasoning: null, flags: [] });
    expect(firstTrace(chat("<think> is a tag", null))).toMatchObject({ text: "<think> is a tag", reasoning: null });
    expect(firstTrace(chat("<think>\nhm, it", null, { finish_reason: "length" }))).toMatchObject({
      text: "",
      reasoning: "hm, it",
    });
  });

  it("reasoning that a server took out without a word, whose tokens are still there", () => {
    const tokens = ["<think>", "hm 4", "</think>", "\n", "4"].map((text) => entry(text, -0.1));
    const trace = firstTrace(chat("4", tokens));
    expect(trace.tokens.map(({ channel }) => channel)).toEqual([
      "reasoning",
      "reasoning",
      "reasoning",
      "content",
      "content",
    ]);
    expect(trace.flags).toEqual(["text-trimmed", "reasoning-in-content"]);
  });

  it("an answer without tokens, of which those of its reasoning say nothing", () => {
    const logprobs = { reasoning_content: [entry("hm", -0.1)], content: null };
    const message = { content: "4", reasoning_content: "", reasoning: "hm" };
    const trace = firstTrace(chat("4", null, { message, logprobs }), { requested: { topK: 0 } });
    expect(trace).toMatchObject({ reasoning: "hm", logprobs: "ignored", flags: ["logprobs-ignored"] });
    expect(trace.tokens[0]).toMatchObject({ channel: "reasoning", start: 0, end: 2 });
  });

  it("reasoning that was hidden, of which the visible tokens say nothing", () => {
    expect(firstTrace(fixture("chat-completions/hidden-reasoning.json")).flags).toEqual(["reasoning-unseen"]);
  });

  it("a stream whose events replace one another: every token is appended", async () => {
    const [first, ...rest] = ["a", "b", "c", "d"].map((text) => ({
      choices: [{ index: 0, delta: { content: text }, logprobs: { content: [entry(text, -0.1)] } }],
    }));
    const finish = { choices: [{ index: 0, delta: {}, logprobs: { content: [] }, finish_reason: "stop" }] };
    const [trace] = (await readStream([first ?? {}, ...rest, finish])).choices;
    expect(trace?.tokens.map(({ text }) => text)).toEqual(["a", "b", "c", "d"]);
    expect(trace?.flags).toEqual([]);
  });

  it("the alternatives of the first token, repeated for the others of an event", () => {
    const trace = firstTrace(fixture("chat-completions/repeated-alternatives.json"));
    expect(trace.tokens.map(({ top }) => top.length)).toEqual([2, 0, 0]);
    expect(trace.tokens.map(({ logprob }) => logprob)).toEqual([-0.3, -0.2, -0.1]);
    expect(trace.flags).toEqual(["alternatives-repeated"]);
  });

  it("a parameter that was accepted and ignored", () => {
    const body = fixture("chat-completions/null-logprobs.json");
    expect(firstTrace(body)).toMatchObject({ logprobs: "absent", flags: [] });
    expect(firstTrace(body, { requested: { topK: 5 } })).toMatchObject({
      logprobs: "ignored",
      flags: ["logprobs-ignored"],
    });
    expect(firstTrace(chat("yes", []), { requested: { topK: 5 } }).logprobs).toBe("ignored");
  });

  it("k + 1 or fewer alternatives, or a token outside its own", () => {
    const trace = firstTrace(fixture("chat-completions/vllm.json"));
    expect(trace.tokens.map(({ top }) => top.length)).toEqual([3, 2, 2, 2, 2, 1]);
    expect(trace.topK).toBe(3);
    expect(trace.flags).toContain("chosen-not-in-top");
    expect(trace.tokens[0]?.top.at(-1)).toMatchObject({ text: "Hi", logprob: -2.5 });
  });

  it("token_id:123 in place of a token's text, with bytes of the text or of that very spelling", () => {
    const trace = firstTrace(fixture("chat-completions/numbered-tokens.json"));
    expect(trace.tokens.map(({ text, id, start, end }) => [text, id, start, end])).toEqual([
      ["Yes", 9642, 0, 3],
      [",", 11, 3, 4],
      [" é", 3958, 4, 7],
      [".", 13, 7, 8],
    ]);
    expect(trace.tokens[0]?.top).toEqual([
      { text: "Yes", bytes: [89, 101, 115], id: 9642, logprob: -0.2 },
      { text: "token_id:2822", bytes: null, id: 2822, logprob: -1.9 },
    ]);
    expect(trace.tokens[3]).toMatchObject({ logprob: null, logprobBound: -2.5 });
    expect(trace.flags).toEqual(["numbered-tokens", "sentinel-logprobs", "partial-logprobs", "chosen-not-in-top"]);
    // The mass of a place counts each token once: e^−0.2 + e^−1.9 is less than 1.
    expect(scoreTrace(trace).meanEntropy.reason).toBeNull();
  });

  it("token_id:123 without bytes, of which no text is known", () => {
    const logprobs = {
      tokens: ["token_id:9642", "token_id:0"],
      token_logprobs: [-0.2, -0.1],
      top_logprobs: [{ "token_id:9642": -0.2, "token_id:2822": -1.9 }, null],
      text_offset: [0, 13],
    };
    const choice = { index: 0, text: "Yes!", logprobs, finish_reason: "stop" };
    const trace = firstTrace({ id: "c", object: "text_completion", model: "candor/test-7b", choices: [choice] });
    expect(trace.tokens.map(({ text, bytes, id, start }) => [text, bytes, id, start])).toEqual([
      ["token_id:9642", null, 9642, -1],
      ["token_id:0", null, 0, -1],
    ]);
    expect(trace.flags).toEqual(["tokens-differ-from-text", "numbered-tokens"]);
  });
});
