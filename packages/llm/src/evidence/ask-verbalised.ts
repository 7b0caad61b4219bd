import { InputError } from "@candor/core";
import type { Trace } from "../trace/trace.ts";
import type { AskModel } from "./evidence.ts";
import { type Expression, likelihoodPhrases, parseLinguisticConfidence } from "./linguistic.ts";
import { parseStatedConfidence, type StatedConfidence } from "./parse-stated-confidence.ts";
import { linguisticPrompt, oneStagePrompt, secondStagePrompt, topAnswersPrompt } from "./verbalised-prompts.ts";

/** How a model is asked to state its confidence. */
export type VerbalisedStyle = "one-stage" | "two-stage" | "top-answers" | "linguistic";

/** How to ask. */
export interface VerbalisedOptions {
  /**
   * Default `top-answers`: to name rivals makes a model doubt (GPT-3.5 in Tian et al. 2023: expected calibration error 0.054,
   * 0.065, 0.203 on three sets with four answers, 0.068, 0.234, 0.389 with one).
   */
  readonly style?: VerbalisedStyle;
  /** Answers to ask for in `top-answers`. Default 4. */
  readonly count?: number;
  /** The table of `linguistic`. */
  readonly phrases?: readonly Expression[];
  readonly temperature?: number;
  readonly signal?: AbortSignal;
}

/** An answer and the confidence that the model stated. */
export interface StatedAnswer {
  readonly answer: string | null;
  readonly confidence: StatedConfidence;
}

/** What the model answered and stated. */
export interface VerbalisedAnswer extends StatedAnswer {
  /** The other answers of `top-answers`, as they were listed; empty otherwise. */
  readonly others: readonly StatedAnswer[];
  /** One trace for each time the model was asked. */
  readonly traces: readonly Trace[];
}

/**
 * An answer and how sure of it the model says it is. The weakest evidence there is: use it where nothing better can be had, and
 * calibrate it.
 *
 * @param ask called once, twice for `two-stage`
 * @returns a confidence without a value, with a reason, where the reply has none that can be read
 * @throws {InputError} `out-of-range` for a count that is no whole number from 1 to 26
 *
 * Source: Tian et al. (2023), "Just Ask for Calibration", EMNLP (verbalised 1S and 2S, top-k, linguistic).
 */
export async function askVerbalised(
  question: string,
  ask: AskModel,
  options: VerbalisedOptions = {},
): Promise<VerbalisedAnswer> {
  const { style = "top-answers", count = 4, phrases = likelihoodPhrases, temperature } = options;
  const signal = options.signal ?? new AbortController().signal;
  if (!(Number.isInteger(count) && count >= 1 && count <= 26))
    throw new InputError("out-of-range", `count must be a whole number from 1 to 26, got ${count}`);
  const say = (messages: Parameters<AskModel>[0]["messages"]): Promise<Trace> =>
    ask({ messages, topK: 0, ...(temperature === undefined ? {} : { temperature }) }, signal);
  if (style === "top-answers") {
    const trace = await say(topAnswersPrompt(question, count));
    const [first, ...others] = parseTopAnswers(trace.text);
    return { ...(first ?? { answer: null, confidence: unread }), others, traces: [trace] };
  }
  if (style === "two-stage") {
    const trace = await say([{ role: "user", content: question }]);
    const second = await say(secondStagePrompt(question, trace.text));
    const confidence = readNumber(second.text, false);
    return { answer: trace.text === "" ? null : trace.text, confidence, others: [], traces: [trace, second] };
  }
  const isLinguistic = style === "linguistic";
  const trace = await say(isLinguistic ? linguisticPrompt(question, phrases) : oneStagePrompt(question));
  const statement = statementIn(trace.text);
  const confidence = isLinguistic ? parseLinguisticConfidence(statement, phrases) : readNumber(statement, true);
  return { answer: answerIn(trace.text), confidence, others: [], traces: [trace] };
}

const unread: StatedConfidence = {
  kind: "verbalised",
  value: null,
  bounds: null,
  n: 0,
  reason: "the reply lists no answers",
  expression: null,
};

/** Out of 100, as it was asked for; a model that kept to 0 to 1 all the same is understood where that is plain. */
function readNumber(text: string, labelled: boolean): StatedConfidence {
  const asked = parseStatedConfidence(text, { scale: "percent", labelled });
  if (asked.value !== null) return asked;
  const plain = parseStatedConfidence(text, { labelled });
  return plain.value === null ? asked : plain;
}

/** The last line that begins with "Answer:", without the label; null where there is none. */
function answerIn(text: string): string | null {
  const line = [...text.matchAll(/^[ \t*_>-]*answer[*_]*[ \t]*:[*_]*[ \t]*(.+)$/gim)].at(-1)?.[1];
  return line === undefined ? null : line.replace(/^[*_]+|[*_]+$/g, "").trim();
}

/** What follows the last "Answer:" line, where the statement was asked for; the whole text where there is no such line. */
function statementIn(text: string): string {
  const last = [...text.matchAll(/^[ \t*_>-]*answer[*_]*[ \t]*:.*$/gim)].at(-1);
  const after = last === undefined ? "" : text.slice(last.index + last[0].length);
  return after.trim() === "" ? text : after;
}

/**
 * The answers of a reply in lines `G1: … P1: …`, as `top-answers` asks for them, in the order of their numbers.
 *
 * @returns one for each `G`; its confidence has no value, with a reason, where its `P` is missing or cannot be read
 */
export function parseTopAnswers(text: string): readonly StatedAnswer[] {
  const plain = text
    .replace(/[*_`#]/g, "")
    .replace(/[^\S\n]+/g, " ")
    .replace(/\n\s*/g, "\n");
  const labels = [...plain.matchAll(/(?:^[ \t>(-]*(?=G)|(?:^|[\s,;(])(?=P))([GP])\s?(\d{1,2})\s*[:.)]\s*/gm)];
  const parts = labels.map((label, i) => ({
    kind: label[1],
    number: Number(label[2]),
    text: plain.slice(label.index + label[0].length, labels[i + 1]?.index ?? plain.length).trim(),
  }));
  const guesses = new Map<number, string>();
  for (const part of parts)
    if (part.kind === "G" && !guesses.has(part.number))
      guesses.set(part.number, part.text.replace(/[\s,;(>-]{1,9}$/, ""));
  return [...guesses]
    .sort(([a], [b]) => a - b)
    .map(([number, answer]) => {
      const stated = parts.find((part) => part.kind === "P" && part.number === number)?.text.replace(/[,;)]{1,3}$/, "");
      return { answer, confidence: readNumber(stated ?? "", false) };
    });
}
