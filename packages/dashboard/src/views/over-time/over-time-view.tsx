import { mostTimeEstimates } from "@candor/plots";
import { type Signal, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import type { Activation, ModelVersions, Segments, Series } from "../../api/api-types.ts";
import { Choice, Select } from "../../parts/choice.tsx";
import { FirstRun } from "../../parts/first-run.tsx";
import { Answer, Empty, Problem } from "../../parts/states.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { BetweenChanges } from "./between-changes.tsx";
import { ByValue } from "./by-value.tsx";
import { deploysOf, erasOf, promotionsOf } from "./changes.ts";
import { ChangesTable } from "./changes-table.tsx";
import { ConfidencePicture } from "./confidence-picture.tsx";
import { EstimatePicture, Findings } from "./estimate-picture.tsx";
import { evidenceSentence } from "./findings.ts";
import { LookingAt } from "./looking-at.tsx";
import { inSuccession, linesOf, type PageData, stretchesOf, windowOfLines } from "./page-data.ts";
import { type Bucket, bucketFor, buckets, type Stretch, spanOf } from "./stretches.ts";
import { TrafficPictures } from "./traffic-pictures.tsx";

const metrics = "served,quantiles,decisions,gap,slope,ece,noiseFloor,evidence";

/** Of the parameter `by`: no picture per value. */
const none = "none";

/** Whether so many values are shown side by side without being asked for. */
const inMultiples = (values: number): boolean => values > 1 && values <= 12;

/** The segment keys of all versions of a model, with the most values that one of them has. */
function valuesByKey(known: ModelVersions["models"], model: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of known)
    if (one.model === model)
      for (const [key, values] of Object.entries(one.segments)) found.set(key, Math.max(found.get(key) ?? 0, values));
  return found;
}

/** The key of the segment with the strongest evidence, of those whose values fit side by side; none while it is asked for. */
function strongestKey(ranked: Segments | null, values: ReadonlyMap<string, number>, isLoading: boolean): string {
  const fits = (key: string): boolean => inMultiples(values.get(key) ?? 0);
  const strongest = ranked?.segments.find(({ key }) => fits(key));
  if (strongest === undefined && isLoading) return none;
  return strongest?.key ?? [...values.keys()].find(fits) ?? none;
}

/** How calibration, confidence, decisions and traffic of a model went over time, with what was changed when. */
export function OverTimeView(): VNode {
  const { model } = useFilters();
  const { set } = useUrl();
  const models = useQuery("/api/v1/versions");
  const first = models.data?.models[0]?.model ?? null;
  useEffect(() => {
    if (model === null && first !== null) set({ model: first }, { replace: true });
  }, [model, first]);
  return (
    <Answer query={models} what="the models">
      {({ models: known }) =>
        known.length === 0 ? <FirstRun /> : model === null ? null : <OfModel model={model} known={known} />
      }
    </Answer>
  );
}

function OfModel(props: { readonly model: string; readonly known: ModelVersions["models"] }): VNode {
  const { model, known } = props;
  const filters = useFilters();
  const { state, set } = useUrl();
  const { bucket, allowed } = bucketFor(state["bucket"], spanOf(filters, Date.now()));
  const values = valuesByKey(known, model);
  const keys = [...values.keys()];
  const asked = state["by"];
  const isOpen = asked === undefined && filters.segment === null && keys.length > 0;
  const { segment: _, ...scope } = scopeOf(filters);
  const ranked = useQuery("/api/v1/segments", { ...scope, model }, { when: isOpen });
  const usual = isOpen ? strongestKey(ranked.data, values, ranked.isLoading) : none;
  const wanted = asked ?? usual;
  const by = filters.segment === null && keys.includes(wanted) ? wanted : none;
  const series = useQuery("/api/v1/series", { ...scopeOf(filters), model, bucket, metrics, histogramBins: 20 });
  const activations = useQuery("/api/v1/activations", { model });
  return (
    <>
      <div class="over-time-choices">
        <Choice
          label="Each point is"
          value={bucket}
          options={buckets
            .filter(({ value }) => allowed.includes(value))
            .map(({ value, name }) => ({ value, name: name.slice(0, -1) }))}
          onChange={(value) => set({ bucket: value, at: null })}
        />
        {keys.length === 0 ? null : (
          <Select
            label="One picture per value of"
            value={by}
            options={[{ value: none, name: "None" }, ...keys.map((key) => ({ value: key, name: key }))]}
            onChange={(key) => set({ by: key })}
            disabled={filters.segment !== null}
          />
        )}
      </div>
      {activations.error === null ? null : <Problem error={activations.error} retry={activations.reload} />}
      <Answer query={series} what="the series" lines={12}>
        {(found) => (
          <Pictures
            model={model}
            bucket={found.bucket}
            found={found}
            known={known}
            history={activations.data?.history ?? null}
            by={by === none ? null : by}
          />
        )}
      </Answer>
    </>
  );
}

const noHistory: readonly Activation[] = [];

function Pictures(props: {
  readonly model: string;
  readonly bucket: Bucket;
  readonly found: Series;
  readonly known: ModelVersions["models"];
  readonly history: readonly Activation[] | null;
  readonly by: string | null;
}): VNode {
  const { model, bucket, found, known, history, by } = props;
  const { version } = useFilters();
  const { link } = useUrl();
  const { lines, left } = useMemo(() => linesOf(found.series, mostTimeEstimates), [found]);
  const window = useMemo(() => windowOfLines(lines), [lines]);
  const stretches = useMemo(() => stretchesOf(lines), [lines]);
  const confidences = useMemo(() => inSuccession(lines), [lines]);
  const changes = useMemo(
    () =>
      [...deploysOf(known, model), ...promotionsOf(history ?? noHistory, model)]
        .filter((one) => version === null || one.version === null || one.version === version)
        .sort((a, b) => a.time - b.time),
    [known, history, model, version],
  );
  const { chosen, look } = useLook(stretches);
  const place = useRef<HTMLDivElement>(null);
  const pick = useCallback(
    (time: number) => {
      const found = stretches.find(({ start, end }) => time >= start && time < end);
      if (found !== undefined) look(found.start);
    },
    [stretches, look],
  );
  if (lines.length === 0)
    return (
      <Empty title="No predictions in this time">
        <p>Choose a longer time, another version or no segment above.</p>
      </Empty>
    );
  const data: PageData = { model, bucket, level: found.level, lines, window, changes, pick, link };
  const versions = lines.map(({ version: of, points }) => ({
    version: of,
    start: Math.max(
      points[0]?.start ?? window.from,
      known.find((one) => one.model === model && one.version === of)?.firstTime ?? 0,
    ),
    end: points.at(-1)?.end ?? window.to,
  }));
  return (
    <div class="over-time" ref={place}>
      <p class="over-time-evidence">
        <Findings lines={lines} sentence={(line) => evidenceSentence(line, bucket)} />
        {left > 0 ? `The ${lines.length} newest versions are shown, ${left} more are not: choose one above.` : null}
      </p>
      {history === null ? null : <BetweenChanges data={data} eras={erasOf(versions, changes)} />}
      <div class="over-time-pictures">
        <EstimatePicture data={data} quantity="gap" />
        <EstimatePicture data={data} quantity="ece" />
      </div>
      {by === null ? null : <ByValue data={data} by={by} />}
      <div class="over-time-pictures">
        <EstimatePicture data={data} quantity="slope" />
        {confidences.map((line) => (
          <ConfidencePicture key={line.version} data={data} line={line} isOne={confidences.length === 1} />
        ))}
        <TrafficPictures data={data} />
      </div>
      <LookingAt data={data} stretches={stretches} chosen={chosen} onChange={look} place={place} />
      <ChangesTable data={data} />
      <p class="muted">
        {bucket === "hour" ? "Hours are in your zone." : "Days and weeks are those of UTC; weeks start on Monday."} Bars
        and bands are {Math.round(100 * found.level)} % intervals, each by itself; ◆ takes into account that many are
        looked at. ▼ is the first prediction of a version, ▽ a calibrator or policy that became active.
      </p>
    </div>
  );
}

/** Looks at stretches: what was chosen is seen at once by who reads the signal, and stands in the URL a moment later. */
function useLook(stretches: readonly Stretch[]): {
  readonly chosen: Signal<number | null>;
  readonly look: (start: number) => void;
} {
  const { set } = useUrl();
  const chosen = useSignal<number | null>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const look = useCallback(
    (start: number) => {
      chosen.value = start;
      // Browsers refuse an address that changes many times a second, as it would while the slider is dragged.
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => set({ at: new Date(start).toISOString() }, { replace: true }), 250);
    },
    [stretches],
  );
  return { chosen, look };
}
