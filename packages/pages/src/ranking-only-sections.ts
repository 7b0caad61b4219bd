import type { Estimate, ReportDocument } from "@candor/core";
import { type KeyNumber, keyNumberList } from "./key-number-list.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import { formatCount, formatInterval, formatNumber, formatPercent } from "./words/format.ts";

function card(label: string, { value, lower, upper }: Estimate, note: string): KeyNumber {
  return { label, value: formatNumber(value), interval: formatInterval({ lower, upper }), note };
}

function percentCard(label: string, { value, lower, upper }: Estimate, note: string): KeyNumber {
  const interval = formatInterval({ lower: lower * 100, upper: upper * 100 }, 1);
  return { label, value: formatPercent(value), interval, note };
}

/** The numbers of a score that is no probability: how often the prediction is right, and how well the score ranks. */
export function rankingNumbers(page: Page, { accuracy, metrics, score }: ReportDocument): Section {
  const { auroc, aurc } = metrics;
  return section(
    page,
    { id: "numbers", short: "Numbers", title: "How well does it rank?" },
    keyNumberList(page, [
      percentCard("Accuracy", accuracy, "share of predictions that are right"),
      ...(auroc === null ? [] : [card("AUROC", auroc, "right above wrong; 0.5 is chance")]),
      card("AURC", aurc, "mean share of errors over all coverages; lower is better"),
    ]),
    page.make(
      "p",
      { class: "note" },
      `${score?.name ?? "The score"} is ${score?.formula ?? "a score"}, taken into [0, 1] by ${score?.map ?? "x"} with x the score. The map keeps the order, ` +
        "so every number here is that of the score itself; errors of calibration would be those of reading it as a probability, and stand in the JSON document alone.",
    ),
  );
}

/** How often predictions are right in each segment: what can be said of it where the score is no probability. */
export function accuracySection(page: Page, { segments }: ReportDocument): Section {
  const ranked = segments.toSorted((a, b) => a.accuracy.value - b.accuracy.value);
  return section(
    page,
    { id: "segments", short: "Segments", title: "Where is it right less often?" },
    table(
      page,
      ranked,
      [
        { title: "Group", cell: ({ name }) => page.name(name) },
        { title: "Column", cell: ({ by }) => page.name(by, 30) },
        { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
        { title: "Right", numeric: true, cell: ({ accuracy }) => formatPercent(accuracy.value) },
        {
          title: "Interval, %",
          numeric: true,
          cell: ({ accuracy: { lower, upper } }) => formatInterval({ lower: lower * 100, upper: upper * 100 }, 1),
        },
      ],
      { caption: "All segments, right least often first" },
    ),
  );
}
