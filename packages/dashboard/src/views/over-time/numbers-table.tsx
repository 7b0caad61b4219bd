import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SeriesPoint } from "../../api/api-types.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { countText } from "../../parts/numbers.ts";
import type { Line } from "./findings.ts";
import type { PageData } from "./page-data.ts";
import { stretchText, windowOf } from "./stretches.ts";

/** A row of a table: a stretch of one version. */
export interface NumbersRow {
  readonly line: Line;
  readonly point: SeriesPoint;
}

/** The numbers behind a picture, one row per stretch and version, the newest first; made when it is opened. */
export function NumbersTable(props: {
  readonly data: PageData;
  readonly lines?: readonly Line[];
  readonly caption: string;
  readonly columns: readonly Column<NumbersRow>[];
}): VNode {
  const { data, lines = data.lines, caption, columns } = props;
  const place = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const details = place.current?.closest("details");
    if (!details) return undefined;
    const see = (): void => setOpen(details.open);
    details.addEventListener("toggle", see);
    see();
    return () => details.removeEventListener("toggle", see);
  }, []);
  if (!isOpen) return <div ref={place}>Loading the numbers…</div>;
  const rows = lines
    .flatMap((line) => line.points.map((point): NumbersRow => ({ line, point })))
    .sort((a, b) => b.point.start - a.point.start);
  const { bucket, link } = data;
  const all: Column<NumbersRow>[] = [
    {
      name: bucket === "hour" ? "Hour" : bucket === "day" ? "Day (UTC)" : "Week (UTC)",
      isHeader: true,
      cell: ({ line, point }) => (
        <a href={link("/calibration", { ...windowOf(point), version: line.version })}>{stretchText(point, bucket)}</a>
      ),
    },
    ...(lines.length > 1 ? [{ name: "Version", cell: ({ line }: NumbersRow) => line.name }] : []),
    ...columns,
    {
      name: "With outcome",
      isNumber: true,
      cell: ({ point }) => `${countText(point.labelled)} of ${countText(point.predictions)}`,
    },
    { name: "Outcomes", cell: ({ point }) => (point.mature ? "all expected are in" : "still to come") },
  ];
  return (
    <div ref={place}>
      <DataTable
        caption={caption}
        columns={all}
        rows={rows}
        rowKey={({ line, point }) => `${line.version} ${point.start}`}
      />
    </div>
  );
}
