import type { ConformalDocument, ConformalEvaluation } from "@candor/core";
import {
  figure,
  formatCount,
  formatLevel,
  formatName,
  formatPercent,
  type Page,
  type Section,
  section,
} from "@candor/pages";
import { classCoverage, classCoverageRanked } from "@candor/plots";
import { type CoveredPart, conformalNouns, leastCovered } from "../../conformal-words.ts";
import { coverageTable } from "./coverage-table.ts";

/** Most parts that are drawn with their names. */
const NAMED = 24;

function finding(parts: readonly CoveredPart[], what: string, level: number): string {
  const [least] = parts;
  if (least === undefined) return "";
  const below = parts.filter(({ coverage }) => coverage.upper < level).length;
  const first = `Least: ${formatName(least.name, 40)}, ${formatPercent(least.coverage.value)} of ${formatCount(least.n)} rows.`;
  return below === 0
    ? `${first} No interval is wholly below ${formatLevel(level)}.`
    : `${first} The interval is wholly below ${formatLevel(level)} for ${formatCount(below)} of ${formatCount(parts.length)} ${what}.`;
}

/** How often the sets hold the true class, for each class. */
export function classesSection(
  page: Page,
  { level, condition }: ConformalDocument,
  evaluation: ConformalEvaluation,
): Section | undefined {
  const parts = leastCovered(evaluation);
  if (parts.length === 0) return undefined;
  const options = { document: page.document, wanted: level };
  const promise =
    condition.kind === "class"
      ? "The level is promised for each class."
      : "The level is promised on average, not for each class: hard classes can be covered less often, easy ones more.";
  return section(
    page,
    { id: "classes", short: "Classes", title: "Coverage of each class" },
    page.make("p", { class: "lead" }, promise),
    figure(page, {
      title: "Classes, the least covered first",
      finding: finding(parts, "classes", level),
      draw: (label) =>
        parts.length > NAMED
          ? classCoverageRanked(parts, { ...options, label })
          : classCoverage(parts, { ...options, label, width: 460 }),
      reading: `Share of the test rows of a class whose set holds it, with ${formatLevel(evaluation.coverage.level)} intervals. With few rows per class most of the spread is chance: the intervals say how much.`,
      data: coverageTable(page, parts, "Class", "Coverage of each class"),
      wide: true,
    }),
  );
}

/** How often the sets or intervals hold the truth, for each group. */
export function groupsSection(
  page: Page,
  document: ConformalDocument,
  evaluation: ConformalEvaluation,
): Section | undefined {
  const parts = evaluation.groupCoverage.toSorted((a, b) => a.coverage.value - b.coverage.value || b.n - a.n);
  if (parts.length === 0) return undefined;
  const { level, condition } = document;
  const { one, truth } = conformalNouns(document);
  const drawn = parts.slice(0, NAMED);
  return section(
    page,
    { id: "groups", short: "Groups", title: "Coverage of each group" },
    page.make(
      "p",
      { class: "lead" },
      condition.kind === "groups"
        ? "The level is promised for each group."
        : "The level is promised on average, not for each group.",
    ),
    figure(page, {
      title: "Groups, the least covered first",
      finding: finding(parts, "groups", level),
      draw: (label) =>
        classCoverage(drawn, {
          document: page.document,
          wanted: level,
          label,
          width: 460,
          axis: `Share of rows whose ${one} holds ${truth}`,
        }),
      reading: `Share of the test rows of a group whose ${one} holds ${truth}, with ${formatLevel(evaluation.coverage.level)} intervals.${parts.length > NAMED ? ` Drawn: the ${NAMED} least covered.` : ""}`,
      data: coverageTable(page, parts, "Group", "Coverage of each group"),
      wide: true,
    }),
  );
}
