import type { PolicyPoint } from "@candor/core";
import { choiceMargins } from "./choice-marks.ts";
import { color } from "./palette.ts";
import { type RiskCoverageChoiceOptions, riskCoverageChoice, riskCoverageRoof } from "./risk-coverage-choice.ts";
import { withoutNames } from "./without-names.ts";
import { percent } from "./words.ts";

/** A point on a risk-coverage curve with its interval. */
export interface ChoicePoint {
  readonly coverage: number;
  readonly error: number;
  readonly lower: number;
  readonly upper: number;
}

/** A picture whose choices move without being drawn anew. */
export interface MovableChoice {
  readonly element: SVGSVGElement;
  /** Moves the marks; null takes one away. */
  move(marks: { readonly current: ChoicePoint | null; readonly proposed: ChoicePoint | null }): void;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * `riskCoverageChoice` with two marks that move: what decides now, and what is proposed.
 *
 * @param points of a policy or of `decisionCurve`, in order of growing coverage
 * @param options where and how large, and a target
 */
export function movableChoice(
  points: readonly PolicyPoint[],
  options: Omit<RiskCoverageChoiceOptions, "chosen">,
): MovableChoice {
  const { document, width = 420, height = 300, maxError } = options;
  const element = withoutNames(riskCoverageChoice(points, options));
  const roof = riskCoverageRoof(points, maxError);
  const { marginTop, marginRight, marginBottom, marginLeft } = choiceMargins;
  const xOf = (coverage: number): number => marginLeft + coverage * (width - marginLeft - marginRight);
  const yOf = (error: number): number =>
    marginTop + (1 - Math.min(roof, error) / roof) * (height - marginTop - marginBottom);
  const make = (name: string, attributes: Readonly<Record<string, string>>, parent: Element): Element => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  };
  const mark = (name: "current" | "proposed", word: string, fill: string) => {
    const group = make("g", { class: `choice-${name}`, visibility: "hidden" }, element);
    const drop = make("line", { stroke: fill, "stroke-dasharray": "2 3" }, group);
    const range = make("line", { stroke: fill, "stroke-width": "2" }, group);
    const shape = { fill, stroke: color("paper"), "stroke-width": "1" };
    const point =
      name === "proposed"
        ? make("path", { ...shape, d: "M0,-8L6,0L0,8L-6,0Z" }, group)
        : make("circle", { ...shape, r: "5" }, group);
    const text = make(
      "text",
      {
        fill,
        stroke: color("paper"),
        "stroke-width": "4",
        "paint-order": "stroke",
        "font-size": "11",
        "font-weight": "600",
      },
      group,
    );
    return (at: ChoicePoint | null): void => {
      group.setAttribute("visibility", at === null ? "hidden" : "visible");
      if (at === null) return;
      const x = xOf(at.coverage).toFixed(2);
      const set = (line: Element, from: number, to: number): void => {
        line.setAttribute("x1", x);
        line.setAttribute("x2", x);
        line.setAttribute("y1", from.toFixed(2));
        line.setAttribute("y2", to.toFixed(2));
      };
      set(
        drop,
        name === "proposed" ? marginTop : height - marginBottom,
        yOf(name === "proposed" ? at.upper : at.lower),
      );
      set(range, yOf(at.lower), yOf(at.upper));
      point.setAttribute("transform", `translate(${x},${yOf(at.error).toFixed(2)})`);
      const isRight = at.coverage > 0.5;
      text.setAttribute("text-anchor", isRight ? "end" : "start");
      text.setAttribute("x", String(Number(x) + (isRight ? -8 : 8)));
      const below = Math.min(height - marginBottom - 5, yOf(at.lower) + 16);
      text.setAttribute("y", name === "proposed" ? String(marginTop + 4) : below.toFixed(2));
      text.textContent = name === "proposed" ? `${word}: ${percent(at.error)} wrong of ${percent(at.coverage)}` : word;
    };
  };
  const current = mark("current", "now", color("ink"));
  const proposed = mark("proposed", "proposed", color("series-2"));
  return {
    element,
    move: (marks) => {
      current(marks.current);
      proposed(marks.proposed);
    },
  };
}
