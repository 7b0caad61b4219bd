import type { Token } from "../trace/token.ts";
import { tokenAt, tokenText } from "./token-text.ts";

/** What opens an answer without being part of it: space, emphasis, quotes, brackets, a list's dash. */
const OPENING = /(?:[\s*_`~#>"'“”„‘’«»‹›([{:：|]|\p{Cf}|[-–—•]\s)+/uy;

const REASONING = /<(think|thinking|reasoning|thought)>[\s\S]*?<\/\1>/uy;

const OPEN_REASONING = /<(?:think|thinking|reasoning|thought)>/uy;

/** `Answer:`, `**Final answer** is`, `"verdict": `, and the same in a few more languages; for `matchAll`. */
export const VERDICT_LABEL: RegExp =
  /(?:(?:the|die|la|el|il|le|my|our|your|final|correct|best|short|overall|chosen|selected|also|so|therefore|thus)[\s,]{1,9}){0,9}(?:answer|verdict|choice|option|score|rating|result|label|response|grade|judge?ment|conclusion|decision|class|category|value|output|solution|antwort|r[ée]ponse|respuesta|risposta|resposta|ответ|答案|回答|答え)\s{0,9}["'”*_`]{0,9}\s{0,9}(?:[:：=]|→|->|(?:is|ist|es|est|è|é)(?!\p{L})\s*[:：]?|是|は)/giu;

const LABEL = new RegExp(VERDICT_LABEL.source, "iuy");

/** The beginning of fenced code: its language says nothing. */
const FENCE = /(?:```|~~~)\w*\s+/uy;

/** `Option B`: the word says nothing, the letter decides. */
const LETTER_LABEL = /(?:option|choice|answer|antwort)\s+(?=[("'*]*[A-Z0-9](?![\p{L}\p{N}]))/iuy;

function lengthAt(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
}

/**
 * Index of the token that decides the answer: the first one after opening space, quotes, emphasis, brackets, `<think>` blocks
 * and labels such as `Answer:` or `{"verdict": `.
 *
 * @param tokens of one channel, in order
 * @returns −1 where there is nothing but these
 */
export function decisionTokenIndex(tokens: readonly Token[]): number {
  const spoken = tokenText(tokens);
  const { text } = spoken;
  let index = 0;
  for (;;) {
    const step =
      lengthAt(REASONING, text, index) ||
      lengthAt(FENCE, text, index) ||
      lengthAt(OPENING, text, index) ||
      lengthAt(LABEL, text, index) ||
      lengthAt(LETTER_LABEL, text, index);
    if (step === 0) break;
    index += step;
  }
  if (lengthAt(OPEN_REASONING, text, index) > 0) return -1;
  return tokenAt(spoken, index);
}
