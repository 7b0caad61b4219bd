import type { DocumentJudge, Provider } from "@candor/llm";
import { type Command, InvalidArgumentError, Option } from "commander";
import { scoreList } from "./llm-scores.ts";
import { parseShare } from "./policy-numbers.ts";

/** Whose servers a response can come from. */
export const providers: readonly Provider[] = [
  "openai",
  "azure",
  "openai-compatible",
  "vllm",
  "deepseek",
  "xai",
  "together",
  "fireworks",
  "gemini",
  "ollama",
  "llama.cpp",
  "anthropic",
  "bedrock",
  "system-one",
];

/** What `addLlmFlags` reads. */
export interface LlmFlags {
  readonly stream?: boolean;
  readonly provider?: Provider;
  readonly skipBad?: boolean;
  readonly score?: string;
  readonly answer?: string;
  readonly judge?: DocumentJudge;
  readonly groupBy?: string;
  readonly correct?: string;
  readonly labels?: string;
  readonly fit?: string;
  readonly policy?: string;
  readonly maxError?: number;
  readonly sure?: number;
  readonly calibrator?: string;
  readonly apply?: string;
  readonly seed: number;
  readonly level: number;
  readonly show: number;
  readonly json?: string | true;
  readonly html?: string;
  readonly out?: string;
}

const MOST_STEPS = 1000;

/** Reads `boolean`, `choice:A,B,C`, `scale:1-10` or `scale:0-1:0.1`. */
export function parseJudge(text: string): DocumentJudge {
  const [, kind = "", rest = ""] = /^\s*([a-z]+)\s*(?::\s*(.*\S)\s*)?$/iu.exec(text) ?? [];
  if (kind === "boolean" && rest === "") return { kind: "boolean" };
  if (kind === "choice") {
    const candidates = rest.split(",").map((name) => name.trim());
    if (candidates.length < 2 || candidates.includes("") || new Set(candidates).size < candidates.length)
      throw new InvalidArgumentError("expected two or more different choices such as choice:A,B,C,D");
    return { kind: "choice", candidates };
  }
  if (kind === "scale") {
    const numbers = /^(-?\d+(?:\.\d+)?)\s*(?:-|\.\.|,)\s*(-?\d+(?:\.\d+)?)(?:\s*:\s*(\d*\.?\d+))?$/.exec(rest);
    const [low = Number.NaN, high = Number.NaN] = numbers === null ? [] : [Number(numbers[1]), Number(numbers[2])];
    const step = Number(numbers?.[3] ?? 1);
    const steps = (high - low) / step;
    if (!(low < high && step > 0 && steps <= MOST_STEPS && Math.abs(steps - Math.round(steps)) < 1e-9))
      throw new InvalidArgumentError(
        "expected the ends of the scale such as scale:1-10, or scale:0-1:0.1 with its step",
      );
    return { kind: "scale", from: low, to: high, step };
  }
  throw new InvalidArgumentError("expected boolean, choice:A,B,C or scale:1-10");
}

function parseShow(text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count >= 0 && count <= 1000))
    throw new InvalidArgumentError("expected a whole number from 0 to 1000");
  return count;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new InvalidArgumentError("expected a whole number from 0 on");
  return seed;
}

/** Adds the flags of `candor llm`. */
export function addLlmFlags(command: Command): Command {
  return command
    .optionsGroup("What the file is:")
    .option("--stream", "a recorded stream: server-sent events, or one chunk per line")
    .addOption(
      new Option("--provider <name>", "whose server it was, if a response does not say").choices([...providers]),
    )
    .option("--skip-bad", "leave lines out that are no response and say how many, instead of stopping")
    .optionsGroup("What to score:")
    .option("--score <name>", `rank and calibrate by this (default: lengthNormalised): ${scoreList}`)
    .option(
      "--judge <kind>",
      "read a verdict from each answer: boolean, choice:A,B,C, scale:1-10, or scale:0-1:0.1 with its step",
      parseJudge,
    )
    .option("--answer <name>", "of a decision model with several questions: which one")
    .option("--group-by <column>", "compare answers that have the same value here, such as id")
    .optionsGroup("Which answers were right:")
    .option("--correct <column>", "beside each response: true or false, 1 or 0; then the scores are reported on")
    .option("--labels <file>", "a table with an id and whether that answer was right, instead")
    .optionsGroup("With labels:")
    .option("--fit <file>", "write a calibrator of the score, for --calibrator and `candor apply`")
    .option("--policy <file>", "write a policy that decides by the score; it needs --max-error")
    .option("--max-error <share>", "most errors among answers acted on, proven", parseShare("open", "0.05"))
    .option("--sure <share>", "how sure of it to be (default: 0.95)", parseShare("open", "0.95"))
    .option("--level <level>", "coverage of the intervals", parseShare("open", "0.95"), 0.95)
    .option("--seed <seed>", "of what is drawn at random", parseSeed, 0)
    .optionsGroup("With a calibrator or policy made before:")
    .option("--calibrator <file>", "give each answer its probability of being right")
    .option("--apply <file>", "decide on each answer by this policy: act, review or abstain")
    .optionsGroup("What to make:")
    .option("--show <count>", "answers to show, the least sure ones", parseShow, 5)
    .option(
      "--json [file]",
      "every answer with tokens, scores and fields as JSON: to a file, or alone on standard output",
    )
    .option("--html <file>", "one self-contained page: tokens coloured by probability, with their alternatives")
    .option(
      "-o, --out <file>",
      `a table of all scores for \`candor report\`, \`fit\` and \`decide\`: .csv, .tsv, .jsonl or .json, also .gz`,
    );
}
