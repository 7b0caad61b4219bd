import type { FieldFlag } from "./field.ts";

const sentences: Readonly<Record<FieldFlag, string>> = {
  incomplete: "The answer ended inside this value.",
  "duplicate-key": "This key stands in its object more than once; parsers keep the last.",
  "shared-token": "A token of this value also carries punctuation or a neighbour; the probability lies within bounds.",
  "inexact-number": "This number has more digits than a JavaScript number can hold.",
  "unknown-token": "A token of this value has no log-probability.",
  "may-go-on": "The token behind this value could have continued it; the lower bound is of the value with its end.",
  "no-tokens": "No token is known to lie in this value, so it has no probability.",
};

/** What a flag of a field means, as one sentence. */
export function fieldFlagSentence(flag: FieldFlag): string {
  return sentences[flag];
}
