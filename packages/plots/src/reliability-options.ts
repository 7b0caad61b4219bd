import type { ReliabilityBin } from "@candor/core";
import { binWords } from "./bin-links.ts";
import type { PlotOptions } from "./plot-options.ts";
import type { UnitSquare } from "./unit-square.ts";
import type { AxisWords } from "./words.ts";

/** How a reliability diagram is drawn. */
export interface ReliabilityOptions<Bin extends ReliabilityBin = ReliabilityBin> extends PlotOptions {
  /** Whether the share of rows per bin stands under the square. Default true; false where a histogram does. */
  readonly strip?: boolean;
  /**
   * Where a click on a bin leads: its column becomes a link. The picture is then a group of links instead of an image. Give
   * every link but one the `tabindex` -1 to have one stop for the keyboard.
   */
  readonly binLink?: (bin: Bin) => string;
}

/** The columns of a diagram that lead somewhere. */
export function linksOf<Bin extends ReliabilityBin>(
  bins: readonly Bin[],
  words: AxisWords,
  { binLink }: ReliabilityOptions<Bin>,
): NonNullable<UnitSquare["links"]> {
  if (binLink === undefined) return [];
  return bins.map((bin) => ({ bin, href: binLink(bin), title: binWords(bin, words) }));
}
