import type { VNode } from "preact";
import type { Models } from "../../api/api-types.ts";
import { Select } from "../../parts/choice.tsx";
import { FirstRun } from "../../parts/first-run.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Answer, Empty, Skeleton } from "../../parts/states.tsx";
import { timeText } from "../../parts/times.ts";
import { scopeOf, useFilters, windows } from "../../state/filters.ts";
import { currentProject } from "../../state/session.ts";
import { useUrl } from "../../state/url-state.ts";
import { useQuery } from "../../state/use-query.ts";
import { FleetRow } from "./fleet-row.tsx";
import { Hatching, type Span } from "./small-pictures.tsx";
import { firstOrder, type SortKey, sortKeys, sortNames, sortRows } from "./sort-rows.ts";
import { endOf, headline, isToday, judge } from "./standing.ts";

const day = 86_400_000;

const columns: readonly { readonly name: string; readonly key: SortKey }[] = [
  { name: "Model", key: "model" },
  { name: "What to do next", key: "attention" },
  { name: "Calibration", key: "error" },
  { name: "Accuracy", key: "accuracy" },
  { name: "Outcomes in", key: "outcomes" },
  { name: "Traffic", key: "traffic" },
  { name: "Decisions", key: "review" },
  { name: "Last recalibration", key: "recalibrated" },
];

/** All days that any row has traffic on. */
function spanOf({ models }: Models): Span {
  let [from, to] = [Infinity, -Infinity];
  for (const { traffic } of models) {
    from = Math.min(from, traffic[0]?.day ?? Infinity);
    to = Math.max(to, (traffic.at(-1)?.day ?? -Infinity) + day);
  }
  return { from, to };
}

/** The order that the URL says. */
function useSort(): { readonly key: SortKey; readonly order: 1 | -1; choose(key: SortKey): void } {
  const { state, set } = useUrl();
  const key = sortKeys.find((one) => one === state["sort"]) ?? "attention";
  const isTurned = state["turned"] === "true";
  const order = isTurned ? (firstOrder[key] === 1 ? -1 : 1) : firstOrder[key];
  return {
    key,
    order,
    choose(wanted) {
      const turned = wanted === key && !isTurned;
      set({ sort: wanted === "attention" ? null : wanted, turned: turned ? "true" : null });
    },
  };
}

function Fleet({ models }: { readonly models: Models }): VNode {
  const filters = useFilters();
  const { key, order, choose } = useSort();
  const project = currentProject(filters.project)?.id ?? "default";
  const judged = models.models
    .filter(({ model, version }) => (filters.model ?? model) === model && (filters.version ?? version) === version)
    .map((row) => judge(row, models, project));
  if (judged.length === 0) return <NoPredictions />;
  const rows = sortRows(judged, key, order);
  const span = spanOf(models);
  const mostError = Math.max(
    0.05,
    ...judged.map(({ row: { ece } }) => (ece.value === null ? 0 : (ece.upper ?? ece.value))),
  );
  const { matureBefore } = models.window;
  return (
    <>
      <Hatching />
      <div class="lead">
        <p class="headline">{headline(judged, isToday(models))}</p>
        <p class="muted">
          {matureBefore === null ? null : (
            <>
              Estimates rest on predictions before {timeText(matureBefore, "day")}; the hatched days after it are too
              young for all their outcomes to be in.{" "}
            </>
          )}
          Whole days (UTC) up to <Moment at={endOf(models)} />.
        </p>
      </div>
      <div class="sort-choice">
        <Select
          label="Sort by"
          value={key}
          options={sortKeys.map((value) => ({ value, name: sortNames[value] }))}
          onChange={(value) => choose(sortKeys.find((one) => one === value) ?? "attention")}
        />
        <button type="button" onClick={() => choose(key)}>
          Reverse the order
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="table-scroll" tabIndex={0} aria-label="Model versions">
        <table class="fleet">
          <caption class="unseen">Model versions, sorted by {sortNames[key].toLowerCase()}</caption>
          <thead>
            <tr>
              {columns.map((column) => {
                const sorted = column.key !== key ? "none" : order === 1 ? "ascending" : "descending";
                return (
                  <th key={column.key} scope="col" aria-sort={sorted}>
                    <button type="button" class="plain" onClick={() => choose(column.key)}>
                      {column.name}
                      <span aria-hidden="true">{sorted === "none" ? "" : order === 1 ? " ↑" : " ↓"}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <FleetRow
                key={`${one.row.model.length} ${one.row.model} ${one.row.version} ${one.row.task}`}
                judged={one}
                models={models}
                span={span}
                mostError={mostError}
              />
            ))}
          </tbody>
        </table>
      </section>
      <details class="reading">
        <summary>How to read this</summary>
        <ul>
          <li>
            <b>Error</b>: how far stated and actual shares lie apart on average, chance taken off, with its 95 %
            interval. The grey band is what a perfect model would show on as many outcomes. All rows share one scale.
          </li>
          <li>
            <b>p</b>: how often a calibrated model would look at least this bad. The bar is logarithmic, from 1 to 10⁻⁶;
            the line is at 0.025, where the verdict turns.
          </li>
          <li>
            <b>Right</b> is what the outcomes say of predictions that are old enough; <b>expected</b> is what the
            confidences of all predictions promise, and is only as good as these are.
          </li>
          <li>
            <b>Outcomes in</b>: share of predictions with an outcome, of those old enough for it and of all.
          </li>
          <li>
            <b>Sorted</b>: wrong confidences first, the largest proven error on top; then decisions of which nothing is
            certified; then too few outcomes; then what is fine; last what is no longer in use.
          </li>
        </ul>
      </details>
    </>
  );
}

/** Nothing in this window: in none at all, the first steps. */
function NoPredictions(): VNode {
  const { link } = useUrl();
  const everything = { window: windows.at(-1)?.value ?? "520w" };
  const all = useQuery("/api/v1/versions");
  if (all.data === null) return <Skeleton what="the models" lines={2} />;
  if (all.data.models.length === 0) return <FirstRun />;
  return (
    <Empty title="No predictions of this kind in this time">
      <p>
        <a href={link("/", { ...everything, model: null, version: null, from: null, to: null })}>
          All models over all time
        </a>
      </p>
    </Empty>
  );
}

/** Which model versions can be trusted, which cannot, and what to do. */
export function FleetView(): VNode {
  const { window, from, to } = scopeOf(useFilters());
  const query = useQuery("/api/v1/models", { window, from, to });
  return (
    <div class="fleet-view">
      <Answer query={query} what="the models" lines={8}>
        {(models) => <Fleet models={models} />}
      </Answer>
    </div>
  );
}
