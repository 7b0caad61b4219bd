import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { StoredPrediction } from "../api/api-types.ts";
import { ApiError, get, type QueryOf } from "../api/client.ts";
import { useFilters } from "../state/filters.ts";
import { currentProject } from "../state/session.ts";
import { useUrl } from "../state/url-state.ts";
import { useQuery } from "../state/use-query.ts";
import { type Column, DataTable } from "./data-table.tsx";
import { decisionWords, isSurprise, outcomeWord } from "./decision-words.ts";
import { Moment } from "./moment.tsx";
import { Name } from "./name.tsx";
import { countText } from "./numbers.ts";
import { shareText } from "./share-text.ts";
import { Answer, Empty, Problem } from "./states.tsx";

/** Which predictions: parameters of `GET /api/v1/predictions`. */
export type PredictionListQuery = Omit<QueryOf<"/api/v1/predictions">, "limit" | "cursor" | "content" | "fresh">;

function Confidence({ row: { confidence, rawConfidence } }: { readonly row: StoredPrediction }): VNode {
  if (confidence === null) return <span class="muted">No evidence</span>;
  const isChanged = rawConfidence !== null && rawConfidence !== confidence;
  return (
    <>
      <b>{shareText(confidence)}</b>
      {isChanged ? <small class="muted"> raw {shareText(rawConfidence)}</small> : null}
    </>
  );
}

function About(props: {
  readonly row: StoredPrediction;
  /** What the list says of all its rows already. */
  readonly known: { readonly model: boolean; readonly version: boolean };
}): VNode | null {
  const { row, known } = props;
  const parts = [
    ...(row.prediction === null || row.task === "binary" ? [] : [`says ${row.prediction}`]),
    ...(known.model ? [] : [row.model]),
    ...(known.version ? [] : [`version ${row.version}`]),
    ...(row.route === null ? [] : [`route ${row.route}`]),
    ...Object.entries(row.segments).map(([key, value]) => `${key} ${value}`),
  ];
  if (parts.length === 0) return null;
  return (
    <small class="muted">
      {parts.map((part, i) => (
        <span key={part}>
          {i === 0 ? "" : " · "}
          <Name of={part} most={80} />
        </span>
      ))}
    </small>
  );
}

/**
 * Predictions that match, newest first, each with a link to all that is known of it; more are loaded on demand.
 *
 * @param props `query`: which; everything else of the URL, filters included, is left to who shows the list
 */
export function PredictionList(props: {
  readonly query: PredictionListQuery;
  /** What they are, for who cannot see the table: `Predictions between 85 % and 90 %`. */
  readonly caption: string;
  /** Predictions that are loaded at a time, at most 1000. Default 25. */
  readonly pageSize?: number;
  /** What is shown where none matches. Default: to choose a longer time, or fewer filters. */
  readonly whenEmpty?: VNode;
}): VNode {
  const { query, caption, pageSize = 25, whenEmpty = <NoneMatches /> } = props;
  const { link } = useUrl();
  const project = currentProject(useFilters().project)?.id ?? null;
  const asked = { ...query, limit: pageSize, content: "false" };
  const first = useQuery("/api/v1/predictions", asked);
  const key = JSON.stringify([project, asked]);
  const [more, setMore] = useState<Further>(nothingFurther(key));
  const current = more.key === key ? more : nothingFurther(key);
  const newest = useRef(key);
  newest.current = key;
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const { current: end } = leaving;
    return () => end.abort();
  }, []);
  const next = async (cursor: string): Promise<void> => {
    setMore({ ...current, isLoading: true, error: null });
    try {
      const { signal } = leaving.current;
      const page = await get("/api/v1/predictions", { ...asked, cursor }, { project, signal });
      if (newest.current !== key) return;
      const rows = [...current.rows, ...page.predictions];
      setMore({ key, rows, cursor: page.cursor, isLoading: false, error: null });
    } catch (error) {
      if (leaving.current.signal.aborted || newest.current !== key) return;
      if (!ApiError.is(error)) throw error;
      setMore({ ...current, isLoading: false, error });
    }
  };
  const known = { model: (query.model ?? null) !== null, version: (query.version ?? null) !== null };
  const columns: readonly Column<StoredPrediction>[] = [
    {
      name: "Prediction",
      isHeader: true,
      cell: (row) => (
        <span class="prediction-name">
          <a href={link(`/predictions/${encodeURIComponent(row.id)}`)}>
            <Name of={row.id} />
          </a>
          <About row={row} known={known} />
        </span>
      ),
    },
    { name: "Confidence", isNumber: true, cell: (row) => <Confidence row={row} /> },
    { name: "Decision", cell: (row) => (row.decision === null ? "–" : decisionWords[row.decision]) },
    {
      name: "Outcome",
      cell: (row) => (
        <span class={row.outcome === null ? "muted" : undefined}>
          {row.outcome === null ? "Not yet" : outcomeWord(row.outcome, row.task)}
          {isSurprise(row.confidence, row.outcome) ? <b class="surprise"> ▲ sure and wrong</b> : null}
        </span>
      ),
    },
    { name: "Made", cell: (row) => <Moment at={row.time} /> },
  ];
  return (
    <div class="prediction-list">
      <Answer query={first} what="predictions">
        {({ predictions, cursor }) => {
          const rows = [...predictions, ...current.rows];
          const following = current.rows.length === 0 ? cursor : current.cursor;
          if (rows.length === 0) return whenEmpty;
          return (
            <>
              <DataTable caption={caption} columns={columns} rows={rows} rowKey={({ id }) => id} />
              {current.error === null ? null : <Problem error={current.error} />}
              <p class="prediction-more" role="status">
                {following === null
                  ? `${countText(rows.length)} ${rows.length === 1 ? "prediction" : "predictions"}, all that match`
                  : `The newest ${countText(rows.length)}`}
              </p>
              {following === null ? null : (
                <button type="button" disabled={current.isLoading} onClick={() => void next(following)}>
                  {current.isLoading ? "Loading more…" : `Show ${pageSize} more`}
                </button>
              )}
            </>
          );
        }}
      </Answer>
    </div>
  );
}

/** There are predictions, and none of them is asked for. */
export function NoneMatches(): VNode {
  return (
    <Empty title="No prediction matches">
      <p>Choose a longer time, or take a filter away.</p>
    </Empty>
  );
}

/** The pages after the first. */
interface Further {
  /** The question that they answer. */
  readonly key: string;
  readonly rows: readonly StoredPrediction[];
  readonly cursor: string | null;
  readonly isLoading: boolean;
  readonly error: ApiError | null;
}

function nothingFurther(key: string): Further {
  return { key, rows: [], cursor: null, isLoading: false, error: null };
}
