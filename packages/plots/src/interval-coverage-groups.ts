import type { RegressionGroup } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, count, percent } from "./words.ts";

/** What the groups are held against. */
export interface IntervalCoverageGroupsOptions extends PlotOptions {
  /** The level that their intervals promise. */
  readonly promised: number;
}

/** What is drawn of a group; the name is cut after 36 characters. */
export type CoveredGroup = Pick<RegressionGroup, "name" | "n" | "coverage" | "flagged">;

function bound(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}

/**
 * How often the intervals of each group held the outcome, one line per group, against what they promise. Flagged groups are
 * filled diamonds.
 *
 * @param groups drawn from top to bottom; those without a coverage are left out
 * @param options the promised level, where and how large; the default height grows with the groups
 */
export function intervalCoverageGroups(
  groups: readonly CoveredGroup[],
  options: IntervalCoverageGroupsOptions,
): SVGSVGElement {
  const rows = groups.flatMap(({ name, n, coverage, flagged }) => {
    if (coverage === null) return [];
    const { value, lower, upper } = coverage;
    return [{ name, n, flagged, value, lower: bound(lower, value), upper: bound(upper, value) }];
  });
  const { document, promised, width = 420, height = 84 + 34 * rows.length } = options;
  const { label = "Coverage of each group" } = options;
  const drawn = rows.map((row, line) => ({
    ...row,
    line,
    name: brief(row.name, 36),
    rows: `${count(row.n)} rows`,
    title: `${brief(row.name, 36)}: ${percent(row.value)} [${percent(row.lower)}, ${percent(row.upper)}]`,
  }));
  const plain = drawn.filter(({ flagged }) => !flagged);
  const flagged = drawn.filter((row) => row.flagged);
  const least = Math.min(promised - 0.1, ...drawn.map(({ lower }) => lower));
  const from = Math.max(0, Math.floor(least * 10 - 1e-9) / 10);
  const rule = { y: "line", x1: "lower", x2: "upper", strokeWidth: 2 } as const;
  const dot = { x: "value", y: "line", title: "title" } as const;
  const text = { y: "line", dy: -13, fontSize: 12, stroke: color("paper"), strokeWidth: 3 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 30,
    marginRight: 22,
    marginBottom: 44,
    marginLeft: 18,
    x: { domain: [from, 1] },
    y: { domain: [-0.65, Math.max(1, drawn.length) - 0.5], reverse: true, axis: null },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => percent(value, 0),
        tickSize: 0,
        label: `Share of outcomes inside the ${percent(promised, Number.isInteger(promised * 100) ? 0 : 1)} interval`,
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX([promised], { stroke: color("ink"), strokeDasharray: "4 3" }),
      Plot.text([`- - promised ${percent(promised, Number.isInteger(promised * 100) ? 0 : 1)}\u2003◆ flagged`], {
        frameAnchor: "top-right",
        textAnchor: "end",
        fontSize: 11,
        dy: -20,
        fill: color("muted"),
      }),
      Plot.ruleY(plain, { ...rule, stroke: color("series-1") }),
      Plot.ruleY(flagged, { ...rule, stroke: color("series-2") }),
      Plot.dot(plain, { ...dot, r: 4, fill: color("paper"), stroke: color("series-1"), strokeWidth: 1.8 }),
      Plot.dot(flagged, { ...dot, r: 5, symbol: "diamond", fill: color("series-2") }),
      Plot.text(drawn, { ...text, text: "name", frameAnchor: "left", textAnchor: "start", fill: color("ink") }),
      Plot.text(drawn, { ...text, text: "rows", frameAnchor: "right", textAnchor: "end", fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}
