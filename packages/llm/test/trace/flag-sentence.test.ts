import { expect, it } from "vitest";
import { flagSentence, sortedFlags } from "../../src/trace/flag-sentence.ts";
import type { TraceFlag } from "../../src/trace/trace.ts";

const flags: readonly TraceFlag[] = [
  "tokens-differ-from-text",
  "text-trimmed",
  "markers-decoded",
  "bytes-restored",
  "replaced-in-text",
  "numbered-tokens",
  "sentinel-logprobs",
  "positive-logprobs",
  "partial-logprobs",
  "logprobs-ignored",
  "logprobs-rejected",
  "logprobs-not-streamed",
  "tool-calls-without-logprobs",
  "reasoning-unseen",
  "reasoning-in-content",
  "chosen-not-in-top",
  "alternatives-repeated",
  "malformed-entries",
  "truncated",
  "interrupted",
  "filtered",
];

it("flagSentence(flag) is one plain sentence of its own for every flag", () => {
  const sentences = flags.map(flagSentence);
  expect(new Set(sentences).size).toBe(flags.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^\n]+[a-z]\.$/);
});

it("sortedFlags(flags) does not depend on the order of the set", () => {
  expect(sortedFlags(new Set([...flags].reverse()))).toEqual(flags);
});
