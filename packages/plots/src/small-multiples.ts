import type { Estimate, GroupReport } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { groupFlag } from "./group-flag.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { diagonal } from "./unit-square.ts";
import { count, decimal } from "./words.ts";

/** What is drawn of a group. */
export interface DrawnGroup extends Pick<GroupReport, "name" | "n" | "flagged" | "bins"> {
  /** Null where too few rows say what it is. */
  readonly ece: Pick<Estimate, "value"> | null;
  readonly noiseFloor: number | null;
  readonly gap: Pick<Estimate, "lower" | "upper">;
}

function miniature(group: DrawnGroup, options: PlotOptions, label: string): SVGSVGElement {
  const { document, width = 180, height = width } = options;
  const accent = color(group.flagged ? "series-2" : "series-1");
  const ticks = { ticks: [0, 1], tickFormat: String, tickSize: 0, label: null, fill: color("muted") };
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 6,
    marginRight: 8,
    marginBottom: 20,
    marginLeft: 16,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      Plot.frame({ stroke: color("line") }),
      Plot.axisX(ticks),
      Plot.axisY(ticks),
      diagonal(),
      Plot.rect(group.bins, {
        x1: "lower",
        x2: "upper",
        y1: "meanConfidence",
        y2: "observed",
        fill: accent,
        fillOpacity: 0.22,
      }),
      Plot.ruleX(group.bins, {
        x: "meanConfidence",
        y1: "observedLower",
        y2: "observedUpper",
        stroke: accent,
        strokeOpacity: 0.7,
      }),
      Plot.dot(group.bins, { x: "meanConfidence", y: "observed", r: 2.2, fill: accent }),
    ],
  });
  return finish(plotted, label, 11);
}

function paragraph(document: Document, className: string, text: string): HTMLElement {
  const element = document.createElement("p");
  element.setAttribute("class", className);
  element.textContent = text;
  return element;
}

/**
 * One small reliability diagram per group, each with its name, its size, its ECE beside the noise floor, and, where it
 * is flagged, a symbol with words.
 *
 * @param groups drawn in the order given; the caller decides how many
 * @param options `width` and `height` are those of one diagram, default 180
 * @returns a `ul` laid out by the `plotStyles`
 */
export function smallMultiples(groups: readonly DrawnGroup[], options: PlotOptions): HTMLElement {
  const { document, label } = options;
  const list = document.createElement("ul");
  list.setAttribute("class", "candor-multiples");
  if (label !== undefined) list.setAttribute("aria-label", label);
  for (const group of groups) {
    const { symbol, words } = groupFlag(group);
    const floor = group.noiseFloor === null ? "" : ` (noise floor ${decimal(group.noiseFloor)})`;
    const note = `n ${count(group.n)} · ${group.ece === null ? "too few for an ECE" : `ECE ${decimal(group.ece.value)}${floor}`}`;
    const name = group.name.trim() === "" ? "(empty)" : group.name;
    const brief = [...name].slice(0, 60).join("");
    const item = document.createElement("li");
    item.setAttribute("class", "candor-multiple");
    const title = paragraph(document, "candor-multiple-title", "");
    title.setAttribute("title", [...name].slice(0, 300).join(""));
    const isolated = document.createElement("bdi");
    isolated.textContent = brief;
    title.append(isolated);
    item.append(title, miniature(group, options, `${brief}: ${words}; ${note}`));
    if (group.flagged) {
      const flag = paragraph(document, "candor-multiple-note candor-multiple-flag", `${symbol} ${words}`);
      item.append(flag);
    }
    item.append(paragraph(document, "candor-multiple-note", note));
    list.append(item);
  }
  return list;
}
