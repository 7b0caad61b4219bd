import type { Estimate } from "@candor/core";
import type { Page } from "@candor/pages";

/** A number before and after, as text. */
export interface ChangeCard {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Of the value after; empty where there is none. */
  readonly interval: string;
  /** The paired improvement and how to say it. */
  readonly gain: { readonly estimate: Estimate; readonly text: string } | undefined;
  readonly meaning: string;
}

function toneOf({ lower, upper }: Estimate): string {
  return lower > 0 ? "gain good" : upper < 0 ? "gain warn" : "gain";
}

/**
 * Numbers before and after as cards, with the gain where it was estimated.
 *
 * @param page the page it is for
 * @param numbers one per card
 */
export function changeCards({ make }: Page, numbers: readonly ChangeCard[]): HTMLElement {
  const cards = numbers.map(({ name, before, after, interval, gain, meaning }) =>
    make(
      "div",
      { class: "card change" },
      make("dt", {}, name),
      make(
        "dd",
        {},
        make(
          "span",
          { class: "value" },
          make("span", { class: "was" }, make("span", { class: "unseen" }, "before "), before),
          make("span", { class: "arrow", "aria-hidden": "true" }, "→"),
          make("span", {}, make("span", { class: "unseen" }, "after "), after),
        ),
        make("span", { class: "interval" }, interval === "" ? "" : `after ${interval}`),
        ...(gain === undefined ? [] : [make("span", { class: toneOf(gain.estimate) }, gain.text)]),
        make("span", { class: "note" }, meaning),
      ),
    ),
  );
  return make("dl", { class: "cards changes" }, ...cards);
}
