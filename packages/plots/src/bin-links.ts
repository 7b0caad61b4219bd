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
