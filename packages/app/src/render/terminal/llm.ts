import { visibleText } from "@candor/core";
import { type DocumentField, type LlmDocument, type LlmEntry, type LlmGroup, scoreMeaning } from "@candor/llm";
import { formatCount, formatInterval, formatNumber, formatPercent } from "@candor/pages";
import {
  contradictionWords,
  countOf,
  emptyText,
  entryPlace,
  evidenceHint,
  evidenceNames,
  flagSentences,
  formatAtMost,
  formatProbability,
  formatShort,
  llmVerdict,
  repeatedVerdicts,
  shownFields,
  shownScores,
  verdictRange,
} from "../llm-words.ts";
import { displayWidth, padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { answerLines, weakestTokenLine } from "./llm-answer-text.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { dimLines, verdictLines } from "./verdict-head.ts";

const MOST_GROUPS = 8;
const MOST_FIELDS = 12;
const MOST_NAMES = 4;
/** Answers below which quarters and a picture say no more than the least and the most. */
const FEW = 5;

/**
 * Scored responses as text for a terminal: what the answers rest on, how the score is distributed, agreement and verdicts, and
 * the least sure answers with their uncertain tokens marked.
 *
 * @param document with the entries that are to be shown, least sure first; `n` counts all
 * @returns lines of at most `columns` columns, each ended by a line feed; nothing that a model wrote acts on the terminal
 */
export function renderLlm(document: LlmDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    scoreLines(document, pen),
    decisionLines(document, pen),
    groupLines(document, pen),
    judgedLines(document, pen),
    answersLines(document, pen),
    noteLines(document, pen),
  ]);
}

function names(counts: Readonly<Record<string, number>>, n: number): string {
  const all = Object.entries(counts);
  const shown = all
    .slice(0, MOST_NAMES)
    .map(([name, count]) => safeName(name, 40) + (count === n ? "" : ` ${formatCount(count)}`));
  return [...shown, ...(all.length > MOST_NAMES ? [`${all.length - MOST_NAMES} more`] : [])].join(", ");
}

function headLines(document: LlmDocument, pen: Pen): string[] {
  const { source, summary, n } = document;
  const { tone, sentence } = llmVerdict(document);
  const { signs } = pen;
  const models = names(summary.models, n);
  const facts = [names(summary.providers, n), ...(models === "" ? [] : [models])].join(` ${signs.bullet} `);
  const hint = wrapText(evidenceHint(document) ?? "", pen.columns - 2).filter((line) => line !== "");
  return [
    ...verdictLines(sentence, tone, pen),
    ...(hint.length === 0 ? [] : ["", ...hint.map((line) => `  ${line}`)]),
    "",
    `  ${safeName(source.name, pen.columns - 2)}`,
    ...dimLines(facts, pen),
  ];
}

function scoreLines({ summary: { score } }: LlmDocument, pen: Pen): string[] {
  const { name, n, missing, quantiles, histogram } = score;
  if (n < 2) return [];
  const [least = null, , low = null, middle = null, high = null, , most = null] = quantiles;
  const value = (number: number | null) => (histogram === null ? formatNumber(number, 3) : formatProbability(number));
  const detail =
    missing === 0
      ? countOf(n, "answer", "answers")
      : `${countOf(n, "answer", "answers")}, ${formatCount(missing)} without`;
  const quarters = [
    `a quarter below ${value(low)}`,
    `half below ${value(middle)}`,
    `three quarters below ${value(high)}`,
  ];
  const parts = [`least ${value(least)}`, ...(n < FEW ? [] : quarters), `most ${value(most)}`];
  const tallest = histogram === null ? 0 : Math.max(...histogram.shares);
  const level = (share: number) =>
    share === 0
      ? " "
      : (pen.levels[Math.min(pen.levels.length - 1, Math.floor((share / tallest) * pen.levels.length))] ?? "");
  return [
    ...heading(pen, safeName(name, 60), detail),
    ...wrapText(scoreMeaning(name), pen.columns - 2).map((line) => pen.style("dim", `  ${line}`)),
    ...wrapText(parts.join(` ${pen.signs.bullet} `), pen.columns - 2).map((line) => `  ${line}`),
    ...(histogram === null || n < FEW
      ? []
      : [
          `  0 ${pen.signs.edge}${histogram.shares.map((share) => level(share).repeat(3)).join("")}${pen.signs.edge} 1`,
        ]),
  ];
}

function decisionLines({ n, summary: { decisions } }: LlmDocument, pen: Pen): string[] {
  if (decisions === null) return [];
  const part = (name: "act" | "review" | "abstain") =>
    `${name} ${formatCount(decisions[name])} (${formatPercent(decisions[name] / Math.max(1, n))})`;
  return [
    ...heading(pen, "Decisions"),
    `  ${[part("act"), part("review"), part("abstain")].join(` ${pen.signs.bullet} `)}`,
  ];
}

function leastAgreeing(groups: readonly LlmGroup[]): readonly LlmGroup[] {
  return groups.toSorted((a, b) => (a.agreement ?? 2) - (b.agreement ?? 2)).slice(0, MOST_GROUPS);
}

function groupLines({ groups }: LlmDocument, pen: Pen): string[] {
  const compared = groups.filter(({ agreement, verdicts }) => agreement !== null && verdicts === null);
  if (compared.length === 0) return [];
  const unanimous = compared.filter(({ answers }) => answers === 1).length;
  const rows = leastAgreeing(compared).map(({ id, entries, answers, agreement, semanticEntropy, consensus }) => {
    const numbers = `${padStart(formatCount(entries.length), 5)} ${padStart(formatCount(answers), 10)} ${padStart(formatPercent(agreement, 0), 7)} ${padStart(formatNumber(semanticEntropy, 2), 8)}  `;
    const left = `  ${padEnd(safeName(id, 20), 20)} ${numbers}`;
    return left + safeName(visibleText(consensus ?? "", 80), Math.max(10, pen.columns - displayWidth(left)));
  });
  const head = `  ${padEnd("", 20)} ${padStart("asked", 5)} ${padStart("different", 10)} ${padStart("agree", 7)} ${padStart("entropy", 8)}  most often`;
  return [
    ...heading(
      pen,
      "Agreement",
      `${countOf(compared.length, "question", "questions")} asked more than once; all answers agree on ${unanimous === 0 ? "none" : formatCount(unanimous)}`,
    ),
    pen.style("dim", head),
    ...rows,
    ...(compared.length > rows.length
      ? [pen.style("dim", `  ${formatCount(compared.length - rows.length)} more: --json`)]
      : []),
  ];
}

function judgedLines({ groups, summary, n }: LlmDocument, pen: Pen): string[] {
  const repeated = repeatedVerdicts(groups);
  const lines: string[] = [];
  for (const { id, verdicts } of repeated.slice(0, MOST_GROUPS)) {
    if (verdicts === null) continue;
    const counts = verdicts.counts.map(({ verdict, n: count }) => `${safeName(verdict, 20)} ×${count}`).join(", ");
    const sure = verdictRange(verdicts);
    const range = sure === "" ? "" : `, ${verdicts.range === null ? sure : `at ${sure}`}`;
    lines.push(`  ${padEnd(safeName(id, 20), 20)} ${counts}${range}`);
  }
  if (summary.judged === 0 && lines.length === 0) return [];
  const detail = `${formatCount(summary.judged)} of ${countOf(n, "answer", "answers")}${
    repeated.length === 0 ? "" : `; ${contradictionWords(groups)}`
  }`;
  return [...heading(pen, "Verdicts", detail), ...lines];
}

function answersLines({ entries, n, summary: { score } }: LlmDocument, pen: Pen): string[] {
  if (entries.length === 0) return [];
  const title = entries.length === n ? (n === 1 ? "The answer" : "The answers") : "The least sure answers";
  const detail =
    n === 1
      ? ""
      : entries.length === n
        ? "least sure first"
        : `${formatCount(entries.length)} of ${formatCount(n)}, least sure first; --show N shows more`;
  return [
    ...heading(pen, title, detail),
    ...entries.flatMap((entry, i) => [...(i === 0 ? [] : [""]), ...entryLines(entry, score.name, pen)]),
  ];
}

function entryLines(entry: LlmEntry, score: string, pen: Pen): string[] {
  const { signs, columns } = pen;
  const place = entryPlace(entry, entry.index > 0 ? "several" : "one").map((part) => safeName(part, 36));
  const inner = columns - 4;
  const dim = (text: string): string[] => wrapText(text, inner).map((line) => pen.style("dim", `    ${line}`));
  const empty = emptyText(entry);
  const scores = shownScores(entry).map(([name, value]) => `${name} ${value}`);
  const weakest = weakestTokenLine(entry, pen);
  return [
    ...wrapText(`${place.join(` ${signs.bullet} `)}`, columns - 2).map((line) => `  ${pen.style("bold", line)}`),
    ...(entry.assessment === null ? [] : assessmentLines(entry, score, pen)),
    ...(empty === "" ? [] : [`    ${pen.style("doubt", `(${empty})`)}`]),
    ...answerLines(entry, pen, inner).map((line) => `    ${line}`),
    ...entry.toolCalls.flatMap((call) => [
      ...wrapText(`${safeName(visibleText(call.name), 40)}(${visibleText(call.arguments, 300)})`, inner).map(
        (line) => `    ${line}`,
      ),
    ]),
    ...(weakest === undefined ? [] : dim(weakest)),
    ...(scores.length === 0 ? [] : dim(scores.join(` ${signs.bullet} `))),
    ...judgementLines(entry, pen),
    ...decisionAnswers(entry),
    ...fieldLines(shownFields(entry), pen),
    ...dim(safeName(entry.evidence.sentence, 400)),
  ];
}

function assessmentLines({ assessment }: LlmEntry, score: string, pen: Pen): string[] {
  if (assessment === null) return [];
  const { probability, interval, decision, reason } = assessment;
  const range =
    interval === null || interval[0] === interval[1]
      ? ""
      : ` ${formatInterval({ lower: interval[0], upper: interval[1] })}`;
  const said =
    probability === null
      ? `no calibrated confidence: ${safeName(reason ?? "", 200)}`
      : `${score === "" ? "" : "probability of being right "}${formatProbability(probability)}${range}`;
  const style: Style = decision === "act" ? "good" : decision === "abstain" ? "bad" : "doubt";
  const words = wrapText(said, pen.columns - 16);
  return words.map(
    (line, i) =>
      `    ${i === 0 && decision !== null ? `${pen.style(style, decision)} ${pen.signs.bullet} ` : ""}${line}`,
  );
}

function judgementLines({ judgement }: LlmEntry, pen: Pen): string[] {
  if (judgement === null) return [];
  const { verdict, probability, bounds, candidates, expected, reason } = judgement;
  if (verdict === null)
    return wrapText(`no verdict: ${safeName(reason ?? "", 200)}`, pen.columns - 4).map((line) => `    ${line}`);
  const range =
    bounds === null || bounds[0] === bounds[1] ? "" : ` ${formatInterval({ lower: bounds[0], upper: bounds[1] })}`;
  const mean = expected === null ? "" : `, expected ${formatNumber(expected, 2)}`;
  const others = candidates
    .filter(({ value, probability: p }) => value !== verdict && p !== 0 && p !== null)
    .toSorted((a, b) => (b.probability ?? 0) - (a.probability ?? 0))
    .slice(0, 4)
    .map(({ value, probability: p }) => `${safeName(String(value), 20)} ${formatShort(p)}`);
  const rest = others.length === 0 ? "" : ` (${others.join(", ")})`;
  return wrapText(
    `verdict ${safeName(String(verdict), 40)}${probability === null && range !== "" ? "" : ` ${formatProbability(probability)}`}${range}${mean}${rest}`,
    pen.columns - 4,
  ).map((line) => `    ${line}`);
}

function decisionAnswers({ answers }: LlmEntry): string[] {
  return answers.slice(0, MOST_FIELDS).map(({ name, type, value, probability }) => {
    const shown = type === "refusal" ? "refused" : String(value);
    return `    ${padEnd(safeName(visibleText(name ?? type, 60), 30), 30)} ${padEnd(safeName(visibleText(shown, 60), 24), 24)} ${formatProbability(probability)}`;
  });
}

function fieldLines(fields: readonly DocumentField[], pen: Pen): string[] {
  if (fields.length === 0) return [];
  const shown = fields.toSorted((a, b) => (a.probability ?? -1) - (b.probability ?? -1)).slice(0, MOST_FIELDS);
  const wide = Math.min(28, Math.max(...shown.map(({ path }) => displayWidth(visibleText(path, 40)))));
  const lines = shown.map(({ path, json, probability, bounds, alternatives }) => {
    const value =
      probability === null ? (bounds[1] < 1 ? formatAtMost(bounds[1]) : "–") : formatProbability(probability);
    const left = `    ${padEnd(visibleText(path, 60), wide)}  ${padEnd(visibleText(json, 60), 22)} ${padStart(value, 8)}`;
    const others = alternatives
      .filter((other) => other.json !== json)
      .slice(0, 3)
      .map((other) => `${visibleText(other.json, 20)}${other.complete ? "" : "…"} ${formatShort(other.probability)}`);
    const room = pen.columns - displayWidth(left) - 2;
    const style: Style | undefined =
      probability === null ? "dim" : probability < 0.4 ? "bad" : probability < 0.7 ? "doubt" : undefined;
    const painted = style === undefined ? left : pen.style(style, left);
    return others.length === 0 || room < 8
      ? painted
      : `${painted}  ${pen.style("dim", safeName(others.join(", "), room))}`;
  });
  const rest = fields.length - shown.length;
  return rest === 0
    ? lines
    : [...lines, pen.style("dim", `    ${countOf(rest, "more field", "more fields")}, surer than these: --json`)];
}

function noteLines({ source, summary, n }: LlmDocument, pen: Pen): string[] {
  const kinds = Object.entries(summary.evidence);
  const mixed =
    kinds.length > 1 && n > 1
      ? [`evidence: ${kinds.map(([kind, count]) => `${evidenceName(kind)} ${formatCount(count)}`).join(", ")}`]
      : [];
  const left = source.skipped.map(
    ({ reason, count }) => `${countOf(count, "line", "lines")} left out: ${safeName(reason, 300)}`,
  );
  const faults =
    summary.faults === 0
      ? []
      : [`${countOf(summary.faults, "response is an error", "responses are errors")} of the provider`];
  const refusals =
    summary.refusals === 0 ? [] : [countOf(summary.refusals, "answer is a refusal", "answers are refusals")];
  return [
    ...mixed,
    ...flagSentences(summary.flags, n),
    ...faults,
    ...refusals,
    ...left,
    ...source.notes.map((note) => safeName(note, 600)),
  ].flatMap((note) =>
    wrapText(note, pen.columns - 4).map((line, i) => pen.style("dim", `  ${i === 0 ? pen.signs.bullet : " "} ${line}`)),
  );
}

function evidenceName(kind: string): string {
  for (const [name, words] of Object.entries(evidenceNames)) if (name === kind) return words;
  return kind;
}
