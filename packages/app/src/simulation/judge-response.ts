import { createRandom, type Random } from "@candor/core";
import { type JudgedCase, judgedCases } from "./judged-answers.ts";
import type { SimulatedPrediction } from "./simulated.ts";

/** Answers of the judge whose responses the demo keeps: its newest. */
export const keptAnswers = 200;

/** A token with how likely it was, and what else could have stood there. */
interface Place {
  readonly text: string;
  readonly probability: number;
  readonly rivals: readonly (readonly [text: string, share: number])[];
}

/** Shares of what a token leaves: the rest belongs to tokens that are not listed. */
const shares = [0.62, 0.2, 0.08] as const;

const rivalsOf: Readonly<Record<string, readonly string[]>> = {
  ground: ["un", "part", "Ground"],
  un: ["ground", "part", "not"],
  Source: ["The", "In", "Both"],
  The: ["Source", "This", "An"],
  " source": [" the", " passage", " document"],
  " does": [" says", " only", " gives"],
  " not": [" indeed", " clearly", " also"],
  " the": [" this", " its", " that"],
  " same": [" very", " exact", " stated"],
};

function place(text: string, probability: number, rivals = rivalsOf[text] ?? [" a", " an", " of"]): Place {
  const rest = Math.max(0, 1 - probability);
  return { text, probability, rivals: rivals.map((rival, i) => [rival, rest * (shares[i] ?? 0)]) };
}

/** A token of a sentence: mostly nearly certain, now and then a choice of words, the more so the less sure the verdict is. */
function drawPlace(random: Random, text: string, sure: number): Place {
  const isChoice = random.uniform() < 0.1 + 0.35 * (1 - sure);
  return place(text, isChoice ? 0.35 + 0.55 * random.uniform() : 1 - 0.03 * random.uniform() ** 2);
}

/** A sentence in pieces as tokenizers make them: a word with the space before it, long words in two. */
function pieces(sentence: string): string[] {
  return (sentence.match(/ ?[\p{L}\d]+|[^\p{L}\d]/gu) ?? []).flatMap((word) =>
    word.length > 9 ? [word.slice(0, 6), word.slice(6)] : [word],
  );
}

/**
 * The verdict in pieces. The first of them decides, with the confidence of the prediction; the others follow from it, so
 * the product over the value is that confidence.
 */
function verdictPlaces(verdict: string, confidence: number): Place[] {
  const [first = "", ...rest] = verdict === "grounded" ? ["ground", "ed"] : ["un", "ground", "ed"];
  return [place(first, confidence), ...rest.map((text) => place(text, 1, []))];
}

function structure(...texts: readonly string[]): Place[] {
  return texts.map((text) => place(text, 1 - 1e-6, []));
}

function statedPlaces(random: Random, confidence: number): Place[] {
  const digits = confidence === 1 ? "0" : String(confidence).slice(2);
  const others = ["9", "8", "95", "85", "7"].filter((text) => text !== digits).slice(0, 3);
  return [
    place(confidence === 1 ? "1" : "0", 1 - 1e-6, []),
    place(".", 1 - 1e-6, []),
    place(digits, 0.45 + 0.5 * random.uniform(), others),
  ];
}

function answerPlaces(random: Random, verdict: string, confidence: number, because: string): Place[] {
  return [
    ...structure('{"', "verdict", '":', ' "'),
    ...verdictPlaces(verdict, confidence),
    ...structure('",', ' "', "confidence", '":', " "),
    ...statedPlaces(random, confidence),
    ...structure(",", ' "', "reason", '":', ' "'),
    ...pieces(because).map((text) => drawPlace(random, text, confidence)),
    ...structure('"}'),
  ];
}

function entry(token: string, probability: number): { readonly token: string; readonly logprob: number } {
  return { token, logprob: Math.log(probability) };
}

function logprobsOf(places: readonly Place[]): object {
  return {
    content: places.map(({ text, probability, rivals }) => {
      const listed = [[text, probability] as const, ...rivals.filter(([, share]) => share > 0)];
      const top = listed.toSorted((a, b) => b[1] - a[1]).map(([token, share]) => entry(token, share));
      return { ...entry(text, probability), top_logprobs: top };
    }),
    refusal: null,
  };
}

function caseOf(random: Random, topic: string): JudgedCase | undefined {
  const cases = judgedCases[topic];
  return cases?.[random.integer(cases.length)];
}

/**
 * What the demo keeps as content of a verdict: what was judged, and a response in the format of chat completions whose verdict
 * has the probability of the prediction. Whether the judged answer is really grounded follows from the verdict and the truth. A
 * reply without a confidence has no log-probabilities.
 *
 * @returns the same for the same prediction; undefined for a prediction that is no verdict on a known topic
 */
export function judgeContent(judged: SimulatedPrediction): Readonly<Record<string, unknown>> | undefined {
  const { id, prediction: verdict, rawConfidence: confidence, segments, truth, model, version, time } = judged;
  const random = createRandom(Number(id.replace(/\D/g, "")));
  const about = caseOf(random, segments["topic"] ?? "");
  if (about === undefined || (verdict !== "grounded" && verdict !== "ungrounded")) return undefined;
  const isGrounded = (verdict === "grounded") === (truth.outcome === 1);
  const answer = isGrounded ? about.grounded : about.ungrounded;
  const because = about.because[verdict];
  const places = confidence === null ? [] : answerPlaces(random, verdict, confidence, because);
  const said =
    confidence === null ? `{"verdict": "${verdict}", "reason": "${because}"}` : places.map(({ text }) => text).join("");
  return {
    prompt: `Question: ${about.question}\nSource 1: ${about.source}\nAnswer: ${answer}\nIs the answer grounded in the source?`,
    reading: { field: "$.verdict" },
    response: {
      id: `chatcmpl-${id}`,
      object: "chat.completion",
      created: Math.floor(time / 1000),
      model: `${model}-${version}`,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: said, refusal: null },
          logprobs: confidence === null ? null : logprobsOf(places),
          finish_reason: "stop",
        },
      ],
    },
  };
}
