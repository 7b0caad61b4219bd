import type { CandidateResult, FitDocument } from "@candor/core";
import {
  type Child,
  type Column,
  figure,
  formatEstimate,
  formatLevel,
  formatName,
  formatNumber,
  methodWords,
  type Page,
  type Section,
  section,
  table,
} from "@candor/pages";
import { candidateExcess } from "@candor/plots";

const TEXT_LIMIT = 600;
const DRAWN = 16;

/** The chosen one first, then by log loss, those without a fit last. */
export function rankedCandidates(candidates: readonly CandidateResult[]): CandidateResult[] {
  return candidates.toSorted(
    (a, b) => Number(b.chosen) - Number(a.chosen) || (a.logLoss ?? Infinity) - (b.logLoss ?? Infinity),
  );
}

type Fitted = CandidateResult & { readonly excessLogLoss: NonNullable<CandidateResult["excessLogLoss"]> };

function isFitted(candidate: CandidateResult): candidate is Fitted {
  return candidate.excessLogLoss !== null;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function excessText({ excessLogLoss }: CandidateResult): string {
  if (excessLogLoss === null) return "";
  return excessLogLoss.value === 0 ? "lowest" : formatEstimate(excessLogLoss);
}

function finding(candidates: readonly CandidateResult[]): string {
  const fitted = candidates.filter(isFitted);
  const lowest = fitted.find(({ excessLogLoss }) => excessLogLoss.value === 0);
  const chosen = fitted.find((candidate) => candidate.chosen);
  if (chosen === undefined) return "None of the methods tried could be compared.";
  const name = (candidate: Fitted) => formatName(candidate.label, 60);
  const loss = formatNumber(chosen.logLoss);
  if (lowest === undefined || lowest === chosen) return `The lowest is chosen: ${name(chosen)}, with ${loss}.`;
  return `Chosen: ${name(chosen)}, with ${loss}; the lowest is ${name(lowest)}, with ${formatNumber(lowest.logLoss)}.`;
}

function candidateFigure(page: Page, candidates: readonly CandidateResult[]): HTMLElement {
  const fitted = candidates.filter(isFitted).slice(0, DRAWN);
  const drawn = fitted.map(({ method, label, excessLogLoss, chosen }) => ({
    name: formatName(label, 60),
    value: excessLogLoss.value,
    lower: excessLogLoss.lower,
    upper: excessLogLoss.upper,
    role: chosen ? ("chosen" as const) : method === "identity" ? ("before" as const) : ("other" as const),
  }));
  const level = fitted[0] === undefined ? "" : `${formatLevel(fitted[0].excessLogLoss.level)} `;
  const item = figure(page, {
    title: "Which method loses least?",
    finding: finding(candidates),
    draw: (label) => candidateExcess(drawn, { document: page.document, label }),
    reading: `Cross-validated log loss of each method above the lowest, with the paired ${level}interval. A method whose interval reaches 0 is not shown to be worse; the simplest within one standard error of the lowest is preferred.`,
    data: table(
      page,
      fitted,
      [
        { title: "Method", cell: ({ label }) => page.name(label) },
        { title: "Log loss", numeric: true, cell: ({ logLoss }) => formatNumber(logLoss) },
        { title: "Above the lowest", numeric: true, cell: excessText },
      ],
      { caption: "Log loss of each method", hidden: true },
    ),
    wide: true,
  });
  item.setAttribute("class", "figure wide tall");
  return item;
}

/**
 * Which method, what it does, and why the others were passed over.
 *
 * @param page the page it is for
 * @param document the fit
 */
export function methodSection(page: Page, { candidates, label, method, reason, calibrator }: FitDocument): Section {
  const { make } = page;
  const ranked = rankedCandidates(candidates);
  const columns: Column<CandidateResult>[] = [
    {
      title: "Method",
      cell: (candidate): Child =>
        candidate.chosen
          ? make("span", { class: "chosen" }, page.name(candidate.label), " ✓")
          : page.name(candidate.label),
    },
    {
      title: "Log loss",
      numeric: true,
      cell: ({ logLoss }) => (logLoss === null ? "not fitted" : formatNumber(logLoss)),
    },
    { title: "Above the lowest", numeric: true, cell: excessText },
    { title: "Free parameters", numeric: true, cell: ({ complexity }) => formatNumber(complexity, 1) },
    { title: "Why", words: true, cell: (candidate) => formatName(candidate.reason, TEXT_LIMIT) },
  ];
  const words = methodWords(method);
  return section(
    page,
    { id: "method", short: "Method", title: "Which method, and why" },
    make(
      "p",
      { class: "lead" },
      make("strong", {}, page.name(capital(label), 120)),
      `${calibrator.segments === null ? "" : ", with corrections by segment"}. ${words === "" ? "" : `${words} `}${formatName(reason, TEXT_LIMIT)}`,
    ),
    ...(ranked.some(isFitted) ? [candidateFigure(page, ranked)] : []),
    ...(ranked.length > 0 ? [table(page, ranked, columns, { caption: "Every method tried" })] : []),
  );
}
