import type { RegressionGroup, RegressionReport } from "@candor/core";
import { intervalCoverageGroups } from "@candor/plots";
import { figure } from "../figure.ts";
import type { Page } from "../page.ts";
import { type Section, type SectionWords, section } from "../section.ts";
import { type Column, leftOut, table } from "../table.ts";
import { formatCount, formatLevel, formatName, formatPValue } from "../words/format.ts";
import { formatMeasured } from "../words/measure.ts";
import { groupLevel, groupWords, periodName } from "../words/regression-words.ts";
import { shareText } from "./promises-section.ts";
import { regressionGroupsFinding } from "./regression-findings.ts";

/** Groups drawn at most. */
const DRAWN = 24;

interface GroupsWords extends SectionWords {
  /** A group in the plural. */
  readonly noun: string;
  readonly showColumn: boolean;
  /** How the first ones were chosen. */
  readonly order: string;
}

function columnsOf(
  page: Page,
  groups: readonly RegressionGroup[],
  promised: number | undefined,
  { showColumn, noun }: GroupsWords,
): Column<RegressionGroup>[] {
  const flag = (group: RegressionGroup) => {
    const { symbol, words } = groupWords(group, promised);
    return page.make("span", { class: group.flagged ? "flagged" : "unflagged" }, `${symbol} ${words}`);
  };
  const text = <T>(value: T | null, write: (value: T) => string) => (value === null ? "–" : write(value));
  return [
    { title: noun === "stretches" ? "From" : "Group", cell: ({ name }) => page.name(name) },
    ...(showColumn ? [{ title: "Column", cell: ({ by }: RegressionGroup) => page.name(by, 30) }] : []),
    { title: "Evidence", cell: flag },
    { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
    ...(promised === undefined
      ? []
      : [
          {
            title: `Inside ${formatLevel(promised)} interval`,
            numeric: true,
            cell: ({ coverage }: RegressionGroup) => text(coverage, shareText),
          },
        ]),
    { title: "Bias", numeric: true, cell: ({ bias }) => formatMeasured(bias) },
    ...(groups.every(({ crps }) => crps === null)
      ? []
      : [{ title: "CRPS", numeric: true, cell: ({ crps }: RegressionGroup) => text(crps, formatMeasured) }]),
    { title: "Adjusted p", numeric: true, cell: ({ qValue }) => formatPValue(qValue, "") },
  ];
}

function groupsSection(
  page: Page,
  document: RegressionReport,
  groups: readonly RegressionGroup[],
  words: GroupsWords,
): Section {
  const promised = groupLevel(document);
  const finding = regressionGroupsFinding(groups, promised, words.noun);
  const columns = columnsOf(page, groups, promised, words);
  const covered = groups.filter(({ coverage }) => coverage !== null);
  const caption = `All ${words.noun}, ${words.order}`;
  if (promised === undefined || covered.length === 0)
    return section(page, words, page.make("p", { class: "lead" }, finding), table(page, groups, columns, { caption }));
  const drawn = covered.slice(0, DRAWN).map((group) => ({ ...group, name: formatName(group.name, 60) }));
  const item = figure(page, {
    title: `Coverage of ${words.noun}`,
    finding,
    draw: (label) => intervalCoverageGroups(drawn, { document: page.document, promised, label }),
    reading:
      `How often the ${formatLevel(promised)} interval held the outcome. Filled: evidence that the group is off, in coverage or bias. ${leftOut(covered.length, drawn.length)}`.trim(),
    data: table(page, drawn, columns.slice(0, words.showColumn ? 5 : 4), {
      caption: `Coverage of ${words.noun}`,
      hidden: true,
    }),
    wide: true,
  });
  item.setAttribute("class", "figure wide tall");
  return section(page, words, item, table(page, groups, columns, { caption }));
}

/**
 * Segments of forecasts, the strongest evidence first.
 *
 * @param page the page it is for
 * @param document the report, with at least one segment
 * @param title of the section
 */
export function regressionSegments(
  page: Page,
  document: RegressionReport,
  title = "Which segments can be trusted less?",
): Section {
  const ranked = document.segments.toSorted((a, b) => a.qValue - b.qValue || b.n - a.n);
  return groupsSection(page, document, ranked, {
    id: "segments",
    short: "Segments",
    title,
    noun: "segments",
    showColumn: true,
    order: "strongest evidence first",
  });
}

/**
 * Forecasts over time, the latest stretch first.
 *
 * @param page the page it is for
 * @param document the report, with at least one stretch of time
 */
export function regressionOverTime(page: Page, document: RegressionReport): Section {
  const stretches = document.overTime.map((group) => ({ ...group, name: periodName(group.name) }));
  return groupsSection(page, document, stretches.toReversed(), {
    id: "over-time",
    short: "Over time",
    title: "Does it hold over time?",
    noun: "stretches",
    showColumn: false,
    order: "latest first",
  });
}
