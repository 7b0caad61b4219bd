import type { VNode } from "preact";
import { Choice, Select } from "../../parts/choice.tsx";
import { scopeOf, useFilters } from "../../state/filters.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { binChange, binCounts, type CalibrationState } from "./calibration-state.ts";

interface Option {
  readonly value: string;
  readonly name: string;
}

/** What there is to compare with, the chosen one among it. */
function useComparable(state: CalibrationState, chosen: string): readonly Option[] {
  const filters = useFilters();
  const { model, version, segment, window, from, to } = scopeOf(filters);
  const models = useQuery("/api/v1/versions");
  const segments = useQuery("/api/v1/segments", { model, version, window, from, to, minimumLabels: 1 });
  const versions = [...new Set(models.data?.models.filter((one) => one.model === model).map((one) => one.version))];
  const values = [...(segments.data?.segments ?? []), ...(segments.data?.untested ?? [])].map(
    ({ key, value }) => `${key}:${value}`,
  );
  const options: readonly Option[] = [
    { value: "", name: "Nothing" },
    { value: "raw", name: state.source === "raw" ? "Calibrated scores" : "Raw scores, before calibration" },
    ...versions
      .filter((one) => one !== version)
      .sort()
      .map((one) => ({ value: `version:${one}`, name: `Version ${one}` })),
    ...[...new Set(values)]
      .filter((one) => one !== segment)
      .sort()
      .map((one) => ({ value: `segment:${one}`, name: `Segment ${one.replace(":", " ")}` })),
  ];
  return options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, name: chosen }];
}

/** How the diagram is made, and what it is compared with. */
export function Controls({ state }: { readonly state: CalibrationState }): VNode {
  const { set, state: url } = useUrl();
  const chosen = url["compare"] ?? "";
  const comparable = useComparable(state, chosen);
  const counts = [...new Set([...binCounts, state.bins])].sort((a, b) => a - b);
  return (
    <div class="calibration-controls">
      <Select
        label="Bins"
        value={String(state.bins)}
        options={counts.map((count) => ({ value: String(count), name: String(count) }))}
        onChange={(bins) => set({ bins: bins === "15" ? null : bins, ...binChange(null) })}
      />
      <Select
        label="Cut into"
        value={state.scheme}
        options={[
          { value: "equal-width", name: "Equal widths" },
          { value: "equal-mass", name: "Equal numbers of predictions" },
        ]}
        onChange={(scheme) => set({ scheme: scheme === "equal-width" ? null : scheme, ...binChange(null) })}
      />
      <Select label="Compare with" value={chosen} options={comparable} onChange={(compare) => set({ compare })} />
      <Choice
        label="Scores"
        value={state.source}
        options={[
          { value: "calibrated", name: "Calibrated" },
          { value: "raw", name: "Raw" },
        ]}
        onChange={(source) => set({ source: source === "raw" ? source : null, ...binChange(null) })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={state.immature}
          onChange={(event) => set({ immature: event.currentTarget.checked ? "true" : null })}
        />{" "}
        Count young predictions too
      </label>
    </div>
  );
}
