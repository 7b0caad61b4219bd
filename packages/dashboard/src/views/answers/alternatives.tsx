import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import type { AnswerToken } from "../../api/api-types.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { shareText } from "../../parts/share-text.ts";

interface Row {
  readonly text: string;
  readonly probability: number | null;
  readonly isOwn: boolean;
  /** The most that an unknown probability can be. */
  readonly bound: number | null;
}

/** A token as code: spaces at its ends and what cannot be seen are shown. */
export function TokenText({ of }: { readonly of: string }): VNode {
  if (of === "") return <span class="muted">(nothing)</span>;
  return (
    <code class="token-text">
      <bdi>{visibleText(of, 80).replace(/^ +| +$/gu, (spaces) => "␣".repeat(spaces.length))}</bdi>
    </code>
  );
}

function rowsOf({ text, probability, bound, top }: AnswerToken): readonly Row[] {
  const others = top.filter((one) => one.text !== text).map((one) => ({ ...one, isOwn: false, bound: null }));
  const own = { text, probability, isOwn: true, bound: bound ?? null };
  return [own, ...others].sort((a, b) => (b.probability ?? b.bound ?? 0) - (a.probability ?? a.bound ?? 0));
}

function ProbabilityCell({ row: { probability, bound } }: { readonly row: Row }): VNode {
  if (probability !== null)
    return (
      <>
        <meter class="token-bar" min={0} max={1} value={probability} aria-hidden="true" />
        {shareText(probability)}
      </>
    );
  return <span class="muted">{bound === null ? "unknown" : `at most ${shareText(bound)}`}</span>;
}

/** What could have stood at a token, likeliest first, with the share that nobody listed. */
export function Alternatives({ token }: { readonly token: AnswerToken }): VNode {
  const rows = rowsOf(token);
  const listed = rows.reduce((sum, { probability }) => sum + (probability ?? 0), 0);
  const columns: readonly Column<Row>[] = [
    {
      name: "Token",
      isHeader: true,
      cell: ({ text, isOwn }) => (
        <>
          <TokenText of={text} />
          {isOwn ? <small class="muted"> chosen</small> : null}
        </>
      ),
    },
    { name: "Probability", isNumber: true, cell: (row) => <ProbabilityCell row={row} /> },
  ];
  return (
    <>
      <DataTable caption="What could have stood here" columns={columns} rows={rows} />
      <p class="muted">
        {token.top.length === 0
          ? "The provider listed no alternatives."
          : listed < 0.9995
            ? `${shareText(1 - listed)} went to tokens that were not listed.`
            : "Nothing else was likely."}
      </p>
    </>
  );
}
