import type { Estimate, FitDocument, Spec } from "@candor/core";
import { scoreWords } from "../../card/score-words.ts";
import { scoresAre } from "../../card/scores-are.ts";
import { schemeWords, validationWords } from "../../card/validation-words.ts";
import { describeSpec } from "../../describe-spec.ts";
import { formatCount, formatLevel, formatName, formatNumber } from "../../format.ts";
import type { Page } from "../page.ts";
import { type Section, section } from "../section.ts";
import { type Fact, factList, LIST_LIMIT, rowFacts, sourceTables } from "../source-parts.ts";
import { leftOut, table } from "../table.ts";

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

interface SpecRow {
  readonly name: string;
  readonly spec: Spec;
  readonly level: number;
  readonly n: number;
}

function specRows({ before, improvement, candidates, segments, audit }: FitDocument): SpecRow[] {
  const row = (name: string, { spec, level, n }: Estimate): SpecRow => ({ name, spec, level, n });
  const excess = candidates.find(({ excessLogLoss }) => excessLogLoss !== null)?.excessLogLoss;
  const [segment, tested] = [segments[0], audit[0]];
  return [
    ...scoreWords.map(({ key, name }) => row(`${name}, before and after`, before[key])),
    row("Improvement of the log loss", improvement.logLoss),
    row("Improvement of the Brier score", improvement.brier),
    ...(excess ? [row("Log loss of a method above the lowest", excess)] : []),
    ...(segment ? [row("Gap of a segment", segment.gapPooled)] : []),
    ...(tested ? [row("Gap in the audit", tested.gap)] : []),
  ];
}

/** The calibrator as a file: what identifies it, and how every number is computed. */
export function specsSection(page: Page, document: FitDocument): Section {
  const { make } = page;
  const { calibrator, reliability } = document;
  const code = (text: string) => make("code", {}, formatName(text, 400));
  const rows: SpecRow[] = [
    ...specRows(document),
    ...(["bins", "smooth"] as const).map((key) => ({
      name: key === "bins" ? "Reliability by bins" : "Smooth reliability",
      spec: reliability.after.specs[key],
      level: reliability.after.level,
      n: document.validation.heldOut,
    })),
  ];
  return section(
    page,
    { id: "specs", short: "Fingerprints", title: "Fingerprints and specs" },
    factList(page, [
      ["Made", calibrator.created === null ? "date not given" : formatName(calibrator.created, 40)],
      ["By", `Candor ${formatName(document.version, 40)}, ${calibrator.schema}`],
      ["Fingerprint of the data", code(calibrator.data.fingerprint), "long"],
      ["Fingerprint of the calibrator", code(calibrator.fingerprint), "long"],
      ["Spec of the fit", code(JSON.stringify(calibrator.spec)), "long"],
    ]),
    make(
      "details",
      {},
      make("summary", {}, "Show the spec of every number"),
      table(
        page,
        rows,
        [
          { title: "Number", cell: ({ name }) => name },
          { title: "How it is computed", words: true, cell: ({ spec }) => formatName(describeSpec(spec), 400) },
          { title: "Level", numeric: true, cell: ({ level }) => formatLevel(level) },
          { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
          { title: "Spec", words: true, cell: ({ spec }) => code(JSON.stringify(spec)) },
        ],
        { caption: "The spec of every number", hidden: true },
      ),
    ),
  );
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
  return section(
    page,
    { id: "source", short: "Source", title: "Source" },
    factList(page, facts),
    ...sourceTables(page, source),
  );
}
