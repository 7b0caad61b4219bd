import type { CellQuery, CellTable } from "../../store/event-store.ts";
import type { RouteDeps } from "../server-app.ts";

/** Values above which a segment key is left out unless it is asked for. */
const mostValues = 100;

/** Segment keys that are looked at where none are asked for. */
const mostKeys = 16;

/**
 * The cells of every value of segment keys, one table per key.
 *
 * @param by the keys; undefined: those that predictions of this model have, with not too many values
 */
export async function segmentTables(
  { events }: RouteDeps,
  filter: Pick<CellQuery, "project" | "model" | "version" | "from" | "to">,
  by: readonly string[] | undefined,
): Promise<readonly CellTable[]> {
  const keys = by ?? (await keysOf(events, filter));
  return await Promise.all(
    [...new Set(keys)].map((key) => events.cells({ ...filter, segment: { key }, bucket: "all" })),
  );
}

async function keysOf(
  events: RouteDeps["events"],
  { project, model, version }: Pick<CellQuery, "project" | "model" | "version">,
): Promise<string[]> {
  const values = new Map<string, number>();
  for (const known of await events.models(project)) {
    if ((model ?? known.model) !== known.model || (version ?? known.version) !== known.version) continue;
    for (const [key, count] of Object.entries(known.segments)) values.set(key, Math.max(count, values.get(key) ?? 0));
  }
  const few = [...values].filter(([, count]) => count > 0 && count <= mostValues);
  return few
    .sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1))
    .slice(0, mostKeys)
    .map(([key]) => key);
}
