import type { CandidateResult, FitDocument } from "@candor/core";
import { formatCount, formatNumber, methodWords, metricName, parameterWords } from "@candor/pages";
import type { Block, CardSection, Run } from "./card-content.ts";

const SHOWN = 6;

function sentence(text: string): string {
  const first = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

function parameterItems({ parameters }: FitDocument): Run[][] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const words = parameterWords(name, value);
    if (typeof value !== "number") return [];
    const text = Number.isInteger(value) ? formatCount(value) : formatNumber(value);
    return [[{ said: metricName(name) }, ` ${text}${words === "" ? "" : `: ${words}`}`]];
  });
}

function others(candidates: readonly CandidateResult[]): readonly CandidateResult[] {
  return candidates
    .filter(({ chosen }) => !chosen)
    .toSorted((a, b) => (a.logLoss ?? Infinity) - (b.logLoss ?? Infinity));
}

/** The method, why it was chosen, what it fitted, and why the others were passed over. */
export function methodSection(document: FitDocument): CardSection {
  const { label, method, reason, candidates, calibrator } = document;
  const words = methodWords(method);
  const passed = others(candidates);
  const parameters = parameterItems(document);
  const rest = passed.length - SHOWN;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      runs: [
        "Method: ",
        { said: label },
        `${calibrator.segments === null ? "" : ", with corrections by segment"}. ${words === "" ? "" : `${words} `}`,
        { said: sentence(reason) },
      ],
    },
  ];
  if (parameters.length > 0) blocks.push({ kind: "list", items: parameters });
  if (passed.length > 0)
    blocks.push({
      kind: "table",
      caption: "Methods passed over",
      columns: [{ title: "Passed over" }, { title: "Log loss", numeric: true }, { title: "Why" }],
      rows: passed
        .slice(0, SHOWN)
        .map(({ label: name, logLoss, reason: why }) => [
          [{ said: name }],
          [logLoss === null ? "not fitted" : formatNumber(logLoss)],
          [{ said: why }],
        ]),
    });
  if (rest > 0)
    blocks.push({ kind: "paragraph", runs: [`And ${formatCount(rest)} more, in the JSON document of the fit.`] });
  return { id: "method", title: "How, and why this way", blocks };
}
