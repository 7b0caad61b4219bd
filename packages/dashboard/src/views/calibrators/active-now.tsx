import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Activation } from "../../api/api-types.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { mayDo } from "../../state/session.ts";
import { Deciding } from "./artefact-link.tsx";
import { EndDialog } from "./end-dialog.tsx";
import { actorWords, isActive, scopeWords } from "./scopes.ts";

const scopeColumns: readonly Column<Activation>[] = [
  { name: "Model", cell: ({ model }) => <Name of={model} />, isHeader: true },
  { name: "For", cell: scopeWords },
];

const whenColumns: readonly Column<Activation>[] = [
  { name: "Since", cell: ({ activatedAt }) => <Moment at={activatedAt} /> },
  { name: "By", cell: ({ activatedBy }) => actorWords(activatedBy) },
];

/** What decides at this moment, and what did before. */
export function ActiveNow(props: {
  readonly current: readonly Activation[];
  readonly history: readonly Activation[];
  readonly onChange: (said: string) => void;
}): VNode {
  const { current, history, onChange } = props;
  const [ending, setEnding] = useState<Activation | null>(null);
  const active = current.filter(isActive);
  const end: Column<Activation> = {
    name: "Change",
    cell: (row) => (
      <button type="button" class="small" onClick={() => setEnding(row)}>
        Deactivate<span class="unseen"> for {scopeWords(row)}</span>
      </button>
    ),
  };
  return (
    <section aria-labelledby="active-now">
      <h2 id="active-now">Active now</h2>
      {active.length === 0 ? (
        <p>
          Nothing is active: predictions are kept with the confidence that they came with, and the decide API answers
          without a decision.
        </p>
      ) : (
        <DataTable
          caption="What is active now"
          columns={[
            ...scopeColumns,
            { name: "What decides", cell: (row) => <Deciding of={row} /> },
            ...whenColumns,
            ...(mayDo("admin") ? [end] : []),
          ]}
          rows={active}
          rowKey={({ model, version, route }) => `${model}\n${version}\n${route}`}
        />
      )}
      {history.length === 0 ? null : (
        <details>
          <summary>All {history.length} changes so far</summary>
          <DataTable
            caption="Changes of what is active, newest first"
            columns={[
              ...scopeColumns,
              { name: "What", cell: (row) => (isActive(row) ? <Deciding of={row} /> : "Ended") },
              { ...whenColumns[0], name: "When", cell: ({ activatedAt }) => <Moment at={activatedAt} /> },
              ...whenColumns.slice(1),
            ]}
            rows={history}
          />
        </details>
      )}
      {ending === null ? null : (
        <EndDialog
          scope={ending}
          current={current}
          onClose={() => setEnding(null)}
          onDone={(said) => {
            setEnding(null);
            onChange(said);
          }}
        />
      )}
    </section>
  );
}
