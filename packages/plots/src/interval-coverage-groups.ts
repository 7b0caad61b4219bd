import type { RegressionGroup } from "@candor/core";
import { coverageLines } from "./coverage-lines.ts";
import { finiteOr } from "./finite-or.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, percent } from "./words.ts";

/** What the groups are held against. */
export interface IntervalCoverageGroupsOptions extends PlotOptions {
  /** The level that their intervals promise. */
  readonly promised: number;
}

/** What is drawn of a group; the name is cut after 36 characters. */
export type CoveredGroup = Pick<RegressionGroup, "name" | "n" | "coverage" | "flagged">;

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
  const { promised, label = "Coverage of each group" } = options;
  const lines = groups.flatMap(({ name, n, coverage, flagged }) => {
    if (coverage === null) return [];
    const { value } = coverage;
    const [lower, upper] = [finiteOr(coverage.lower, value), finiteOr(coverage.upper, value)];
    const title = `${brief(name, 36)}: ${percent(value)} [${percent(lower)}, ${percent(upper)}]`;
    return [{ name: brief(name, 36), n, value, lower, upper, title, isMarked: flagged }];
  });
  const level = percent(promised, Number.isInteger(promised * 100) ? 0 : 1);
  return coverageLines(lines, {
    ...options,
    level: promised,
    note: `- - promised ${level}\u2003◆ flagged`,
    axis: `Share of outcomes inside the ${level} interval`,
    label,
  });
}
