import type { ReliabilityBin } from "@candor/core";
import { type AxisWords, count, decimal } from "./words.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Width of the column of a bin that holds one score. */
export const leastBinWidth = 0.008;

/** Left and right end of the column of a bin. */
export function columnOf({ lower, upper }: ReliabilityBin): { readonly left: number; readonly right: number } {
  const middle = (lower + upper) / 2;
  return { left: Math.min(lower, middle - leastBinWidth / 2), right: Math.max(upper, middle + leastBinWidth / 2) };
}

/** What a bin shows, in words. */
export function binWords(bin: ReliabilityBin, { outcome }: AxisWords): string {
  const { lower, upper, meanConfidence, observed, observedLower, observedUpper } = bin;
  return (
    `${decimal(lower)}–${decimal(upper)}: stated ${decimal(meanConfidence)}, ` +
    `${outcome} ${decimal(observed)} [${decimal(observedLower)}, ${decimal(observedUpper)}], ${count(bin.count)} rows`
  );
}

/** A bin as a link. */
export interface BinLink {
  readonly href: string;
  readonly title: string;
  /** Pixels. */
  readonly left: number;
  readonly right: number;
}

/** Pixels that a link is wide at least, so that a mouse finds it. */
const leastLinkWidth = 4;

/**
 * The columns of links, in order and without overlap, each wide enough to be hit: those that are too narrow push the next ones
 * aside, and what then goes beyond the end is pushed back.
 *
 * @param links in the order of the bins
 * @param end pixels; where the last may end at most
 */
export function spreadLinks(links: readonly BinLink[], end: number): BinLink[] {
  const spread: BinLink[] = [];
  for (const link of links) {
    const left = Math.max(link.left, spread.at(-1)?.right ?? link.left);
    spread.push({ ...link, left, right: Math.max(link.right, left + leastLinkWidth) });
  }
  let limit = end;
  return spread
    .reverse()
    .map((link) => {
      const right = Math.min(link.right, limit);
      const left = Math.min(link.left, right - leastLinkWidth);
      limit = left;
      return { ...link, left, right };
    })
    .reverse();
}

/**
 * Lays links over the columns of a picture. What it shows is in their names: the rest stays hidden from assistive technology.
 *
 * @param svg a finished picture
 * @param links in the order of the bins
 * @param top and `bottom`: pixels between which the links lie
 */
export function addBinLinks(
  svg: SVGSVGElement,
  links: readonly BinLink[],
  { top, bottom }: { readonly top: number; readonly bottom: number },
): SVGSVGElement {
  const document = svg.ownerDocument;
  svg.setAttribute("role", "group");
  const round = (value: number): string => String(Math.round(100 * value) / 100);
  for (const { href, title, left, right } of links) {
    const link = document.createElementNS(SVG, "a");
    link.setAttribute("class", "candor-bin");
    link.setAttribute("href", href);
    link.setAttribute("aria-label", title);
    const words = document.createElementNS(SVG, "title");
    words.textContent = title;
    const column = document.createElementNS(SVG, "rect");
    column.setAttribute("fill", "none");
    column.setAttribute("pointer-events", "all");
    column.setAttribute("x", round(left));
    column.setAttribute("width", round(right - left));
    column.setAttribute("y", round(top));
    column.setAttribute("height", round(bottom - top));
    link.append(words, column);
    svg.append(link);
  }
  return svg;
}
