import { type DocumentToken, type LlmEntry, type TextSpan, textSpans } from "@candor/llm";
import type { Child, Page } from "@candor/pages";
import { visibleText } from "../../llm-visible.ts";
import { formatProbability, formatShort } from "../../llm-words.ts";

/** Parts at least this likely are shown plain. */
const PLAIN = 0.95;
/** From which probability down a part is marked more strongly. */
const HEATS: readonly (readonly [below: number, name: string])[] = [
  [0.3, "h4"],
  [0.5, "h3"],
  [0.8, "h2"],
  [PLAIN, "h1"],
];
const MOST_ALTERNATIVES = 6;
/** Letters of one answer that are shown. */
const LONGEST_ANSWER = 20_000;

/** What is still to be spent on a page that stays small enough to open. */
export interface PageBudget {
  /** Parts that may still get a box of alternatives. */
  marks: number;
}

/** The class of a part by its probability; undefined for a plain one. */
function heatOf(probability: number): string | undefined {
  return HEATS.find(([below]) => probability < below)?.[1];
}

/** What the colours mean. */
export function heatLegend({ make }: Page): HTMLElement {
  const part = (name: string, words: string) => make("span", {}, make("mark", { class: name }, "token"), ` ${words}`);
  return make(
    "p",
    { class: "legend" },
    part("h1", "below 95 %"),
    part("h2", "below 80 %"),
    part("h3", "below 50 %"),
    part("h4", "below 30 %"),
    make("span", {}, "Point at a marked token, or reach it with the Tab key, to see what else could have stood there."),
  );
}

/** Text whose hidden characters are shown as escapes; line feeds stay what they are. */
function letters({ make }: Page, text: string): Child[] {
  return text.split("\n").flatMap((line, i) => {
    const parts = visibleText(line)
      .split(/(\\u\{[0-9a-f]+\})/)
      .filter((part) => part !== "")
      .map((part, k) => (k % 2 === 1 || /^\\u\{/.test(part) ? make("span", { class: "hidden-letter" }, part) : part));
    return i === 0 ? parts : ["\n", ...parts];
  });
}

function quoted(text: string): string {
  return text === "" ? "(nothing)" : visibleText(text, 60).replace(/^ | $/gu, "␣");
}

/** The box beside a marked part: each of its tokens with what else could have stood there. */
function alternatives(page: Page, span: TextSpan, tokens: readonly DocumentToken[], id: string): HTMLElement {
  const { make } = page;
  const row = (text: string, probability: number | null, own: boolean) =>
    make(
      "span",
      { class: own ? "row own" : "row" },
      make("code", {}, quoted(text)),
      make("span", {}, formatProbability(probability)),
    );
  const rows = span.tokens.flatMap((index) => {
    const token = tokens[index];
    if (token === undefined) return [];
    const others = token.top.filter(({ text }) => text !== token.text).slice(0, MOST_ALTERNATIVES);
    return [
      row(token.text, token.probability, true),
      ...others.map(({ text, probability }) => row(text, probability, false)),
    ];
  });
  return make("span", { class: "alternatives", role: "tooltip", id }, ...rows);
}

/**
 * A text as a heat map: the less likely a token, the stronger its mark; each mark has a box with the alternatives, for the mouse
 * and for the keyboard.
 *
 * @param text of one channel
 * @param tokens of that channel
 * @param budget shared by all texts of the page; used up, marks carry their probability only
 */
export function heatMap(
  page: Page,
  { text, tokens }: { readonly text: string; readonly tokens: readonly DocumentToken[] },
  budget: PageBudget,
): HTMLElement {
  const { make } = page;
  const spans = textSpans(text, tokens) ?? [{ text, tokens: [], probability: null }];
  const children: Child[] = [];
  let plain = "";
  let shown = 0;
  const flush = (): void => {
    if (plain !== "") children.push(...letters(page, plain));
    plain = "";
  };
  for (const span of spans) {
    if (shown >= LONGEST_ANSWER) break;
    const piece = span.text.slice(0, LONGEST_ANSWER - shown);
    shown += piece.length;
    const heat = span.probability === null ? undefined : heatOf(span.probability);
    if (heat === undefined) {
      plain += piece;
      continue;
    }
    const [, before = "", inner = ""] = /^(\s*)([\s\S]*)$/u.exec(piece) ?? [];
    const marked = inner === "" ? before : inner;
    plain += inner === "" ? "" : before;
    flush();
    if (budget.marks <= 0) {
      children.push(make("mark", { class: heat, title: formatShort(span.probability) }, ...letters(page, marked)));
      continue;
    }
    budget.marks--;
    const id = page.identifier();
    const mark = make("mark", { class: heat, tabindex: "0", "aria-describedby": id }, ...letters(page, marked));
    children.push(make("span", { class: "place" }, mark, alternatives(page, span, tokens, id)));
  }
  flush();
  if (shown < text.length)
    children.push(` … ${(text.length - shown).toLocaleString("en")} more letters in the JSON document`);
  return make("p", { class: "said", dir: "auto" }, ...children);
}

/** The channels of an answer that are shown. */
export function shownChannels({ text, refusal, tokens }: LlmEntry): readonly {
  readonly text: string;
  readonly tokens: readonly DocumentToken[];
}[] {
  const of = (channel: DocumentToken["channel"]) => tokens.filter((token) => token.channel === channel);
  return [
    ...(text === "" ? [] : [{ text, tokens: of("content") }]),
    ...(refusal === null || refusal === "" ? [] : [{ text: refusal, tokens: of("refusal") }]),
  ];
}
