import type { VNode } from "preact";
import type { SegmentRow, Segments } from "../../api/api-types.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Measured } from "../../parts/measured.tsx";
import { Name } from "../../parts/name.tsx";
import { countText } from "../../parts/numbers.ts";
import { Status } from "../../parts/status.tsx";
import { useUrl } from "../../state/url-state.ts";
import { evidenceText } from "./segment-words.ts";

function SegmentCell(props: {
  readonly row: Pick<SegmentRow, "key" | "value" | "model" | "version">;
  readonly withModel: boolean;
}): VNode {
  const { row, withModel } = props;
  return (
    <>
      <Name of={row.key} /> = <Name of={row.value} />
      {withModel ? (
        <small class="muted of">
          <Name of={row.model} /> <Name of={row.version} />
        </small>
      ) : null}
    </>
  );
}

function Links({ row }: { readonly row: SegmentRow }): VNode {
  const { link } = useUrl();
  const { model, version, key, value } = row;
  const scope = { model, version, segment: `${key}:${value}` };
  return (
    <small class="links">
      <a href={link("/calibration", scope)}>Calibration</a> <a href={link("/over-time", scope)}>Over time</a>{" "}
      <a href={link("/predictions", scope)}>Predictions</a>
    </small>
  );
}

/** Segments with the evidence against their confidences. */
export function SegmentTable(props: { readonly rows: readonly SegmentRow[]; readonly withModel: boolean }): VNode {
  const { rows, withModel } = props;
  const columns: readonly Column<SegmentRow>[] = [
    {
      name: "Segment",
      cell: (row) => (
        <>
          <SegmentCell row={row} withModel={withModel} />
          <Links row={row} />
        </>
      ),
      isHeader: true,
    },
    {
      name: "Finding",
      cell: ({ flagged, sentence }) => (
        <span class="why">
          <Status tone={flagged ? "bad" : "note"}>{flagged ? "Flagged" : "No evidence"}</Status>
          <span>{sentence}</span>
        </span>
      ),
    },
    { name: "Stated", cell: ({ stated }) => <Measured of={stated} kind="share" />, isNumber: true },
    { name: "Happened", cell: ({ observed }) => <Measured of={observed} kind="share" />, isNumber: true },
    { name: "Gap", cell: ({ gap }) => <Measured of={gap} kind="points" />, isNumber: true },
    { name: "False-alarm share", cell: ({ qValue }) => evidenceText(qValue), isNumber: true },
    { name: "Labelled", cell: ({ n }) => countText(n), isNumber: true },
    { name: "Predictions", cell: ({ predictions }) => countText(predictions), isNumber: true },
  ];
  return (
    <DataTable
      caption="Segments, the strongest evidence first"
      columns={columns}
      rows={rows}
      rowKey={({ model, version, key, value }) => `${model}\n${version}\n${key}\n${value}`}
    />
  );
}

/** Segments that were not tested, with the labels that they lack. */
export function UntestedTable(props: {
  readonly rows: Segments["untested"];
  readonly minimumLabels: number;
  readonly withModel: boolean;
}): VNode {
  const { rows, minimumLabels, withModel } = props;
  const sorted = rows.toSorted((a, b) => b.n - a.n || b.predictions - a.predictions);
  const shown = sorted.slice(0, 50);
  return (
    <details>
      <summary>
        {countText(rows.length)} {rows.length === 1 ? "segment has" : "segments have"} fewer than{" "}
        {countText(minimumLabels)} labels and {rows.length === 1 ? "was" : "were"} not tested
      </summary>
      <DataTable
        caption="Segments that were not tested"
        columns={[
          { name: "Segment", cell: (row) => <SegmentCell row={row} withModel={withModel} />, isHeader: true },
          { name: "Labelled", cell: ({ n }) => countText(n), isNumber: true },
          { name: "Labels missing", cell: ({ n }) => countText(minimumLabels - n), isNumber: true },
          { name: "Predictions", cell: ({ predictions }) => countText(predictions), isNumber: true },
        ]}
        rows={shown}
        rowKey={({ model, version, key, value }) => `${model}\n${version}\n${key}\n${value}`}
      />
      {sorted.length > shown.length ? (
        <p class="muted">And {countText(sorted.length - shown.length)} more with fewer labels.</p>
      ) : null}
    </details>
  );
}
