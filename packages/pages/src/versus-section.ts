import type { VersusReport } from "@candor/core";
import { versusDifferences } from "@candor/plots";
import { figure } from "./figure.ts";
import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { table } from "./table.ts";
import { formatCount, formatEstimate, formatName, formatNumber } from "./words/format.ts";
import { metricName } from "./words/metric-name.ts";

const HIGHER_IS_BETTER = new Set(["accuracy", "auroc", "averagePrecision", "auc", "discrimination"]);
const DRAWN = 20;
const SENTENCE_LIMIT = 600;

interface Row {
  readonly key: string;
  readonly self: number;
  readonly other: number;
  readonly difference: VersusReport["metrics"][string]["difference"];
}

function better({ key, self, other, difference }: Row): "this model" | "the other" | "no clear difference" {
  if (!(difference.lower > 0 || difference.upper < 0)) return "no clear difference";
  return other > self === HIGHER_IS_BETTER.has(key) ? "the other" : "this model";
}

function shortName(key: string): string {
  return metricName(key).replace(/ \(.*\)$/, "");
}

function finding(rows: readonly Row[]): string {
  const of = (who: ReturnType<typeof better>) =>
    rows.filter((row) => better(row) === who).map(({ key }) => shortName(key));
  const parts = [
    { who: "This model is better on", names: of("this model") },
    { who: "the other is better on", names: of("the other") },
    { who: "no clear difference on", names: of("no clear difference") },
  ].filter(({ names }) => names.length > 0);
  const sentence = parts.map(({ who, names }) => `${who} ${names.join(", ")}`).join("; ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/**
 * Two models on the same rows: the paired differences as a picture and as a table.
 *
 * @param page the page it is for
 * @param versus of the report
 */
export function versusSection(page: Page, versus: VersusReport): Section {
  const { make } = page;
  const rows: Row[] = Object.entries(versus.metrics).map(([key, values]) => ({ key, ...values }));
  const data = table(
    page,
    rows,
    [
      { title: "Metric", cell: ({ key }) => page.name(metricName(key)) },
      { title: "This model", numeric: true, cell: ({ self }) => formatNumber(self) },
      { title: "The other", numeric: true, cell: ({ other }) => formatNumber(other) },
      { title: "Other minus this", numeric: true, cell: ({ difference }) => formatEstimate(difference) },
      { title: "Better", cell: better },
    ],
    { caption: `Paired differences on ${formatCount(versus.n)} rows`, hidden: true },
  );
  const drawn = rows.slice(0, DRAWN);
  const differences = drawn.map(({ key, self, difference }) => ({
    name: formatName(shortName(key), 22),
    self,
    value: difference.value,
    lower: difference.lower,
    upper: difference.upper,
  }));
  return section(
    page,
    { id: "versus", short: "Versus", title: "Against the other model" },
    make(
      "p",
      { class: "lead" },
      "Compared with ",
      page.name(versus.name),
      ` on the same ${formatCount(versus.n)} rows. ${formatName(versus.sentence, SENTENCE_LIMIT)}`,
    ),
    figure(page, {
      title: "Paired differences",
      finding: finding(rows),
      draw: (label) => versusDifferences(differences, { document: page.document, label }),
      reading:
        "Each difference with its paired interval, as a share of this model's value. Filled: the interval leaves out zero.",
      data,
      wide: true,
    }),
  );
}
