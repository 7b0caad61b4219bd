import type { FitDocument } from "@candor/core";
import { formatCount, formatNumber } from "@candor/pages";
import type { CardSection, Runs } from "./card-content.ts";
import { nameRuns } from "./subject-section.ts";
import { validationWords } from "./validation-words.ts";

function rowsAreAlone({ validation }: FitDocument): Runs {
  const column: Runs = validation.by === null ? ["one group"] : ["the same ", { name: validation.by }];
  if (validation.scheme === "grouped") return ["Rows with ", ...column, " may depend on each other; others do not."];
  if (validation.scheme === "time")
    return ["The future follows from the past as the later rows here did from the earlier."];
  return [
    "Rows do not depend on each other. If some belong together (one customer, one question), name their column with ",
    { code: "--group" },
    ".",
  ];
}

/** What has to hold for the numbers of the card to be those of tomorrow. */
export function assumptionsSection(document: FitDocument): CardSection {
  const { source, classNames, n, effectiveN } = document;
  const truth = source.columns["label"] ?? source.columns["correct"];
  const items: Runs[] = [
    [
      "New rows come from the same population, in the same mix, as the ",
      `${formatCount(n)} rows of `,
      { name: source.name },
      ".",
    ],
    [
      "Labels mean what they mean here",
      ...(truth === undefined ? [] : [" in ", { name: truth }]),
      ", and are as right and as complete.",
    ],
    [
      "Scores are made in the same way: same model and version, same kind",
      ...(classNames.length === 0 ? [] : [", same classes in the same order (", ...nameRuns(classNames, 6), ")"]),
      ".",
    ],
    rowsAreAlone(document),
    ...(effectiveN === n ? [] : [["The weights say how often rows like each one occur."]]),
    ...validationWords(document).map((text) => [text]),
  ];
  return { id: "assumptions", title: "What is assumed, and how it was checked", blocks: [{ kind: "list", items }] };
}

function scoresSeen({ reliability }: FitDocument): Runs[] {
  const { bins, axis } = reliability.before;
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined || (first.lower <= 0 && last.upper >= 1)) return [];
  const what = axis === "probability" ? "scores" : "confidences";
  return [
    [
      `Before calibration all ${what} lay between ${formatNumber(first.lower, 2)} and ${formatNumber(last.upper, 2)}; beyond, the calibrator continues a curve that no row has checked.`,
    ],
  ];
}

/** What the calibrator does not do, and what is wrong with the data. */
export function limitsSection(document: FitDocument): CardSection {
  const { warnings, source, scoreKind, reliability } = document;
  const isMulticlass = scoreKind === "probabilities" || scoreKind === "logits";
  const items: Runs[] = [
    ...warnings.map((text) => [{ said: text }]),
    ...source.notes.map((text) => [{ said: text }]),
    ...source.skipped.map(({ reason, count }) => [
      `${formatCount(count)} ${count === 1 ? "row was" : "rows were"} left out: `,
      { said: reason },
    ]),
    ...(source.approximate
      ? [["The file was read in one pass, without keeping all rows: the numbers are approximate."]]
      : []),
    ["A calibrated score is right on average over many rows that get it. It promises nothing about a single row."],
    ["Calibration adds no information. It says better what the scores already hold."],
    ...(isMulticlass && reliability.before.axis === "confidence"
      ? [["ECE and reliability check the confidence in the predicted class, not the probability of every class."]]
      : []),
    ...scoresSeen(document),
  ];
  return { id: "limits", title: "Limits", blocks: [{ kind: "list", items }] };
}
