import type { MultiLabelDocument } from "@candor/core";
import { formatCount, formatLevel, formatPercent } from "@candor/pages";

/** A sentence and whether it is good news. */
export interface MultiLabelVerdict {
  readonly sentence: string;
  /** The same in a few words. */
  readonly word: string;
  readonly tone: "good" | "neutral" | "bad";
}

/** A threshold or score, without needless digits. */
export function formatThreshold(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** What is bounded, as a column says it. */
export function riskName({ risk }: Pick<MultiLabelDocument, "risk">): string {
  return risk === "fnr" ? "True labels missed" : "False labels given";
}

/** So many of the rows that count. */
function countedRows(count: number, more: string, { n, rows }: Pick<MultiLabelDocument, "n" | "rows">): string {
  const plural = count === 1 ? "row" : "rows";
  const which = n === rows ? "" : ` that ${count === 1 ? "has" : "have"} a true label`;
  return `${formatCount(count)} ${more}${plural}${which}`;
}

/** How many rows are missing for a promise. */
export function missingWords(document: Pick<MultiLabelDocument, "missingRows" | "n" | "rows">): string {
  const { missingRows } = document;
  if (missingRows === null) return "and more rows like these would not change that";
  return `about ${countedRows(missingRows, "more ", document)} ${missingRows === 1 ? "is" : "are"} needed`;
}

function promise({ risk, target, sure }: MultiLabelDocument): string {
  const share = `at most ${formatLevel(target)} of ${risk === "fnr" ? "a row's true labels are missed" : "the labels of a row are false"}`;
  return sure === null ? `on average ${share}` : `${formatLevel(sure)} sure that on average ${share}`;
}

/** What the threshold promises, and whether test rows agree. */
export function multiLabelVerdict(document: MultiLabelDocument): MultiLabelVerdict {
  const { attained, risk, target, sure, threshold, n, evaluation } = document;
  if (!attained) {
    const what = risk === "fnr" ? "true labels missed" : "false labels given";
    const certainty = sure === null ? "on average" : `and be ${formatLevel(sure)} sure of it`;
    return {
      sentence: `With ${countedRows(n, "", document)} no threshold can keep the share of ${what} within ${formatLevel(target)} ${certainty}: ${missingWords(document)}.`,
      word: "Nothing learnt",
      tone: "bad",
    };
  }
  const first = `Labels with a score of ${formatThreshold(threshold)} or more: ${promise(document)}.`;
  if (evaluation === null || evaluation.risk.lower <= target)
    return { sentence: first, word: evaluation === null ? "Ready" : "Agrees with the test rows", tone: "good" };
  return {
    sentence: `${first} Of the test rows it is ${formatPercent(evaluation.risk.value)}.`,
    word: "More on the test rows",
    tone: sure === null ? "neutral" : "bad",
  };
}

const methodNames: Readonly<Record<MultiLabelDocument["method"], string>> = {
  crc: "conformal risk control",
  rcps: "risk-controlling sets",
  ltt: "learn then test",
};

/** The method, with its bound and correction. */
export function multiLabelMethod({ method, bound, correction }: MultiLabelDocument): string {
  return [methodNames[method], bound, correction].filter((word) => word !== null).join(", ");
}
