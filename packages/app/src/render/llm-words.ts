import { visibleText } from "@candor/core";
import {
  type DocumentField,
  type EvidenceKind,
  flagSentence,
  type LlmDocument,
  type LlmEntry,
  type LlmGroup,
  type TraceFlag,
} from "@candor/llm";
import { formatCount, formatNumber } from "@candor/pages";

const evidenceWords: Readonly<Record<EvidenceKind, readonly [one: string, many: string]>> = {
  logprobs: ["rests on token log-probabilities", "rest on token log-probabilities"],
  decision: ["has a decision model's own probability", "have a decision model's own probability"],
  judge: ["rests on a judge's verdict", "rest on a judge's verdict"],
  samples: ["rests on agreement among samples", "rest on agreement among samples"],
  verbalised: ["has a confidence that the model stated", "have a confidence that the model stated"],
  none: ["has no confidence", "have no confidence"],
};

/** What an answer rests on, for tables. */
export const evidenceNames: Readonly<Record<EvidenceKind, string>> = {
  logprobs: "token log-probabilities",
  decision: "decision model",
  judge: "judge",
  samples: "samples",
  verbalised: "stated by the model",
  none: "no confidence",
};

/** What to do where responses carry no log-probabilities. */
const withoutLogprobs =
  "Ask the server for log-probabilities (logprobs, top_logprobs), or ask the same question several times and compare with --group-by, have the model state its confidence and read it with --score stated, or let a model that gives log-probabilities judge the answer.";

/** An amount with its noun. */
export function countOf(n: number, one: string, many: string): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

const kinds: readonly EvidenceKind[] = ["logprobs", "decision", "judge", "samples", "verbalised", "none"];

/** True where the answers were scored by how far they agree, which needs no log-probabilities. */
function isCompared({ score }: LlmDocument["summary"]): boolean {
  return score.name === "agreement" && score.n > 0;
}

/** What to do where there was nothing to score by; null where there was something. */
export function evidenceHint({ n, summary }: Pick<LlmDocument, "n" | "summary">): string | null {
  return summary.withConfidence === 0 && n > summary.faults && !isCompared(summary) ? withoutLogprobs : null;
}

/** Where the model was unsure, in a few words; of one answer its own lines say it. */
function unlikelyWords(n: number, { evidence, unlikely }: LlmDocument["summary"]): string {
  if (n === 1 || (evidence.logprobs ?? 0) === 0) return "";
  const [count, verb] = unlikely === 0 ? ["none", "has"] : [formatCount(unlikely), unlikely === 1 ? "has" : "have"];
  return `; ${count} ${verb} a token less likely than not`;
}

/** How the document is judged at a glance: how many answers have a confidence, and what it rests on. */
export function llmVerdict({ n, summary }: Pick<LlmDocument, "n" | "summary">): {
  readonly tone: "good" | "warn" | "neutral";
  readonly word: string;
  readonly sentence: string;
} {
  const parts = kinds.flatMap((kind) => {
    const count = summary.evidence[kind] ?? 0;
    if (count === 0) return [];
    return [
      count === n
        ? evidenceWords[kind][n === 1 ? 0 : 1]
        : `${formatCount(count)} ${evidenceWords[kind][count === 1 ? 0 : 1]}`,
    ];
  });
  const all = countOf(n, "answer", "answers");
  if (isCompared(summary)) {
    const { score } = summary;
    const compared = score.missing === 0 ? "compared" : `${formatCount(score.n)} compared`;
    const besides = score.missing === 0 ? "" : `, ${formatCount(score.missing)} without another to compare with`;
    const tone = score.missing === 0 ? "good" : "neutral";
    return { tone, word: "Compared", sentence: `${all}: ${compared} with others to the same question${besides}.` };
  }
  const isOne = parts.length === 1;
  const which = isOne ? (n === 1 ? "it " : n === 2 ? "both " : "all ") : "";
  const sentence = `${all}: ${which}${parts.join(", ")}${unlikelyWords(n, summary)}.`;
  const { withConfidence } = summary;
  if (withConfidence === 0) return { tone: "warn", word: "No confidence", sentence };
  return withConfidence === n
    ? { tone: "good", word: "Confidence known", sentence }
    : { tone: "neutral", word: "Confidence known in part", sentence };
}

/** Every flag with how many answers have it, as sentences; the most frequent first. */
export function flagSentences(flags: Readonly<Partial<Record<TraceFlag, number>>>, n: number): string[] {
  return Object.keys(flags)
    .filter((flag): flag is TraceFlag => flag in flags)
    .map((flag) => `${flagSentence(flag)}${n === 1 ? "" : ` (${countOf(flags[flag] ?? 0, "answer", "answers")})`}`);
}

/** A probability in two or three digits: `0.412`, `0.9996`, never 1 or 0 unless it is. */
export function formatProbability(probability: number | null): string {
  if (probability === null) return "–";
  if (probability === 0 || probability === 1) return String(probability);
  if (probability > 0.9995) return "> 0.9995";
  return probability < 0.0005 ? "< 0.0005" : formatNumber(probability, 3);
}

/** The most that a probability can be: `≤ 0.412`. */
export function formatAtMost(probability: number): string {
  if (probability > 0.9995) return "≤ 1";
  return probability < 0.0005 ? formatProbability(probability) : `≤ ${formatProbability(probability)}`;
}

/** A probability as a whole percentage: `41%`, `<1%`, `>99%`. */
export function formatShort(probability: number | null): string {
  if (probability === null) return "?";
  const percent = 100 * probability;
  if (probability !== 1 && percent >= 99.5) return ">99%";
  return probability !== 0 && percent < 0.5 ? "<1%" : `${Math.round(percent)}%`;
}

/** Where an entry stands and whose it is. */
export function entryPlace({ line, id, index, model, provider }: LlmEntry, all: "one" | "several"): string[] {
  return [
    `line ${formatCount(line)}`,
    ...(all === "several" ? [`answer ${index + 1}`] : []),
    ...(id === null ? [] : [id]),
    model ?? provider,
  ];
}

/**
 * The scores that are shown of an entry: none that says the same as another, and of those that are not known the most that they
 * can be. The product over a long answer can be too small for a number; it is never 0.
 */
export function shownScores({
  scores,
  bounds,
}: Pick<LlmEntry, "scores" | "bounds">): readonly (readonly [name: string, value: string])[] {
  const names = ["lengthNormalised", "sequence", "minToken", "minWindow", "meanMargin", "meanEntropy"] as const;
  const isOneToken = scores.sequence !== null && scores.sequence === scores.minToken;
  const repeated = [
    ...(scores.minWindow === scores.lengthNormalised ? ["minWindow"] : []),
    ...(isOneToken && scores.sequence === scores.lengthNormalised ? ["sequence", "minToken"] : []),
  ];
  return names.flatMap((name) => {
    const value = scores[name];
    const range = bounds[name];
    if (value === null) {
      const isCapped =
        range !== undefined && range[1] < 1 && ["lengthNormalised", "sequence", "minToken"].includes(name);
      return isCapped ? [[name, formatAtMost(range[1])]] : [];
    }
    if (repeated.includes(name)) return [];
    if (value === 0 && name === "sequence") return [[name, "< 0.0005"]];
    const text = name === "meanEntropy" ? formatNumber(value, 3) : formatProbability(value);
    const reach = range === undefined || name !== "meanEntropy" ? "" : ` to ${formatNumber(range[1], 3)}`;
    return [[name, `${text}${reach}`]];
  });
}

/** The fields that say more than the answer itself, those of tool calls last. */
export function shownFields({ fields, toolCalls }: LlmEntry): readonly DocumentField[] {
  const all = [...fields, ...toolCalls.flatMap((call) => call.fields)];
  return all.length === 1 && all[0]?.path === "$" ? [] : all;
}

/** What became of an answer that has no text. */
export function emptyText({ text, refusal, fault, toolCalls, answers }: LlmEntry): string {
  if (fault !== null) {
    const code = [fault.status === null ? "" : `status ${fault.status}`, visibleText(fault.code ?? "", 60)];
    return ["error of the provider", ...code.filter((part) => part !== "")].join(", ");
  }
  if (refusal !== null) return "refusal";
  if (text !== "") return "";
  if (toolCalls.length > 0) return `calls ${toolCalls.length === 1 ? "a tool" : "tools"}`;
  return answers.length > 0 ? "" : "empty answer";
}

/** How far apart the probabilities of one verdict lie; 1 more where verdicts contradict each other. */
function spread({ verdicts }: LlmGroup): number {
  if (verdicts === null) return -1;
  const [low, high] = verdicts.range ?? verdicts.atLeast ?? [0, 0];
  return (verdicts.counts.length > 1 ? 1 : 0) + high - low;
}

/** How sure the verdict given most often was: `0.553 to 0.995`, `at least 0.55 to 0.99`; empty where nothing is known. */
export function verdictRange({ range, atLeast }: NonNullable<LlmGroup["verdicts"]>): string {
  const known = range ?? atLeast;
  if (known === null) return "";
  const [low, high] = known.map(formatProbability);
  return `${range === null ? "at least " : ""}${low === high ? low : `${low} to ${high}`}`;
}

/** Questions that were judged more than once: contradictions first, then those whose verdict was more or less sure. */
export function repeatedVerdicts(groups: readonly LlmGroup[]): readonly LlmGroup[] {
  return groups.filter(({ verdicts }) => verdicts !== null && verdicts.n > 1).toSorted((a, b) => spread(b) - spread(a));
}

/** How many of the questions that were judged more than once have verdicts that contradict each other. */
export function contradictionWords(groups: readonly LlmGroup[]): string {
  const repeated = repeatedVerdicts(groups);
  const split = repeated.filter(({ verdicts }) => (verdicts?.counts.length ?? 0) > 1).length;
  return `${formatCount(split)} of ${countOf(repeated.length, "question", "questions")} judged both ways`;
}
