import type { VNode } from "preact";
import { Select } from "../parts/choice.tsx";
import { scopeOf, useFilters, windows } from "../state/filters.ts";
import { currentProject, session } from "../state/session.ts";
import { useUrl } from "../state/url-state.ts";
import { useQuery } from "../state/use-query.ts";
import type { View } from "../views.ts";

const any = { value: "", name: "All" };

function named(values: Iterable<string>): { value: string; name: string }[] {
  return [...new Set(values)].sort().map((value) => ({ value, name: value }));
}

/** Adds what the URL says where the server does not list it, so that a link shows what it means. */
function withCurrent(options: { value: string; name: string }[], current: string | null) {
  if (current === null || options.some(({ value }) => value === current)) return options;
  return [...options, { value: current, name: current }];
}

/** What the view is about: project, model, version, segment and time. All of it is in the URL. */
export function FilterBar(props: { readonly filters: View["filters"] }): VNode {
  const wanted = new Set(props.filters);
  const filters = useFilters();
  const { set } = useUrl();
  const { value } = session;
  const projects = value.status === "in" ? value.projects : [];
  const project = currentProject(filters.project);
  const versions = useQuery("/api/v1/versions", {}, { when: wanted.has("model") });
  const known = versions.data?.models ?? [];
  const ofModel = known.filter(({ model }) => filters.model === null || model === filters.model);
  const scope = { ...scopeOf(filters), segment: null };
  const segments = useQuery(
    "/api/v1/segments",
    { ...scope, minimumLabels: 1 },
    { when: wanted.has("segment") && filters.model !== null },
  );
  const listed = [...(segments.data?.segments ?? []), ...(segments.data?.untested ?? [])];
  const custom = filters.window === null ? "custom" : filters.window;
  const windowOptions = windows.some(({ value: one }) => one === custom)
    ? windows
    : [...windows, { value: custom, name: custom === "custom" ? "Own dates" : custom }];
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {projects.length > 1 ? (
        <Select
          label="Project"
          value={project?.id ?? ""}
          options={projects.map(({ id, name }) => ({ value: id, name: name === id ? id : `${name} (${id})` }))}
          onChange={(id) => set({ project: id, model: null, version: null, segment: null })}
        />
      ) : null}
      {wanted.has("model") ? (
        <Select
          label="Model"
          value={filters.model ?? ""}
          options={[any, ...withCurrent(named(known.map(({ model }) => model)), filters.model)]}
          onChange={(model) => set({ model, version: null, segment: null })}
        />
      ) : null}
      {wanted.has("version") ? (
        <Select
          label="Version"
          value={filters.version ?? ""}
          options={[any, ...withCurrent(named(ofModel.map(({ version }) => version)), filters.version)]}
          onChange={(version) => set({ version })}
          disabled={filters.model === null}
        />
      ) : null}
      {wanted.has("segment") ? (
        <Select
          label="Segment"
          value={filters.segment ?? ""}
          options={[any, ...withCurrent(named(listed.map(({ key, value: of }) => `${key}:${of}`)), filters.segment)]}
          onChange={(segment) => set({ segment })}
          disabled={filters.model === null}
        />
      ) : null}
      {wanted.has("window") ? (
        <>
          <Select
            label="Time"
            value={custom}
            options={[...windowOptions, ...(custom === "custom" ? [] : [{ value: "custom", name: "Own dates…" }])]}
            onChange={(window) => {
              if (window !== "custom") return set({ window, from: null, to: null });
              const to = new Date().toISOString().slice(0, 10);
              const from = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
              return set({ window: null, from, to });
            }}
          />
          {custom === "custom" ? (
            <>
              <DateField label="From (UTC)" value={filters.from} onChange={(from) => set({ from })} />
              <DateField label="To (UTC)" value={filters.to} onChange={(to) => set({ to })} />
            </>
          ) : null}
        </>
      ) : null}
    </form>
  );
}

function DateField(props: {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
}): VNode {
  const { label, value, onChange } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="date"
        value={/^\d{4}-\d\d-\d\d/.exec(value ?? "")?.[0] ?? ""}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
