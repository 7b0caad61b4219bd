import type { VNode } from "preact";
import type { DataHealth, Project } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Name } from "../../parts/name.tsx";
import { countText, valueText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { windows } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { durationText } from "./durations.ts";
import { horizonWords } from "./findings.ts";

type Delay = DataHealth["models"][number]["observed"];

function delayText(delay: Delay): string {
  if (delay === null) return "no labels";
  return `${durationText(delay.median)}, ${durationText(delay.p90)}, ${durationText(delay.p99)}`;
}

/** How late the outcomes of each model are, held against the horizon of the project. */
export function LabelDelays(props: { readonly health: DataHealth; readonly project: Project }): VNode {
  const { health, project } = props;
  const { link } = useUrl();
  const fleet = useQuery("/api/v1/models", { window: windows.at(-1)?.value ?? "520w" });
  const matureOf = (model: string, version: string): number | null =>
    fleet.data?.models.find((one) => one.model === model && one.version === version)?.matureMaturity ?? null;
  const { maturityHours } = project.settings;
  return (
    <section aria-labelledby="label-delays">
      <h2 id="label-delays">Labels, by model</h2>
      <p>
        {maturityHours === 0
          ? "This project says nothing about how long outcomes take (its horizon is 0 hours), so every estimate counts all labels at once. "
          : `Outcomes are expected within ${durationText(maturityHours * 3_600_000)} (the horizon of the project); estimates leave younger predictions out. `}
        Those that come first are often not like the others, so the horizon should cover nearly all.{" "}
        <a href={link("/settings", { part: "project" })}>Change it in Settings</a>
      </p>
      <DataTable
        caption="How late outcomes are, by model"
        columns={[
          {
            name: "Model",
            isHeader: true,
            cell: ({ model, version }) => (
              <>
                <Name of={model} /> <Name of={version} />
              </>
            ),
          },
          { name: "Predictions", cell: ({ predictions }) => countText(predictions), isNumber: true },
          { name: "Labelled", cell: ({ labelled }) => countText(labelled), isNumber: true },
          {
            name: "Share labelled",
            cell: ({ labelled, predictions }) =>
              predictions === 0 ? "none" : valueText(labelled / predictions, "share"),
            isNumber: true,
          },
          {
            name: "Of mature ones",
            cell: ({ model, version }) => {
              const mature = matureOf(model, version);
              if (mature !== null) return valueText(mature, "share");
              return fleet.data === null ? "…" : "none mature";
            },
            isNumber: true,
          },
          { name: "Observed after (half, 90 %, 99 %)", cell: ({ observed }) => delayText(observed) },
          { name: "Here after (half, 90 %, 99 %)", cell: ({ received }) => delayText(received) },
          {
            name: "Against the horizon",
            cell: ({ observed }) => {
              const { tone, words } = horizonWords(project, observed);
              return <Status tone={tone}>{words}</Status>;
            },
          },
        ]}
        rows={health.models}
        rowKey={({ model, version }) => `${model}\n${version}`}
      />
      {health.labelDelay.length === 0 ? null : (
        <details>
          <summary>How many labels are there after which time</summary>
          <DataTable
            caption="Share of the labels that were observed by then, of the whole project"
            columns={[
              { name: "After", cell: ({ hours }) => durationText(hours * 3_600_000), isHeader: true },
              { name: "Labels observed", cell: ({ share }) => valueText(share, "share"), isNumber: true },
            ]}
            rows={health.labelDelay}
          />
        </details>
      )}
    </section>
  );
}
