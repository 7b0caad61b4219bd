import { type AnswerDocument, type InspectOptions, inspectAnswer } from "@candor/llm";

/** What is read from a kept response. */
export interface AnswerInput {
  /** The response as JSON: a text crosses to a worker faster than what it says. */
  readonly json: string;
  readonly options: InspectOptions;
}

/** An answer of a language model for a person to look at. */
export interface AnswerView extends AnswerDocument {
  /** Everything acknowledged before this moment is in; filled in by who asks. */
  readonly asOf: number;
}

/**
 * What a kept response says, token by token.
 *
 * @throws {InputError} as `inspectAnswer` does
 */
export function answerView({ json, options }: AnswerInput): AnswerView {
  return { asOf: 0, ...inspectAnswer(JSON.parse(json), options) };
}
