const meanings: Readonly<Record<string, string>> = {
  sequence: "probability of this very answer, word by word; it falls with length",
  lengthNormalised: "geometric mean of the probabilities of the answer's tokens",
  perplexity: "1 is certain, 2 a coin toss per token; the inverse of lengthNormalised",
  minToken: "probability of the least likely token",
  minWindow: "geometric mean of the least likely eight tokens in a row",
  meanEntropy: "mean entropy of what could have stood at each token, in nats; 0 is certain",
  maxEntropy: "largest entropy of what could have stood at a token, in nats; 0 is certain",
  meanMargin: "mean distance between the two likeliest tokens at each place",
  minMargin: "smallest distance between the two likeliest tokens",
  firstToken: "probability of the first token",
  decisionToken: "probability of the token that decides the answer",
  judge: "share of the verdict in the probability of all candidates",
  judged: "probability of yes, or the expected score moved to 0 to 1",
  decision: "the decision model's own probability",
  agreement: "share of the other answers to the same question that agree",
  stated: "what the answer itself says; models tend to state too much",
};

/**
 * What a score is, in a few words; empty for a name that says it.
 *
 * @param name of a score, or the JSONPath of a field
 */
export function scoreMeaning(name: string): string {
  if (name.startsWith("$")) return "probability of the value of this field";
  return Object.hasOwn(meanings, name) ? (meanings[name] ?? "") : "";
}
