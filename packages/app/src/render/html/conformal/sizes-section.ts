import type { ConformalDocument, ConformalEvaluation } from "@candor/core";
import { figure, formatCount, formatPercent, type Page, type Section, section } from "@candor/pages";
import { classCoverage, setSizes } from "@candor/plots";
import { conformalNouns, isOneWidth, sizeWords } from "../../conformal-words.ts";
import { coverageTable } from "./coverage-table.ts";

/** `empty sets`, `sets of 2 classes`. */
function setsNamed(name: string): string {
  return name === "empty" ? "empty sets" : `sets of ${name}`;
}

/** How large the sets are, and whether large and small ones keep the promise alike. */
export function sizesSection(
  page: Page,
  document: ConformalDocument,
  evaluation: ConformalEvaluation,
): Section | undefined {
  const { sizeCoverage } = evaluation;
  if (sizeCoverage.length === 0 || isOneWidth(document, evaluation)) return undefined;
  const { make } = page;
  const isSets = document.task === "classification";
  const { many, truth } = conformalNouns(document);
  const bins = sizeCoverage.map((bin) => ({ ...bin, name: sizeWords(document, bin) }));
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  const largest = bins.reduce((a, b) => (b.n > a.n ? b : a));
  const least = bins.reduce((a, b) => (b.coverage.value < a.coverage.value ? b : a));
  const options = { document: page.document };
  const sizes = figure(page, {
    title: "How large the sets are",
    finding: `Most often: ${largest.name}, ${formatPercent(largest.n / total)} of rows.`,
    draw: (label) => setSizes(bins, { ...options, label }),
    reading:
      "A set of one class is a decision. A large set says that the model cannot tell; an empty one that no class is as ordinary as the level asks.",
    data: coverageTable(page, bins, "Size", "Sizes of the sets"),
  });
  const coverage = figure(page, {
    title: isSets ? "Coverage by size" : "Coverage by width",
    finding: `Least: ${formatPercent(least.coverage.value)} of the ${formatCount(least.n)} rows with ${isSets ? setsNamed(least.name) : `a width of ${least.name}`}.`,
    draw: (label) =>
      classCoverage(bins, {
        ...options,
        label,
        wanted: document.level,
        axis: `Share of rows whose ${isSets ? "set" : "interval"} holds ${truth}`,
      }),
    reading: isSets
      ? "The level holds on average over all sizes. Sets that adapt to how hard a row is cover about alike at every size; empty sets cover nothing."
      : "The level holds on average over all widths. Intervals that adapt to how hard a row is cover about alike at every width.",
    data: coverageTable(page, bins, isSets ? "Size" : "Width", `Coverage of ${many} by size`),
  });
  return section(
    page,
    {
      id: "sizes",
      short: isSets ? "Sizes" : "Widths",
      title: isSets ? "Sizes of the sets" : "Widths of the intervals",
    },
    make("div", { class: "grid two" }, ...(isSets ? [sizes] : []), coverage),
  );
}
