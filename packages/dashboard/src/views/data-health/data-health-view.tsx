import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import type { DataHealth } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRun } from "../../parts/first-run.tsx";
import { Moment } from "../../parts/moment.tsx";
import { countText, plural } from "../../parts/numbers.ts";
import { Answer } from "../../parts/states.tsx";
import { Status } from "../../parts/status.tsx";
import { useFilters } from "../../state/filters.ts";
import { currentProject } from "../../state/session.ts";
import { useQuery } from "../../state/use-query.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { LabelDelays } from "./label-delays.tsx";

function Findings({ of }: { readonly of: readonly Finding[] }): VNode {
  const wrong = of.filter(({ tone }) => tone === "bad").length;
  const unsure = of.filter(({ tone }) => tone === "unsure").length;
  const things = (count: number): string => (count === 1 ? "1 thing" : `${count} things`);
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">
        {wrong > 0
          ? `${things(wrong)} to do something about`
          : unsure > 0
            ? `Nothing is wrong; ${things(unsure)} to keep an eye on`
            : "Everything is as it should be"}
      </h2>
      <ul class="findings">
        {of.map(({ name, tone, state, sentence, advice }) => (
          <li key={name}>
            <h3>{name}</h3>
            <Status tone={tone}>{state}</Status>
            <p>
              {sentence} <span class="muted">{advice}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rejected({ health: { rejected, startedAt } }: { readonly health: DataHealth }): VNode | null {
  if (rejected.length === 0) return null;
  return (
    <section aria-labelledby="rejected">
      <h2 id="rejected">Rejected, by reason</h2>
      <p class="muted">
        Since the server started, <Moment at={startedAt} />.
      </p>
      <DataTable
        caption="Rejected items, by reason"
        columns={[
          { name: "Reason", cell: ({ reason }) => <code>{reason}</code>, isHeader: true },
          { name: "What", cell: ({ kind }) => (kind === "prediction" ? "Predictions" : "Outcomes") },
          { name: "How many", cell: ({ count }) => countText(count), isNumber: true },
          { name: "The newest was told", cell: ({ message }) => <bdi>{visibleText(message, 300)}</bdi> },
          { name: "When", cell: ({ at }) => <Moment at={at} /> },
        ]}
        rows={rejected}
        rowKey={({ kind, reason }) => `${kind} ${reason}`}
      />
    </section>
  );
}

/** How sound the data of the project is: what is missing, late, repeated or rejected, and what to do about it. */
export function DataHealthView(): VNode {
  const project = currentProject(useFilters().project);
  const query = useQuery("/api/v1/data-health");
  return (
    <div class="data-health">
      <Answer query={query} what="the health of the data" lines={8}>
        {(health) => {
          const isEmpty = health.predictions === 0 && health.outcomes === 0;
          return (
            <>
              {isEmpty ? (
                <FirstRun />
              ) : (
                <p>
                  <strong>{countText(health.predictions)}</strong> {plural(health.predictions, "prediction")} and{" "}
                  <strong>{countText(health.outcomes)}</strong> {plural(health.outcomes, "outcome")}, corrections
                  included; as of <Moment at={health.asOf} />.{" "}
                  <button type="button" class="small" onClick={query.reload}>
                    Look again
                  </button>
                </p>
              )}
              {isEmpty && health.rejected.length === 0 ? null : <Findings of={findingsOf(health)} />}
              <Rejected health={health} />
              {project === null || isEmpty ? null : <LabelDelays health={health} project={project} />}
            </>
          );
        }}
      </Answer>
    </div>
  );
}
