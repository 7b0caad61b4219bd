import type { ReliabilityBin } from "../../api/api-types.ts";
import type { ConfidenceRange } from "./calibration-state.ts";

/** Position of a range among the bins; −1 where it is none of them. */
export function indexOfBin(bins: readonly ReliabilityBin[], range: ConfidenceRange | null): number {
  return range === null ? -1 : bins.findIndex(({ from, to }) => from === range.from && to === range.to);
}

function linksIn(picture: Element): SVGAElement[] {
  return [...picture.querySelectorAll<SVGAElement>("a.candor-bin")];
}

/** Shows which bin is chosen, and makes it (or the last, where none is) the one that the tab key stops at. */
export function markBin(picture: Element, chosen: number): void {
  const links = linksIn(picture);
  const stop = chosen < 0 ? links.length - 1 : chosen;
  links.forEach((link, i) => {
    link.setAttribute("tabindex", i === stop ? "0" : "-1");
    if (i === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

/** Sets the focus on a bin. */
export function focusBin(picture: Element | null, index: number): void {
  if (picture !== null) linksIn(picture)[index]?.focus();
}

/**
 * Lets clicks and keys choose a bin: arrows, Home and End walk along the bins, Enter opens one.
 *
 * @param choose is told whether the keyboard was used
 */
export function wireBins(picture: Element, choose: (index: number, byKeyboard: boolean) => void): void {
  const links = linksIn(picture);
  links.forEach((link, i) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      choose(i, event.detail === 0);
    });
    link.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: links.length - 1 }[event.key];
      const target = to === undefined ? undefined : links[to];
      if (target === undefined) return;
      event.preventDefault();
      for (const one of links) one.setAttribute("tabindex", one === target ? "0" : "-1");
      target.focus();
    });
  });
}
