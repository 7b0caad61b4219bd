import { visibleText } from "@candor/core";
import { type LlmDocument, type LlmGroup, scoreMeaning } from "@candor/llm";
import {
  factList,
  figure,
  formatCount,
  formatName,
  formatNumber,
  formatPercent,
  histogramFinding,
  keyNumbers,
  type Page,
  reliabilitySection,
  type Section,
  section,
  table,
  verdictWords,
  wholePage,
} from "@candor/pages";
import { scoreHistogram } from "@candor/plots";
import {
  contradictionWords,
  countOf,
  evidenceHint,
  evidenceNames,
  flagSentences,
  formatProbability,
  llmVerdict,
  repeatedVerdicts,
  verdictRange,
} from "../../llm-words.ts";
import { fitStyles } from "../fit/fit-styles.ts";
import { createPage } from "../page.ts";
import { policyStyles } from "../policy/policy-styles.ts";
import { answerCard } from "./answer-card.ts";
import { heatLegend, type PageBudget } from "./answer-text.ts";
import { learntSections } from "./learnt-sections.ts";
import { llmStyles } from "./llm-styles.ts";

/** Marks with a box of alternatives on one page: beyond, the page would take seconds to open. */
const MOST_MARKS = 6000;

function answersSection(page: Page, document: LlmDocument): Section {
  const { entries, n } = document;
  const { make } = page;
  const budget: PageBudget = { marks: MOST_MARKS };
  const cards = entries.map((entry) => answerCard(page, entry, budget));
  const rest = n - entries.length;
  const isMarked = entries.some(({ tokens }) => tokens.length > 0);
  const notes = [
    ...(rest > 0
      ? [
          `The ${formatCount(entries.length)} least sure of ${countOf(n, "answer", "answers")}; all are in the JSON document.`,
        ]
      : []),
    ...(budget.marks <= 0
      ? [`Alternatives are shown for the first ${formatCount(MOST_MARKS)} marked tokens; all are in the JSON document.`]
      : []),
  ];
  const title = rest > 0 ? "The least sure answers" : n === 1 ? "The answer" : "The answers, least sure first";
  return section(
    page,
    { id: "answers", short: "Answers", title },
    ...notes.map((note) => make("p", { class: "lead" }, note)),
    ...(isMarked ? [heatLegend(page)] : []),
    ...cards,
  );
}

/** The distribution as bars, where there are no outcomes to split them by. */
function bars(
  { make }: Page,
  { edges, shares }: { readonly edges: readonly number[]; readonly shares: readonly number[] },
): HTMLElement {
  const tallest = Math.max(...shares);
  const digits = shares.length > 10 ? 2 : 1;
  return make(
    "dl",
    { class: "bars" },
    ...shares.flatMap((share, i) => [
      make("dt", {}, `${formatNumber(edges[i], digits)} to ${formatNumber(edges[i + 1], digits)}`),
      make("dd", {}, make("div", { class: "bar", style: `width:${(100 * (share / tallest)).toFixed(2)}%` })),
      make("dd", {}, formatPercent(share)),
    ]),
  );
}

function scoreSection(page: Page, { n: all, summary: { score }, report }: LlmDocument): Section | undefined {
  const { name, n, missing, mean, quantiles, histogram } = score;
  if (n === 0 || (all === 1 && report === null)) return undefined;
  const value = (number: number | null | undefined) =>
    histogram === null ? formatNumber(number, 3) : formatProbability(number ?? null);
  const facts = factList(page, [
    ["Answers with it", formatCount(n)],
    ["Without", formatCount(missing)],
    ["Mean", value(mean)],
    ["Least", value(quantiles[0])],
    ["A quarter lies below", value(quantiles[2])],
    ["Half lies below", value(quantiles[3])],
    ["Three quarters lie below", value(quantiles[4])],
    ["Most", value(quantiles[6])],
  ]);
  const picture =
    report === null
      ? histogram === null
        ? []
        : [bars(page, histogram)]
      : [
          figure(page, {
            title: "Scores, right and wrong",
            finding: histogramFinding(report.histogram, "confidence"),
            draw: (label) => scoreHistogram(report.histogram, { document: page.document, label, axis: "confidence" }),
            reading:
              "Each bar is the share of labelled answers with a score in that range, split by whether they were right.",
            data: bars(page, report.histogram),
          }),
        ];
  const meaning = scoreMeaning(name);
  const lead =
    meaning === "" ? [] : [page.make("p", { class: "lead" }, `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`)];
  const title = `How sure: ${formatName(name, 60)}`;
  return section(page, { id: "score", short: "Score", title }, ...lead, ...picture, facts);
}

function groupsSection(page: Page, groups: readonly LlmGroup[]): Section | undefined {
  const compared = groups.filter(({ agreement, verdicts }) => agreement !== null && verdicts === null);
  if (compared.length === 0) return undefined;
  const rows = compared.toSorted((a, b) => (a.agreement ?? 2) - (b.agreement ?? 2));
  return section(
    page,
    { id: "agreement", short: "Agreement", title: "Do answers to the same question agree?" },
    table(
      page,
      rows,
      [
        { title: "Question", cell: ({ id }) => page.name(id, 60) },
        { title: "Answers", numeric: true, cell: ({ entries }) => formatCount(entries.length) },
        { title: "Different", numeric: true, cell: ({ answers }) => formatCount(answers) },
        { title: "Agree", numeric: true, cell: ({ agreement }) => formatPercent(agreement, 0) },
        { title: "Entropy", numeric: true, cell: ({ semanticEntropy }) => formatNumber(semanticEntropy, 2) },
        { title: "Most often", cell: ({ consensus }) => visibleText(consensus ?? "", 160) },
      ],
      { caption: "Least agreement first", limit: 100 },
    ),
  );
}

function verdictsSection(page: Page, groups: readonly LlmGroup[]): Section | undefined {
  const judged = repeatedVerdicts(groups).flatMap(({ id, verdicts }) => (verdicts === null ? [] : [{ id, verdicts }]));
  if (judged.length === 0) return undefined;
  return section(
    page,
    { id: "verdicts", short: "Verdicts", title: "Is the judge consistent?" },
    page.make("p", { class: "lead" }, `${contradictionWords(groups)}.`),
    table(
      page,
      judged,
      [
        { title: "Question", cell: ({ id }) => page.name(id, 60) },
        { title: "Judged", numeric: true, cell: ({ verdicts }) => formatCount(verdicts.n) },
        {
          title: "Verdicts",
          cell: ({ verdicts }) =>
            verdicts.counts.map(({ verdict, n }) => `${visibleText(verdict, 40)} ×${n}`).join(", "),
        },
        {
          title: "Probability of the most frequent",
          numeric: true,
          cell: ({ verdicts }) => verdictRange(verdicts) || "–",
        },
      ],
      { caption: "Contradictions first, then those whose probability differs most", limit: 100 },
    ),
  );
}

function sourceSection(page: Page, { source, summary, n }: LlmDocument): Section {
  const { make } = page;
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([name, count]) => `${formatName(name, 60)} ${formatCount(count)}`)
      .join(", ");
  const kinds = Object.entries(evidenceNames).flatMap(([kind, words]) => {
    const count = Object.entries(summary.evidence).find(([name]) => name === kind)?.[1];
    return count === undefined ? [] : [`${words} ${formatCount(count)}`];
  });
  const notes = [
    ...flagSentences(summary.flags, n),
    ...source.skipped.map(
      ({ reason, count }) => `${countOf(count, "line", "lines")} left out: ${formatName(reason, 300)}`,
    ),
    ...source.notes.map((note) => formatName(note, 600)),
  ];
  return section(
    page,
    { id: "source", short: "Source", title: "Source" },
    factList(page, [
      ["File", page.name(source.name, 120)],
      ["Responses", formatCount(source.responses)],
      ["Answers", formatCount(n)],
      ["Evidence", kinds.join(", ")],
      ["Providers", counts(summary.providers)],
      ["Models", counts(summary.models)],
      ["Errors of the provider", formatCount(summary.faults)],
      ["Refusals", formatCount(summary.refusals)],
    ]),
    ...(notes.length === 0
      ? []
      : [make("h3", {}, "Notes"), make("ul", { class: "notes" }, ...notes.map((note) => make("li", {}, note)))]),
  );
}

/**
 * Scored responses as one self-contained HTML page: no network, no script, light and dark, printable. Answers are text, never
 * markup; characters that cannot be seen are written out.
 *
 * @param document with the entries that are to be shown, least sure first; `n` counts all
 * @returns the whole file as text, the same for the same documents
 */
export function renderLlmHtml(document: LlmDocument): string {
  const page = createPage();
  const { source, n, version, schema, report, fit, policy } = document;
  const { tone, word, sentence } = llmVerdict(document);
  const advice = evidenceHint(document);
  const symbols = { good: "✓", warn: "✗", neutral: "?" };
  const head =
    report === null
      ? { status: { symbol: symbols[tone], word, tone }, sentence }
      : { status: verdictWords(report.verdict.status, report.task), sentence: report.verdict.sentence };
  return wholePage(page, {
    title: `Model responses: ${formatName(source.name)}`,
    eyebrow: "Model responses",
    ...head,
    facts: [
      page.name(source.name, 120),
      ` · ${report === null ? countOf(n, "answer", "answers") : sentence}`,
      ...(advice === null ? [] : [page.make("span", { class: "help" }, advice)]),
    ],
    sections: [
      scoreSection(page, document),
      ...(report === null ? [] : [keyNumbers(page, report), reliabilitySection(page, report)]),
      ...learntSections(page, fit, policy),
      groupsSection(page, document.groups),
      verdictsSection(page, document.groups),
      answersSection(page, document),
      sourceSection(page, document),
    ].filter((part) => part !== undefined),
    contents: true,
    styles: fit === null && policy === null ? llmStyles : fitStyles + policyStyles + llmStyles,
    version,
    schema,
  });
}
