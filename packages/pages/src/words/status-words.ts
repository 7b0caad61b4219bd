/** A verdict in a symbol, a word and a tone; the symbol and the word alone are enough. */
export interface StatusWords {
  readonly symbol: string;
  readonly word: string;
  readonly tone: "good" | "warn" | "neutral";
}
