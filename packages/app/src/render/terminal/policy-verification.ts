import { objectiveWords, type PolicyDocument, type VerificationDocument } from "@candor/core";
import { formatCount, formatPercent } from "@candor/pages";
import { costEstimate, shareEstimate, shareText } from "../policy-words.ts";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { dimLines, factLines, verdictLines } from "./verdict-head.ts";

/** What a verification was of, for people. */
export interface VerifiedSubject {
  readonly policy: PolicyDocument;
  /** Name of the rows. */
  readonly source: { readonly name: string; readonly notes: readonly string[] };
}

const nameColumns = 24;

/**
 * Whether a policy holds on rows, as text for a terminal.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderVerification(
  document: VerificationDocument,
  subject: VerifiedSubject,
  options: TerminalOptions,
): string {
  return renderSections(options, (pen) => [
    headLines(document, subject, pen),
    riskLines(document, pen),
    foundLines(document, pen),
    subject.source.notes.flatMap((text) =>
      wrapText(safeName(text, 600), pen.columns - 4).map((line, i) =>
        pen.style("dim", `  ${i === 0 ? pen.signs.bullet : " "} ${line}`),
      ),
    ),
  ]);
}

function headLines(
  { status, sentence, sameData, n }: VerificationDocument,
  subject: VerifiedSubject,
  pen: Pen,
): string[] {
  const tone = ({ holds: "good", broken: "bad", "not-shown": "neutral" } as const)[status];
  const facts = [
    `${formatCount(n)} rows`,
    sameData ? "the rows the policy was made from" : "not the same set of rows as it was made from",
  ];
  return [
    ...verdictLines(sentence, tone, pen),
    "",
    `  ${safeName(subject.source.name, pen.columns - 2)}`,
    ...factLines(facts, pen),
    ...dimLines(safeName(`policy for ${objectiveWords(subject.policy.objective)}`, 400), pen),
  ];
}

function riskLines(
  { maxError, sure, accepted, errors, lower, upper, moreRows, found }: VerificationDocument,
  pen: Pen,
): string[] {
  if (maxError === null || sure === null || found.error === null) return [];
  const line = (name: string, value: string) =>
    `  ${padEnd(name, nameColumns)}${padStart(value, Math.max(9, value.length))}`;
  return [
    ...heading(
      pen,
      "Errors",
      lower === null && upper === null
        ? "among rows acted on"
        : `among rows acted on; each bound holds ${shareText(sure)} sure`,
    ),
    line("Promised at most", shareText(maxError)),
    `${line("Wrong on these rows", formatPercent(found.error.value, 2))}  ${formatCount(errors)} of ${formatCount(accepted)}`,
    ...(lower === null ? [] : [line("  at least", formatPercent(lower, 2))]),
    ...(upper === null ? [] : [line("  at most", formatPercent(upper, 2))]),
    ...(moreRows === null ? [] : [line("Rows missing to tell", formatCount(moreRows))]),
  ];
}

function foundLines({ found, numbers }: VerificationDocument, pen: Pen): string[] {
  const promised = (name: "error" | "cost") => numbers.find((item) => item.name === name)?.promised;
  const line = (
    name: string,
    { value, interval }: { readonly value: string; readonly interval: string },
    was: string | undefined,
  ) =>
    `  ${padEnd(name, nameColumns)}${padStart(value, 9)}  ${padEnd(interval, 18)}${was === undefined ? "" : `  promised ${was}`}`;
  const [error, cost] = [promised("error"), promised("cost")];
  return [
    ...heading(pen, "On these rows"),
    line("Acted on", shareEstimate(found.coverage), undefined),
    ...(found.error === null
      ? []
      : [line("  wrong among those", shareEstimate(found.error), error && shareEstimate(error).value)]),
    ...(found.recall === null ? [] : [line("Recall", shareEstimate(found.recall), undefined)]),
    line("Reviewed", shareEstimate(found.reviewVolume), undefined),
    ...(found.abstention.value === 0 ? [] : [line("Abstained from", shareEstimate(found.abstention), undefined)]),
    ...(found.cost === null ? [] : [line("Cost per row", costEstimate(found.cost), cost && costEstimate(cost).value)]),
  ];
}
