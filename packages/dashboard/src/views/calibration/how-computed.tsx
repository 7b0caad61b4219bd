import type { VNode } from "preact";
import type { Reliability, Spec } from "../../api/api-types.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Moment } from "../../parts/moment.tsx";

function choices(spec: Spec): string {
  const { metric: _, ...rest } = spec;
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${value}`)
    .join(" · ");
}

/** What every number of the page is, so that anybody can compute it again. */
export function HowComputed({ data }: { readonly data: Reliability }): VNode {
  const { asOf, level, notes, specs, eceDebiased, ece, noiseFloor, gap, from, to } = data;
  const rows = [
    { name: "Calibration error", spec: eceDebiased?.spec ?? null },
    { name: "Calibration error, noise left in", spec: ece?.spec ?? null },
    { name: "Noise floor", spec: noiseFloor?.spec ?? null },
    { name: "Difference on average", spec: gap?.spec ?? null },
    { name: "Bins", spec: specs.bins },
    { name: "Smooth curve", spec: specs.smooth },
    { name: "CORP line", spec: specs.corp },
  ].flatMap(({ name, spec }) => (spec === null ? [] : [{ name, spec }]));
  return (
    <details class="how-computed">
      <summary>How this is computed</summary>
      <p>
        Predictions from {from === null ? "the first" : <Moment at={from} />} to{" "}
        {to === null ? "the newest" : <Moment at={to} />}, weighted by one over their chance of being labelled where
        that was logged. Intervals are at {Math.round(1000 * level) / 10}&nbsp;%. Everything that arrived before{" "}
        <Moment at={asOf} /> is in.
      </p>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <DataTable
        caption="What each number is"
        rows={rows}
        rowKey={({ name }) => name}
        columns={[
          { name: "Number", isHeader: true, cell: ({ name }) => name },
          { name: "Metric", cell: ({ spec }) => spec.metric },
          { name: "Choices", cell: ({ spec }) => choices(spec) },
        ]}
      />
    </details>
  );
}
