/** Reasoning that stands inside an answer, and where the answer itself begins. */
export interface InlineReasoning {
  readonly reasoning: string;
  /** What follows, without the white space before it. */
  readonly answer: string;
  /** Code-unit offsets of the reasoning and of the answer in the whole text. */
  readonly reasoningStart: number;
  readonly answerStart: number;
}

const opening = /^\s*<think(?:ing)?>\s*/;
const closing = /<\/think(?:ing)?>\s*/;

/**
 * Reasoning at the beginning of an answer, between `<think>` and `</think>`; null where there is none. A `<think>` that is
 * never closed is reasoning only where the answer was cut off; further down in the text the tags are part of the answer.
 *
 * @param text of the answer as it came
 * @param isCut whether the answer ended at the token limit or its stream broke off
 * @param hasClosingToken whether a token is exactly `</think>`: then the opening tag may have been part of the prompt
 */
export function inlineReasoning(text: string, isCut: boolean, hasClosingToken: boolean): InlineReasoning | null {
  const open = opening.exec(text);
  if (open === null && !hasClosingToken) return null;
  const reasoningStart = open?.[0].length ?? 0;
  const rest = text.slice(reasoningStart);
  const close = closing.exec(rest);
  if (close === null) {
    if (open === null || !isCut) return null;
    return { reasoning: rest, answer: "", reasoningStart, answerStart: text.length };
  }
  const answerStart = reasoningStart + close.index + close[0].length;
  return {
    reasoning: rest.slice(0, close.index).trimEnd(),
    answer: text.slice(answerStart),
    reasoningStart,
    answerStart,
  };
}
