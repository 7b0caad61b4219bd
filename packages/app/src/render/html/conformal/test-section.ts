import type { ConformalDocument, ConformalEvaluation } from "@candor/core";
import {
  formatCount,
  formatInterval,
  formatLevel,
  formatMeasure,
  formatMeasureInterval,
  formatMeasureValue,
  formatNumber,
  formatPercent,
  formatPValue,
  type KeyNumber,
  keyNumberList,
  type Page,
  type Section,
  section,
} from "@candor/pages";
import { conformalNouns } from "../../conformal-words.ts";

function sizeCards(document: ConformalDocument, { meanSize, medianSize }: ConformalEvaluation): KeyNumber[] {
  if (meanSize === null) return [];
  if (document.task === "classification")
    return [
      {
        label: "Mean size",
        value: formatNumber(meanSize.value, 2),
        interval: formatInterval(meanSize, 2),
        note: `classes per set; median ${formatCount(medianSize)}`,
      },
    ];
  return [
    {
      label: "Mean width",
      value: formatMeasureValue(meanSize),
      interval: formatMeasureInterval(meanSize),
      note: `in the unit of the outcome; median ${formatMeasure(medianSize)}`,
    },
  ];
}

function cards(document: ConformalDocument, evaluation: ConformalEvaluation): KeyNumber[] {
  const { coverage, n, singletons, empty, unbounded, pValue } = evaluation;
  const { many, everything } = conformalNouns(document);
  const share = (label: string, count: number, note: string): KeyNumber => ({
    label,
    value: formatPercent(count / n),
    interval: "",
    note,
  });
  return [
    {
      label: "Coverage",
      value: formatPercent(coverage.value),
      interval: formatInterval({ lower: coverage.lower * 100, upper: coverage.upper * 100 }, 1),
      note: `wanted ${formatLevel(document.level)}${pValue === null ? "" : `; as far off by chance: ${formatPValue(pValue)}`}`,
    },
    ...sizeCards(document, evaluation),
    ...(singletons === null ? [] : [share("Exactly one class", singletons, "decided without doubt")]),
    ...(empty === 0 && document.task === "regression" ? [] : [share("Empty", empty, `${many} without members`)]),
    ...(unbounded === 0
      ? []
      : [
          document.task === "classification"
            ? share("All classes", unbounded, "nothing is ruled out")
            : share("Unbounded", unbounded, everything),
        ]),
  ];
}

/** What test rows say: coverage and size. */
export function testSection(page: Page, document: ConformalDocument, evaluation: ConformalEvaluation): Section {
  const { make } = page;
  return section(
    page,
    { id: "test", short: "Test", title: "On the test rows" },
    make(
      "p",
      { class: "lead" },
      `Measured on ${formatCount(evaluation.n)} rows that calibrated nothing. Brackets: ${formatLevel(evaluation.coverage.level)} intervals.`,
    ),
    keyNumberList(page, cards(document, evaluation)),
  );
}
