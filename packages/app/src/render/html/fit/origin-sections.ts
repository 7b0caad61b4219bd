import type { FitDocument } from "@candor/core";
import {
  codeText,
  type Fact,
  factList,
  formatCount,
  formatLevel,
  formatNumber,
  LIST_LIMIT,
  leftOut,
  type Page,
  rowFacts,
  type Section,
  type SpecRow,
  section,
  sourceOf,
  specRow,
} from "@candor/pages";
import { scoreWords } from "../../card/score-words.ts";
import { scoresAre } from "../../card/scores-are.ts";
import { schemeWords, validationWords } from "../../card/validation-words.ts";
import { fingerprintsSection } from "../fingerprints-section.ts";

/** How the numbers came about: folds, rows held out, seed. */
export function validationSection(page: Page, document: FitDocument): Section {
  const { make } = page;
  const { validation, before } = document;
  const items: Fact[] = [
    ["Parts", schemeWords(document)],
    ["Rows held out", formatCount(validation.heldOut)],
    ["Seed of the parts", String(validation.seed)],
    ["Level of the intervals", formatLevel(before.logLoss.level)],
    ...(validation.by === null ? [] : [["Column", page.name(validation.by)] as const]),
  ];
  return section(
    page,
    { id: "validation", short: "Validation", title: "How it was checked" },
    make("ul", { class: "steps" }, ...validationWords(document).map((text) => make("li", {}, text))),
    factList(page, items),
  );
}

function specRows({ before, improvement, candidates, segments, audit }: FitDocument): SpecRow[] {
  const excess = candidates.find(({ excessLogLoss }) => excessLogLoss !== null)?.excessLogLoss;
  const [segment, tested] = [segments[0], audit[0]];
  return [
    ...scoreWords.flatMap(({ key, name }) => specRow(`${name}, before and after`, before[key])),
    ...specRow("Improvement of the log loss", improvement.logLoss),
    ...specRow("Improvement of the Brier score", improvement.brier),
    ...specRow("Log loss of a method above the lowest", excess),
    ...specRow("Gap of a segment", segment?.gapPooled),
    ...specRow("Gap in the audit", tested?.gap),
  ];
}

/** The calibrator as a file: what identifies it, and how every number is computed. */
export function specsSection(page: Page, document: FitDocument): Section {
  const { calibrator, reliability } = document;
  const rows: SpecRow[] = [
    ...specRows(document),
    ...(["bins", "smooth"] as const).map((key) => ({
      name: key === "bins" ? "Reliability by bins" : "Smooth reliability",
      spec: reliability.after.specs[key],
      level: reliability.after.level,
      n: document.validation.heldOut,
    })),
  ];
  return fingerprintsSection(page, {
    created: calibrator.created,
    version: document.version,
    schema: calibrator.schema,
    facts: [
      ["Fingerprint of the data", codeText(page, calibrator.data.fingerprint), "long"],
      ["Fingerprint of the calibrator", codeText(page, calibrator.fingerprint), "long"],
      ["Spec of the fit", codeText(page, JSON.stringify(calibrator.spec)), "long"],
    ],
    rows,
  });
}

/** Where the rows come from: file, columns, rows used and left out, and what was done to them. */
export function sourceSection(page: Page, document: FitDocument): Section {
  const { make } = page;
  const { source, n, effectiveN, classNames } = document;
  const { text, positive } = scoresAre(document);
  const classes = classNames.slice(0, LIST_LIMIT);
  const moreClasses = leftOut(classNames.length, classes.length);
  const facts: Fact[] = [
    ...rowFacts(page, source, n),
    ["Effective rows", formatNumber(effectiveN, effectiveN === n ? 0 : 1)],
    ["Scores", make("span", {}, text, ...(positive === null ? [] : [" ", page.name(positive)]))],
  ];
  if (classes.length > 0)
    facts.push([
      "Classes, in order",
      make(
        "span",
        {},
        ...classes.flatMap((name, i) => (i === 0 ? [page.name(name, 30)] : [", ", page.name(name, 30)])),
        moreClasses === "" ? "" : `; ${moreClasses}`,
      ),
    ]);
  if (source.approximate) facts.push(["Computed", "in one pass, without keeping all rows: approximate"]);
  return sourceOf(page, source, facts);
}
