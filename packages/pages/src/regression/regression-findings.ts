import type { IntervalQuality, LevelCoverage, RegressionGroup, RegressionReport } from "@candor/core";
import { formatCount, formatLevel, formatName, formatPercent } from "../words/format.ts";
import { groupWords } from "../words/regression-words.ts";

function shareOf<Item>(items: readonly Item[], pick: (item: Item) => boolean): number {
  return items.filter(pick).length;
}

/** Which quantiles lie off by more than chance. */
export function curveFinding(curve: readonly LevelCoverage[]): string {
  const high = shareOf(curve, ({ level, observed }) => observed.lower > level);
  const low = shareOf(curve, ({ level, observed }) => observed.upper < level);
  const total = formatCount(curve.length);
  if (high + low === 0)
    return curve.length === 1
      ? "The interval of the one quantile contains its level."
      : `At all ${total} levels the interval contains the level.`;
  const parts = [
    ...(high > 0 ? [`${formatCount(high)} of ${total} quantiles too high`] : []),
    ...(low > 0 ? [`${formatCount(low)} of ${total} too low`] : []),
  ];
  const worst = curve.reduce((a, b) =>
    Math.abs(b.observed.value - b.level) > Math.abs(a.observed.value - a.level) ? b : a,
  );
  return `${parts.join(", ")}, beyond the interval. Farthest off: ${formatPercent(worst.observed.value)} of outcomes below the ${formatLevel(worst.level)} quantile.`;
}

/** Which intervals break their promise. */
export function coverageFinding(intervals: readonly IntervalQuality[]): string {
  const narrow = intervals.filter(({ level, coverage }) => coverage.upper < level);
  const wide = intervals.filter(({ level, coverage }) => coverage.lower > level);
  const total = formatCount(intervals.length);
  const worst = intervals.reduce<IntervalQuality | undefined>(
    (a, b) => (a === undefined || Math.abs(b.coverage.value - b.level) > Math.abs(a.coverage.value - a.level) ? b : a),
    undefined,
  );
  if (worst === undefined) return "There are no intervals to show.";
  const held = `the ${formatLevel(worst.level)} interval held ${formatPercent(worst.coverage.value)} of the outcomes`;
  if (narrow.length + wide.length === 0)
    return intervals.length === 1
      ? `The ${held.slice(4)}, which chance explains.`
      : `All ${total} hold as often as promised but for chance; farthest off, ${held}.`;
  if (intervals.length === 1)
    return `The ${held.slice(4)}: ${narrow.length > 0 ? "too narrow" : "wider than promised"}, beyond chance.`;
  const parts = [
    ...(narrow.length > 0 ? [`${formatCount(narrow.length)} of ${total} too narrow`] : []),
    ...(wide.length > 0 ? [`${formatCount(wide.length)} of ${total} wider than promised`] : []),
  ];
  return `${parts.join(", ")}, beyond chance; farthest off, ${held}.`;
}

/** Where more or fewer outcomes fell than a perfect forecast shows. */
export function pitFinding(pit: RegressionReport["pit"]): string {
  const more = shareOf(pit, ({ share, upper }) => share > upper);
  const fewer = shareOf(pit, ({ share, lower }) => share < lower);
  const total = formatCount(pit.length);
  const [first, last] = [pit.at(0), pit.at(-1)];
  if (first === undefined || last === undefined) return "There is nothing to show.";
  if (more + fewer === 0) return `All ${total} bars stay within the band of a perfect forecast.`;
  const ends = formatPercent(first.share + last.share);
  return `${formatCount(more + fewer)} of ${total} bars leave the band; ${ends} of the outcomes fell in the two outer ones, where a perfect forecast has ${formatPercent(2 / pit.length)}.`;
}

/** How many groups are flagged, and which first. */
export function regressionGroupsFinding(
  groups: readonly RegressionGroup[],
  promised: number | undefined,
  noun: string,
): string {
  const flagged = groups.filter((group) => group.flagged).toSorted((a, b) => a.qValue - b.qValue);
  const total = `${formatCount(groups.length)} ${noun}`;
  if (flagged.length === 0)
    return `None of ${total} is off by more than chance explains, once their number is taken into account.`;
  const named = flagged
    .slice(0, 3)
    .map((group) => `\u2068${formatName(group.name, 40)}\u2069 (${groupWords(group, promised).words})`);
  const more = flagged.length > 3 ? ` and ${formatCount(flagged.length - 3)} more` : "";
  return `${formatCount(flagged.length)} of ${total} flagged at a false discovery rate of 5 %: ${named.join(", ")}${more}.`;
}
