import { visibleText } from "@candor/core";
import { type DocumentField, fieldFlagSentence, flagSentence, type LlmEntry } from "@candor/llm";
import { type Child, formatInterval, formatNumber, type Page, table } from "@candor/pages";
import { emptyText, entryPlace, formatProbability, formatShort, shownFields, shownScores } from "../../llm-words.ts";
import { heatMap, type PageBudget, shownChannels } from "./answer-text.ts";

const MOST_FIELDS = 60;

function fieldsTable(page: Page, fields: readonly DocumentField[]): HTMLElement {
  const { make } = page;
  const range = ({ probability, bounds }: DocumentField): string => {
    if (probability !== null && bounds[0] === bounds[1]) return formatProbability(probability);
    const [lower, upper] = bounds;
    return `${formatProbability(probability)} ${formatInterval({ lower, upper }, 3)}`;
  };
  return table(
    page,
    fields.toSorted((a, b) => (a.probability ?? -1) - (b.probability ?? -1)),
    [
      { title: "Field", cell: ({ path }) => make("code", {}, visibleText(path, 120)) },
      { title: "Value", cell: ({ json }) => make("code", {}, visibleText(json, 160)) },
      { title: "Probability", numeric: true, cell: range },
      {
        title: "Instead",
        cell: ({ json, alternatives }) =>
          alternatives
            .filter((other) => other.json !== json)
            .slice(0, 4)
            .map(
              (other) => `${visibleText(other.json, 40)}${other.complete ? "" : "…"} ${formatShort(other.probability)}`,
            )
            .join(" · "),
      },
      ...(fields.some(({ flags }) => flags.length > 0)
        ? [{ title: "Notes", words: true, cell: ({ flags }: DocumentField) => flags.map(fieldFlagSentence).join(" ") }]
        : []),
    ],
    { caption: "Fields, least sure first", limit: MOST_FIELDS },
  );
}

function answersTable(page: Page, { answers }: LlmEntry): HTMLElement {
  return table(
    page,
    answers,
    [
      { title: "Question", cell: ({ name, type }) => page.name(name ?? type) },
      { title: "Answer", cell: ({ value, type }) => (type === "refusal" ? "refused" : visibleText(String(value), 80)) },
      { title: "Probability", numeric: true, cell: ({ probability }) => formatProbability(probability) },
    ],
    { caption: "Answers of the decision model" },
  );
}

function judgementParts(page: Page, { judgement }: LlmEntry): HTMLElement[] {
  if (judgement === null) return [];
  const { make } = page;
  const { verdict, probability, bounds, expected, candidates, reason } = judgement;
  if (verdict === null) return [make("p", { class: "note" }, `No verdict: ${reason ?? ""}`)];
  const range = bounds === null ? "" : ` ${formatInterval({ lower: bounds[0], upper: bounds[1] }, 3)}`;
  const mean = expected === null ? "" : `, expected ${formatNumber(expected, 2)}`;
  return [
    make(
      "p",
      { class: "note" },
      "Verdict ",
      make("strong", {}, visibleText(String(verdict), 80)),
      ` ${formatProbability(probability)}${range}${mean}`,
    ),
    table(
      page,
      candidates,
      [
        { title: "Candidate", cell: ({ value }) => visibleText(String(value), 80) },
        { title: "Probability", numeric: true, cell: (one) => formatProbability(one.probability) },
        {
          title: "At least, at most",
          numeric: true,
          cell: ({ bounds: ends }) => (ends === null ? "–" : formatInterval({ lower: ends[0], upper: ends[1] }, 3)),
        },
      ],
      { caption: "All candidates", limit: 30 },
    ),
  ];
}

function assessmentParts({ make }: Page, { assessment }: LlmEntry): HTMLElement[] {
  if (assessment === null) return [];
  const { probability, interval, decision, reason } = assessment;
  const range =
    interval === null || interval[0] === interval[1]
      ? ""
      : ` ${formatInterval({ lower: interval[0], upper: interval[1] }, 3)}`;
  const said =
    probability === null
      ? `no calibrated confidence: ${reason ?? ""}`
      : `probability of being right ${formatProbability(probability)}${range}`;
  return [
    make(
      "p",
      { class: "note" },
      ...(decision === null ? [] : [make("span", { class: `decision ${decision}` }, decision), " · "]),
      said,
    ),
  ];
}

/** An answer with everything that is known of it. */
export function answerCard(page: Page, entry: LlmEntry, budget: PageBudget): HTMLElement {
  const { make } = page;
  const [place = "", ...rest] = entryPlace(entry, entry.index > 0 ? "several" : "one");
  const title: Child[] = [make("strong", {}, place), ...rest.map((part) => page.name(part, 80))];
  const empty = emptyText(entry);
  const scores = shownScores(entry).map(([name, value]) => `${name} ${value}`);
  const fields = shownFields(entry);
  return make(
    "article",
    { class: "answer" },
    make("h3", {}, ...title),
    ...assessmentParts(page, entry),
    ...(empty === "" ? [] : [make("p", { class: "empty" }, empty)]),
    ...shownChannels(entry).map((channel) => heatMap(page, channel, budget)),
    ...entry.toolCalls.map((call) =>
      make(
        "p",
        { class: "said" },
        make("code", {}, `${visibleText(call.name, 120)}(${visibleText(call.arguments, 2000)})`),
      ),
    ),
    ...(scores.length === 0 ? [] : [make("p", { class: "note" }, scores.join(" · "))]),
    ...judgementParts(page, entry),
    ...(entry.answers.length === 0 ? [] : [answersTable(page, entry)]),
    ...(fields.length === 0 ? [] : [fieldsTable(page, fields)]),
    make("p", { class: "note" }, [entry.evidence.sentence, ...entry.flags.map(flagSentence)].join(" ")),
  );
}
