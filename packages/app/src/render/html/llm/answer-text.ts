import { visibleText } from "@candor/core";
import { type DocumentToken, type LlmEntry, type TextSpan, textSpans } from "@candor/llm";
import type { Page } from "@candor/pages";
import { heatSteps, tokenHeatMap } from "@candor/plots";
import { formatProbability, formatShort } from "../../llm-words.ts";

const MOST_ALTERNATIVES = 6;
/** Letters of one answer that are shown. */
const LONGEST_ANSWER = 20_000;

/** What is still to be spent on a page that stays small enough to open. */
export interface PageBudget {
  /** Parts that may still get a box of alternatives. */
  marks: number;
}

/** What the colours mean. */
export function heatLegend({ make }: Page): HTMLElement {
  const part = (name: string, words: string) => make("span", {}, make("mark", { class: name }, "token"), ` ${words}`);
  return make(
    "p",
    { class: "legend" },
    ...heatSteps.toReversed().map(({ below, name }) => part(name, `below ${Math.round(100 * below)} %`)),
    make("span", {}, "Point at a marked token, or reach it with the Tab key, to see what else could have stood there."),
  );
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
  const { make, document } = page;
  const spans = textSpans(text, tokens) ?? [{ text, tokens: [], probability: null }];
  const said = tokenHeatMap(spans, {
    document,
    longest: LONGEST_ANSWER,
    wrap(mark, index) {
      const span = spans[index];
      if (span === undefined) return mark;
      if (budget.marks <= 0) {
        mark.setAttribute("title", formatShort(span.probability));
        return mark;
      }
      budget.marks--;
      const id = page.identifier();
      mark.setAttribute("tabindex", "0");
      mark.setAttribute("aria-describedby", id);
      return make("span", { class: "place" }, mark, alternatives(page, span, tokens, id));
    },
  });
  if (text.length > LONGEST_ANSWER)
    said.append(` … ${(text.length - LONGEST_ANSWER).toLocaleString("en")} more letters in the JSON document`);
  return said;
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
