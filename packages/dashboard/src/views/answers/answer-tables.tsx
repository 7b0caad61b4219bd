import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import type { AnswerField, AnswerScore } from "../../api/api-types.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { numberText } from "../../parts/numbers.ts";
import { shareText } from "../../parts/share-text.ts";
import { TokenText } from "./alternatives.tsx";

/** Scores that are no share of one. */
const plainScores = new Set(["perplexity", "meanEntropy", "maxEntropy"]);

const scoreNames: Readonly<Record<string, string>> = {
  sequence: "Whole answer",
  lengthNormalised: "Per token",
  perplexity: "Perplexity",
  minToken: "Least likely token",
  minWindow: "Least likely passage",
  meanEntropy: "Mean entropy",
  maxEntropy: "Largest entropy",
  meanMargin: "Mean margin",
  minMargin: "Smallest margin",
  firstToken: "First token",
  decisionToken: "Deciding token",
};

/** A score as text, in percent where it is a share. */
export function scoreText(name: string, value: number): string {
  return plainScores.has(name) ? numberText(value, "plain") : shareText(value);
}

function boundsText({ name, bounds }: AnswerScore): string {
  const [lower, upper] = bounds ?? [];
  if (lower === undefined || upper === undefined) return "";
  return `${scoreText(name, lower)} to ${scoreText(name, upper)}`;
}

/** Every score of an answer with what it means, or why it is not known. */
export function ScoresTable({ scores }: { readonly scores: readonly AnswerScore[] }): VNode {
  const columns: readonly Column<AnswerScore>[] = [
    { name: "Score", isHeader: true, cell: ({ name }) => scoreNames[name] ?? name },
    { name: "Value", isNumber: true, cell: ({ name, value }) => (value === null ? "–" : scoreText(name, value)) },
    { name: "Can be", isNumber: true, cell: boundsText },
    {
      name: "What it is",
      cell: ({ meaning, reason }) => (
        <span class="inspector-wide">
          {meaning}
          {reason === null ? null : <span class="muted"> Not known: {reason}</span>}
        </span>
      ),
    },
  ];
  return <DataTable caption="Scores of the answer" columns={columns} rows={scores} />;
}

/** The values of a JSON answer, least sure first. */
export function FieldsTable(props: {
  readonly fields: readonly AnswerField[];
  /** Path of the least sure one. */
  readonly weakest: string | null;
  /** Name of the raw confidence: the path of a field where one was decided on. */
  readonly decidedOn: string;
  /** Shows the tokens of a field in the text. */
  readonly onShow: (field: AnswerField) => void;
}): VNode {
  const { fields, weakest, decidedOn, onShow } = props;
  const rows = fields.toSorted((a, b) => (a.probability ?? -1) - (b.probability ?? -1));
  const columns: readonly Column<AnswerField>[] = [
    {
      name: "Field",
      isHeader: true,
      cell: (field) => (
        <>
          {field.tokens.length === 0 ? (
            <code>{visibleText(field.path, 120)}</code>
          ) : (
            <button type="button" class="plain inspector-link" onClick={() => onShow(field)}>
              <code>{visibleText(field.path, 120)}</code>
            </button>
          )}
          {field.path === weakest ? <small class="weakest-word"> ▲ least sure</small> : null}
          {field.path === decidedOn ? <small class="muted"> the confidence</small> : null}
        </>
      ),
    },
    {
      name: "Value",
      cell: ({ json }) => (
        <span class="inspector-value">
          <TokenText of={json} />
        </span>
      ),
    },
    {
      name: "Probability",
      isNumber: true,
      cell: ({ probability, bounds: [lower = 0, upper = 1] }) => (
        <>
          {probability === null ? "unknown" : shareText(probability)}
          {upper - lower > 0.0005 && upper - lower < 1 ? (
            <small class="muted">
              {" "}
              [{numberText(lower, "share")}, {numberText(upper, "share")}]
            </small>
          ) : null}
        </>
      ),
    },
    {
      name: "Instead",
      cell: ({ alternatives, json }) => (
        <span class="inspector-instead">
          {alternatives
            .filter((one) => one.json !== json)
            .slice(0, 4)
            .map((one) => (
              <span key={one.json}>
                <TokenText of={`${one.json}${one.complete ? "" : "…"}`} /> {shareText(one.probability)}
              </span>
            ))}
        </span>
      ),
    },
    ...(fields.some(({ notes }) => notes.length > 0)
      ? [
          {
            name: "Notes",
            cell: ({ notes }: AnswerField) => (
              <span class="inspector-wide">{notes.map(({ sentence }) => sentence).join(" ")}</span>
            ),
          },
        ]
      : []),
  ];
  return <DataTable caption="Fields of the answer, least sure first" columns={columns} rows={rows.slice(0, 500)} />;
}
