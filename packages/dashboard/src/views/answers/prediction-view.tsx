import type { VNode } from "preact";
import { useRoute } from "preact-iso";
import type { OnePrediction, StoredOutcome } from "../../api/api-types.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { outcomeWord } from "../../parts/decision-words.ts";
import { Moment } from "../../parts/moment.tsx";
import { Name } from "../../parts/name.tsx";
import { Answer } from "../../parts/states.tsx";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { ContentSection } from "./content-section.tsx";
import { PredictionCards } from "./prediction-cards.tsx";

function valueWord({ value }: StoredOutcome, task: "binary" | "confidence"): VNode | string {
  if (value === null) return "Withdrawn";
  return typeof value === "string" ? <Name of={value} /> : outcomeWord(value, task);
}

function Outcomes({ of: { outcomes, task } }: { readonly of: OnePrediction["prediction"] }): VNode | null {
  if (outcomes.length === 0) return null;
  const columns: readonly Column<StoredOutcome>[] = [
    { name: "Said", isHeader: true, cell: (row) => valueWord(row, task) },
    { name: "By", cell: ({ source }) => <Name of={source} /> },
    { name: "What", cell: ({ name }) => <Name of={name} /> },
    { name: "Observed", cell: ({ observedAt }) => <Moment at={observedAt} /> },
    { name: "Arrived", cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
  ];
  return (
    <section class="prediction-part outcome-history">
      <h2>What turned out</h2>
      <DataTable caption="Outcomes, oldest first" columns={columns} rows={outcomes} />
    </section>
  );
}

function Evidence({ of: { evidence } }: { readonly of: OnePrediction["prediction"] }): VNode | null {
  const rows = Object.entries(evidence ?? {});
  if (rows.length === 0) return null;
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { name: "Name", isHeader: true, cell: ([name]) => <Name of={name} /> },
    {
      name: "Value",
      isNumber: true,
      cell: ([, value]) => <Name of={value === null ? "–" : String(value)} most={120} />,
    },
  ];
  return (
    <section class="prediction-part">
      <h2>Evidence numbers</h2>
      <p class="muted">What the sender or the server recorded that the confidence rests on.</p>
      <DataTable caption="Evidence" columns={columns} rows={rows} />
    </section>
  );
}

function Heading({ of }: { readonly of: OnePrediction["prediction"] }): VNode {
  const { link } = useUrl();
  const { id, model, version, route, segments, time, receivedAt } = of;
  const scope = { model, version, segment: null };
  return (
    <header class="prediction-heading">
      <p class="prediction-id">
        <Name of={id} most={200} />
      </p>
      <p>
        <a href={link("/calibration", scope)}>
          <Name of={model} /> <Name of={version} />
        </a>{" "}
        · made <Moment at={time} />
        {Math.abs(receivedAt - time) < 60_000 ? null : (
          <span class="muted">
            , arrived <Moment at={receivedAt} />
          </span>
        )}
      </p>
      {route === null && Object.keys(segments).length === 0 ? null : (
        <ul class="prediction-segments" aria-label="Segments">
          {route === null ? null : (
            <li>
              route <Name of={route} />
            </li>
          )}
          {Object.entries(segments).map(([key, value]) => (
            <li key={key}>
              <a href={link("/predictions", { model, version, segment: `${key}:${value}` })}>
                <Name of={key} /> <Name of={value} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

/** Everything that is known of one prediction, and of an answer of a language model each token. */
export function PredictionView(): VNode {
  const { params } = useRoute();
  const { link } = useUrl();
  const id = params["id"] ?? "";
  const query = useQuery("/api/v1/predictions/{id}", {}, { path: { id } });
  return (
    <div class="prediction">
      <p>
        <a href={link("/predictions")}>← Predictions</a>
      </p>
      <Answer query={query} what="the prediction">
        {({ prediction, reason }) => (
          <>
            <Heading of={prediction} />
            <PredictionCards of={prediction} reason={reason} />
            <ContentSection key={prediction.id} of={prediction} />
            <Outcomes of={prediction} />
            <Evidence of={prediction} />
          </>
        )}
      </Answer>
    </div>
  );
}
