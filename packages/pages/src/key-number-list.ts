import type { Page } from "./page.ts";

/** A key number as text: what it is called, its value with its interval, and what it means. */
export interface KeyNumber {
  readonly label: string;
  readonly value: string;
  /** Empty where there is none. */
  readonly interval: string;
  readonly note: string;
}

/**
 * Key numbers as cards, each with its value in large figures.
 *
 * @param page the page it is for
 * @param numbers one per card
 */
export function keyNumberList({ make }: Page, numbers: readonly KeyNumber[]): HTMLElement {
  const line = (name: string, text: string) => make("span", { class: name }, text);
  const cards = numbers.map(({ label, value, interval, note }) =>
    make(
      "div",
      { class: "card" },
      make("dt", {}, label),
      make("dd", {}, line("value", value), line("interval", interval), line("note", note)),
    ),
  );
  return make("dl", { class: "cards" }, ...cards);
}
