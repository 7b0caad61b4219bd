import { visibleText } from "@candor/core";
import { estimateOverTime, mostTimeEstimates, type TimeEstimates } from "@candor/plots";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Series } from "../../api/api-types.ts";
import { Measured } from "../../parts/measured.tsx";
import { Name } from "../../parts/name.tsx";
import { Picture } from "../../parts/picture.tsx";
import { Answer } from "../../parts/states.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useQuery } from "../../state/use-query.ts";
import { estimatesOf, evidenceText } from "./estimate-picture.tsx";
import { flaggedSince, type Line } from "./findings.ts";
import { type NumbersRow, NumbersTable } from "./numbers-table.tsx";
import { linesOf, type PageData } from "./page-data.ts";
import { type Bucket, bucketWords, stretchText } from "./stretches.ts";

/** Pictures side by side; those with the most evidence. */
const mostValues = 24;

interface ValueLines {
  readonly value: string;
  readonly lines: readonly Line[];
  readonly flagged: number;
  readonly tested: number;
  readonly predictions: number;
}

/** The gap over time of every value of a segment key, those with the most flagged stretches first, on the same axes. */
export function ByValue(props: { readonly data: PageData; readonly by: string }): VNode {
  const { data, by } = props;
  const filters = useFilters();
  const scope = { ...scopeOf(filters), model: data.model, segment: null };
  const query = useQuery("/api/v1/series", { ...scope, by, bucket: data.bucket, metrics: "gap,evidence" });
  return (
    <section class="over-time-values">
      <h2>
        Stated minus observed by <Name of={by} />
      </h2>
      <Answer query={query} what={`the series by ${by}`}>
        {({ series }) => <Values data={data} by={by} series={series} />}
      </Answer>
    </section>
  );
}

function Values(props: { readonly data: PageData; readonly by: string; readonly series: Series["series"] }): VNode {
  const { data, by, series } = props;
  const { values, left } = useMemo(() => valuesOf(series), [series]);
  const alongside = useMemo(
    () => values.flatMap(({ lines }) => estimatesOf(lines, "gap", data.bucket)),
    [values, data.bucket],
  );
  if (values.length === 0)
    return (
      <p>
        No prediction of this time has a value of <Name of={by} />.
      </p>
    );
  return (
    <>
      <p class="muted">
        In points; above 0 stated is too high. On the same axes, the values with the most flagged{" "}
        {bucketWords(data.bucket, 2)} (◆) first.
        {left > 0 ? ` ${left} more have less evidence: choose one as segment above.` : ""}
      </p>
      <div class="over-time-multiples">
        {values.map((one) => (
          <Value key={one.value} data={data} by={by} one={one} alongside={alongside} />
        ))}
      </div>
    </>
  );
}

function valuesOf(series: Series["series"]): { values: ValueLines[]; left: number } {
  const byValue = new Map<string, Series["series"][number][]>();
  for (const one of series) {
    const value = one.stream.segment?.value;
    if (value !== undefined) byValue.set(value, [...(byValue.get(value) ?? []), one]);
  }
  const all = [...byValue].map(([value, streams]): ValueLines => {
    const points = streams.flatMap((one) => one.points);
    const tested = points.flatMap(({ evidence }) => (evidence ? [evidence] : []));
    return {
      value,
      lines: linesOf(streams, mostTimeEstimates).lines,
      flagged: tested.filter(({ flagged }) => flagged).length,
      tested: tested.length,
      predictions: points.reduce((sum, { predictions }) => sum + predictions, 0),
    };
  });
  const sorted = all.sort((a, b) => b.flagged - a.flagged || b.predictions - a.predictions);
  return { values: sorted.slice(0, mostValues), left: Math.max(0, sorted.length - mostValues) };
}

function findingOf({ lines, flagged, tested }: ValueLines, bucket: Bucket): string {
  if (tested === 0) return "No outcomes to judge by yet";
  if (flagged === 0) return `None of ${tested} ${bucketWords(bucket, tested)} flagged`;
  const newest = lines.at(-1);
  const run = newest === undefined ? null : flaggedSince(newest.points);
  const since =
    run === null || run.count < 2
      ? ""
      : `; the newest ${run.count} without a break, since ${stretchText(run.first, bucket)}`;
  return `◆ ${flagged} of ${tested} ${bucketWords(bucket, tested)} flagged${since}`;
}

function Value(props: {
  readonly data: PageData;
  readonly by: string;
  readonly one: ValueLines;
  readonly alongside: readonly TimeEstimates[];
}): VNode {
  const { data, by, one, alongside } = props;
  const { bucket, window, changes, link } = data;
  const name = visibleText(one.value, 60);
  const draw = useMemo(() => {
    const series = estimatesOf(one.lines, "gap", bucket);
    const zone = bucket === "hour" ? ("local" as const) : ("utc" as const);
    const label = `Stated minus observed, ${by} ${name}`;
    const lines = changes.map((change) => ({ ...change, label: "" }));
    return (options: { document: Document; width: number }) =>
      estimateOverTime(series, {
        ...options,
        ...window,
        zone,
        quantity: "gap",
        alongside,
        changes: lines,
        label,
        bare: true,
      });
  }, [one, name, bucket, window, changes, by, alongside]);
  const within = { segment: `${by}:${one.value}` };
  const ofValue: PageData = { ...data, link: (path, more) => link(path, { ...within, ...more }) };
  return (
    <Picture
      title={name.trim() === "" ? "(empty)" : name}
      finding={findingOf(one, bucket)}
      draw={draw}
      most={420}
      table={
        <NumbersTable
          data={ofValue}
          lines={one.lines}
          caption={`Stated minus observed of ${by} ${name} by ${bucket}`}
          columns={[
            {
              name: "Stated minus observed",
              cell: ({ point }: NumbersRow) =>
                point.gap === undefined || !point.mature ? "–" : <Measured of={point.gap} kind="points" />,
            },
            { name: "Evidence against", cell: ({ point }: NumbersRow) => evidenceText(point) },
          ]}
        />
      }
    />
  );
}
