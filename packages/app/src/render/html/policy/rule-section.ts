import { objectiveWords, type PolicyDocument, thresholdText } from "@candor/core";
import { formatCount, formatName, type Page, type Section, section, table } from "@candor/pages";
import { demandWords, leastCostSentence, scoreText, thresholdWords } from "../../policy-words.ts";

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** What is done when, and what that was made to reach. */
export function ruleSection(page: Page, document: PolicyDocument): Section {
  const { make } = page;
  const { rule, objective, thresholds, classNames } = document;
  const positive = classNames[1];
  const demand = demandWords(document);
  const lead = make(
    "p",
    { class: "lead" },
    `Made for ${formatName(objectiveWords(objective), 400)}.`,
    ...(rule.kind !== "least-cost" && rule.on === "positive" && positive !== undefined
      ? [" The probability is that of ", page.name(positive, 40), "."]
      : []),
    ...(demand === undefined ? [] : [` ${formatName(demand, 300)}`]),
  );
  const words = { id: "rule", short: "Rule", title: "What is done with each row" };
  if (rule.kind === "least-cost") {
    const { costs, classNames: names, review, abstain } = rule.matrix;
    const also = [
      ...(review === null ? [] : [{ name: "review", cost: review }]),
      ...(abstain === null ? [] : [{ name: "abstain", cost: abstain }]),
    ];
    return section(
      page,
      words,
      lead,
      make("p", { class: "lead" }, formatName(leastCostSentence(document), 400)),
      table(
        page,
        costs.map((row, i) => ({ name: names[i] ?? String(i), row })),
        [
          { title: "Truth", cell: ({ name }) => page.name(name) },
          ...names.slice(0, 30).map((name, j) => ({
            title: `as ${formatName(name, 24)}`,
            numeric: true,
            cell: ({ row }: { readonly row: readonly number[] }) => String(row[j] ?? ""),
          })),
        ],
        { caption: "Cost of treating a row as a class" },
      ),
      ...(also.length === 0
        ? []
        : [make("p", { class: "note" }, also.map(({ name, cost }) => `Any row: ${name} ${cost}.`).join(" "))]),
    );
  }
  const score = scoreText(rule.on);
  const list = make(
    "dl",
    { class: "rule" },
    ...thresholdWords(thresholds, score).flatMap(({ decision, when }) => [
      make("dt", {}, capital(decision)),
      make("dd", {}, when),
    ]),
  );
  if (rule.kind === "threshold") return section(page, words, lead, list);
  return section(
    page,
    words,
    lead,
    make("p", { class: "note" }, `${formatCount(rule.segments.length)} segments have thresholds of their own; others:`),
    list,
    table(
      page,
      rule.segments,
      [
        { title: "Segment", cell: ({ values }) => page.name(values.join(" × ")) },
        {
          title: `Act, ${score} ≥`,
          numeric: true,
          cell: ({ thresholds: { act } }) => (act === null ? "never" : thresholdText(act)),
        },
        {
          title: `Abstain, ${score} <`,
          numeric: true,
          cell: ({ thresholds: { abstain } }) => (abstain === null ? "never" : thresholdText(abstain)),
        },
      ],
      { caption: `Thresholds by ${rule.columns.map((name) => formatName(name, 30)).join(" × ")}` },
    ),
  );
}
