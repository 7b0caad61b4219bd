import type { GroupReport } from "@candor/core";
import { overTime, smallMultiples } from "@candor/plots";
import { evidenceColumn } from "./evidence-column.ts";
import { figure } from "./figure.ts";
import { gapOverTimeFinding, groupsFinding, overTimeFinding } from "./findings.ts";
import type { Page } from "./page.ts";
import { type Section, type SectionWords, section } from "./section.ts";
import { type Column, leftOut, table } from "./table.ts";
import { formatCount, formatEstimate, formatNumber, formatPercent, formatPValue } from "./words/format.ts";

/** Groups drawn as small multiples at most. */
export const MULTIPLES_LIMIT = 24;
const STRETCHES_LIMIT = 400;

/** The strongest evidence of miscalibration first; larger groups first among equals. */
function byEvidence(groups: readonly GroupReport[]): GroupReport[] {
  const rank = (value: number) => (Number.isFinite(value) ? value : 2);
  return groups.toSorted((a, b) => rank(a.qValue) - rank(b.qValue) || rank(a.pValue) - rank(b.pValue) || b.n - a.n);
}

type GroupColumn = Column<GroupReport>;

const ROWS: GroupColumn = { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) };
const ADJUSTED: GroupColumn = { title: "Adjusted p", numeric: true, cell: ({ qValue }) => formatPValue(qValue, "") };
const GAP: GroupColumn = { title: "Gap", numeric: true, cell: ({ gap }) => formatEstimate(gap) };
const LEVEL_COLUMNS: readonly GroupColumn[] = [
  { title: "Accuracy", numeric: true, cell: ({ accuracy }) => formatPercent(accuracy.value) },
  { title: "Mean confidence", numeric: true, cell: ({ meanConfidence }) => formatPercent(meanConfidence.value) },
];
const ECE_COLUMNS: readonly GroupColumn[] = [
  { title: "ECE", numeric: true, cell: ({ ece }) => formatEstimate(ece) },
  { title: "Noise floor", numeric: true, cell: ({ noiseFloor }) => formatNumber(noiseFloor) },
];

/** What a section on groups is about. */
export interface GroupsWords extends SectionWords {
  /** A group in the plural. */
  readonly noun: string;
  /** Whether the groups come from columns that must be named. */
  readonly showColumn: boolean;
}

/**
 * Groups of rows, ranked by evidence of miscalibration: small multiples of the first ones and a table.
 *
 * @param page the page it is for
 * @param groups `segments` or `perClass` of a report
 * @param words how to name them
 */
export function groupsSection(page: Page, groups: readonly GroupReport[], words: GroupsWords): Section {
  const { make } = page;
  const ranked = byEvidence(groups);
  const drawn = ranked.slice(0, MULTIPLES_LIMIT);
  const rest = leftOut(groups.length, drawn.length);
  const named: Column<GroupReport>[] = [{ title: "Group", cell: ({ name }) => page.name(name) }];
  if (words.showColumn) named.push({ title: "Column", cell: ({ by }) => page.name(by, 30) });
  return section(
    page,
    words,
    make("p", { class: "lead" }, groupsFinding(ranked, words.noun)),
    smallMultiples(drawn, { document: page.document, label: words.title }),
    make(
      "p",
      { class: "note" },
      `Strongest evidence first; stated score to the right, share that came true upwards. ${rest}`.trim(),
    ),
    table(page, ranked, [...named, evidenceColumn(page), ROWS, ...LEVEL_COLUMNS, GAP, ...ECE_COLUMNS, ADJUSTED], {
      caption: `All ${words.noun}, strongest evidence of miscalibration first`,
    }),
  );
}

/**
 * Calibration over time: the ECE beside its noise floor, and the direction of the gap.
 *
 * @param page the page it is for
 * @param groups the `overTime` of a report, in order
 */
export function overTimeSection(page: Page, groups: readonly GroupReport[]): Section {
  const recent = groups.slice(-STRETCHES_LIMIT);
  const earlier = leftOut(groups.length, recent.length);
  const from: GroupColumn = { title: "From", cell: ({ name }) => page.name(name, 30) };
  const data = (columns: readonly GroupColumn[]) =>
    table(page, recent.toReversed(), [from, ...columns], {
      caption: "Stretches of time, latest first",
      hidden: true,
    });
  const figures = [
    figure(page, {
      title: "ECE and noise floor",
      finding: overTimeFinding(recent),
      draw: (label) => overTime(recent, { document: page.document, quantity: "ece", label }),
      reading: `Per stretch the ECE with its interval; dashed, what a perfect model would show. ${earlier}`.trim(),
      data: data([ROWS, ...ECE_COLUMNS]),
    }),
    figure(page, {
      title: "Direction of the gap",
      finding: gapOverTimeFinding(recent),
      draw: (label) => overTime(recent, { document: page.document, quantity: "gap", label }),
      reading: "Mean stated score minus the share that came true. Above zero the scores are too high.",
      data: data([GAP, ADJUSTED, evidenceColumn(page)]),
    }),
  ];
  return section(
    page,
    { id: "time", short: "Over time", title: "Does calibration hold over time?" },
    page.make("div", { class: "grid two" }, ...figures),
  );
}
