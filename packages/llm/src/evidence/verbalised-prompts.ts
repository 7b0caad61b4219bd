import type { Ask } from "./evidence.ts";
import { type Expression, likelihoodPhrases } from "./linguistic.ts";

type Messages = Ask["messages"];

const SCALE = "as a number from 0 to 100, where 100 means that it is certainly correct, with a per cent sign";

/** One question that asks for the answer and for how likely it is correct. */
export function oneStagePrompt(question: string): Messages {
  return [
    {
      role: "user",
      content: `${question}

Give your best answer, then say how likely it is correct ${SCALE}. End with two lines and nothing after them:
Answer: your answer, as short as possible
Confidence: your number`,
    },
  ];
}

/** The second of two questions: the answer is given, and only how likely it is correct is asked for. */
export function secondStagePrompt(question: string, answer: string): Messages {
  return [
    { role: "user", content: question },
    { role: "assistant", content: answer },
    {
      role: "user",
      content: `How likely is it that your answer above is correct? Reply ${SCALE}, and nothing else.`,
    },
  ];
}

/** One question that asks for several answers, each with how likely it is correct. */
export function topAnswersPrompt(question: string, count: number): Messages {
  const lines = Array.from({ length: count }, (_, i) => `G${i + 1}: answer ${i + 1}\nP${i + 1}: its number`);
  return [
    {
      role: "user",
      content: `${question}

Give your ${count} best answers, the likeliest first, and for each how likely it is correct ${SCALE}. Only one of them can be
correct. Reply with these lines and nothing else, each answer as short as possible:
${lines.join("\n")}`,
    },
  ];
}

/** One question that asks for the answer and for one phrase of a table. */
export function linguisticPrompt(question: string, phrases: readonly Expression[] = likelihoodPhrases): Messages {
  return [
    {
      role: "user",
      content: `${question}

Give your best answer, then say how likely it is correct with exactly one of these phrases:
${phrases.map(({ phrase }) => `- ${phrase}`).join("\n")}
End with two lines and nothing after them:
Answer: your answer, as short as possible
Likelihood: your phrase`,
    },
  ];
}
