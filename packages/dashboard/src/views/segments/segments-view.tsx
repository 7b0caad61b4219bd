import { type DrawnGroup, segmentRanking, smallMultiples } from "@candor/plots";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { SegmentRow, Segments } from "../../api/api-types.ts";
import { Select } from "../../parts/choice.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { FirstRun } from "../../parts/first-run.tsx";
import { countText, valueText } from "../../parts/numbers.ts";
import { type DrawOptions, Picture } from "../../parts/picture.tsx";
import { Answer, Empty } from "../../parts/states.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { KeyChoice } from "./key-choice.tsx";
import { SegmentTable, UntestedTable } from "./segment-table.tsx";
import { findingOf, segmentName } from "./segment-words.ts";

const rankedMost = 16;
const diagrams = 12;
const shownMost = 60;
const minimums = ["20", "50", "100", "200", "500", "1000"];

function drawnGroup(row: SegmentRow, withModel: boolean): DrawnGroup | null {
  const { n, ece, noiseFloor, flagged, gap, bins } = row;
  if (bins === null) return null;
  const ends = { lower: gap.lower ?? -Infinity, upper: gap.upper ?? Infinity };
  return { name: segmentName(row, withModel), n, ece, noiseFloor, flagged, gap: ends, bins };
}

function Ranking(props: { readonly rows: readonly SegmentRow[]; readonly withModel: boolean }): VNode {
  const { rows, withModel } = props;
  const draw = useMemo(() => {
    const drawn = rows.slice(0, rankedMost).map((row) => ({ ...row, name: segmentName(row, withModel) }));
    return (options: DrawOptions) => segmentRanking(drawn, options);
  }, [rows, withModel]);
  return (
    <Picture
      title="How far off, and how sure"
      finding={
        <>
          Each line is the interval of what was stated minus what happened. A filled dot is flagged: for this gap, or
          for being too high in places and too low in others. The larger a dot, the more traffic.
          {rows.length > rankedMost ? ` The ${rankedMost} with the strongest evidence are drawn.` : ""}
        </>
      }
      draw={draw}
      table={
        <DataTable
          caption="Gap of each segment, in points"
          columns={[
            { name: "Segment", cell: (row) => segmentName(row, withModel), isHeader: true },
            { name: "Gap", cell: ({ gap }) => valueText(gap.value, "points"), isNumber: true },
            {
              name: "Lower",
              cell: ({ gap }) => (gap.lower === null ? "…" : valueText(gap.lower, "points")),
              isNumber: true,
            },
            {
              name: "Upper",
              cell: ({ gap }) => (gap.upper === null ? "…" : valueText(gap.upper, "points")),
              isNumber: true,
            },
            { name: "Predictions", cell: ({ predictions }) => countText(predictions), isNumber: true },
          ]}
          rows={rows.slice(0, rankedMost)}
        />
      }
    />
  );
}

function Multiples(props: { readonly rows: readonly SegmentRow[]; readonly withModel: boolean }): VNode | null {
  const { rows, withModel } = props;
  const groups = useMemo(() => rows.flatMap((row) => drawnGroup(row, withModel) ?? []), [rows, withModel]);
  const draw = useMemo(
    () => (options: DrawOptions) =>
      smallMultiples(groups, { document: options.document, width: 180, label: "Reliability of each segment" }),
    [groups],
  );
  if (groups.length === 0) return null;
  const points = groups.flatMap(({ name, bins }) => bins.map((bin) => ({ name, ...bin })));
  return (
    <Picture
      title="Where in the range"
      finding="One diagram per segment: stated from left to right, happened upwards. Dots on the diagonal are right; the shaded part is the gap."
      draw={draw}
      most={1200}
      table={
        <DataTable
          caption="Bins of each segment"
          columns={[
            { name: "Segment", cell: ({ name }) => name, isHeader: true },
            { name: "Stated", cell: (bin) => valueText(bin.meanConfidence, "share"), isNumber: true },
            { name: "Happened", cell: (bin) => valueText(bin.observed, "share"), isNumber: true },
            {
              name: "Interval",
              cell: (bin) => `${valueText(bin.observedLower, "share")} to ${valueText(bin.observedUpper, "share")}`,
              isNumber: true,
            },
            { name: "Labelled", cell: ({ count }) => countText(count), isNumber: true },
          ]}
          rows={points}
        />
      }
    />
  );
}

function Found(props: { readonly data: Segments }): VNode {
  const { data } = props;
  const { segments, untested, minimumLabels, notes } = data;
  const { state, link, path } = useUrl();
  const filters = useFilters();
  const withModel = filters.model === null || filters.version === null;
  const isAll = state["all"] === "true";
  const shown = isAll ? segments : segments.slice(0, shownMost);
  const isDivided = segments.length + untested.length > 0;
  const models = useQuery("/api/v1/versions", {}, { when: !isDivided });
  if (!isDivided) {
    if (models.data?.models.length === 0) return <FirstRun />;
    return (
      <Empty
        title="No segments in these predictions"
        command={`{"id": "p-1", "model": "my-model", "version": "1", "confidence": 0.87, "segments": {"country": "DE", "plan": "basic"}}`}
      >
        <p>
          A segment is a part of the traffic, such as a country or a plan. Send <code>segments</code> with each
          prediction, or choose a longer time above.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <div class="lead">
        <p class="verdict">{findingOf(segments, withModel)}</p>
        <p class="muted">
          Of all segments flagged here, at most 5 % are expected to be false alarms, however many were tested (false
          discovery rate, Benjamini–Hochberg).
        </p>
        {notes.map((note) => (
          <p class="muted" key={note}>
            {note}
          </p>
        ))}
      </div>
      {segments.length === 0 ? null : (
        <>
          <div class="two">
            <Ranking rows={segments} withModel={withModel} />
            <Multiples rows={segments} withModel={withModel} />
          </div>
          <section aria-labelledby="every-segment">
            <h2 id="every-segment">Every segment tested</h2>
            <p class="muted">
              Stated: the mean probability that predictions carried, that they are right or, of a yes/no class, that it
              is positive. Happened: how often that was so.
            </p>
            <SegmentTable rows={shown} withModel={withModel} />
            {shown.length < segments.length ? (
              <p>
                <a href={link(path, { ...state, all: true })}>Show all {countText(segments.length)}</a>
              </p>
            ) : null}
          </section>
        </>
      )}
      {untested.length === 0 ? null : (
        <UntestedTable rows={untested} minimumLabels={minimumLabels} withModel={withModel} />
      )}
    </>
  );
}

/** Segments ranked by the evidence against their confidences. */
export function SegmentsView(): VNode {
  const filters = useFilters();
  const { state, set } = useUrl();
  const { segment: _, ...scope } = scopeOf(filters);
  const minimumLabels = minimums.includes(state["least"] ?? "") ? Number(state["least"]) : 50;
  const by = state["by"]?.split(",").flatMap((key) => (key === "" ? [] : [decodeURIComponent(key)])) ?? [];
  const query = useQuery("/api/v1/segments", {
    ...scope,
    minimumLabels,
    diagrams,
    ...(by.length === 0 ? {} : { by }),
  });
  return (
    <div class="segments">
      <div class="controls">
        <KeyChoice chosen={by} onChange={(keys) => set({ by: keys.map(encodeURIComponent).join(","), all: null })} />
        <Select
          label="Test segments with at least"
          value={String(minimumLabels)}
          options={minimums.map((value) => ({ value, name: `${value} labels` }))}
          onChange={(least) => set({ least: least === "50" ? null : least })}
        />
      </div>
      <Answer query={query} what="the segments" lines={8}>
        {(data) => <Found data={data} />}
      </Answer>
    </div>
  );
}
