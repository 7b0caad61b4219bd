import type { VNode } from "preact";
import { DataTable } from "../../parts/data-table.tsx";
import { timeText } from "../../parts/times.ts";
import type { Change } from "./changes.ts";
import type { PageData } from "./page-data.ts";

/** The changes that the pictures mark, in words. */
export function ChangesTable(props: { readonly data: PageData }): VNode {
  const { data } = props;
  const { from, to } = data.window;
  const inside = data.changes.filter(({ time }) => time >= from && time <= to).sort((a, b) => b.time - a.time);
  return (
    <section class="over-time-changes">
      <h2>What changed</h2>
      {inside.length === 0 ? (
        <p class="muted">No version, calibrator or policy began in this time.</p>
      ) : (
        <DataTable
          caption="What changed, the newest first"
          rows={inside}
          columns={[
            { name: "When", isHeader: true, cell: ({ time }: Change) => timeText(time) },
            { name: "Mark", cell: ({ kind, label }: Change) => `${kind === "deploy" ? "▼" : "▽"} ${label}` },
            { name: "What", cell: ({ what }: Change) => what },
            {
              name: "Which",
              cell: ({ calibratorId, policyId }: Change) => {
                const ids = [calibratorId, policyId].filter((id) => id !== null);
                return ids.length === 0 ? "–" : <a href={data.link("/calibrators")}>{ids.join(", ")}</a>;
              },
            },
          ]}
        />
      )}
    </section>
  );
}
