import { useUrl } from "./url-state.ts";

/** Which predictions a view is about, as the URL says. */
export interface Filters {
  /** Null: the one of the key, else the first there is. */
  readonly project: string | null;
  readonly model: string | null;
  readonly version: string | null;
  /** `key:value` */
  readonly segment: string | null;
  /** Such as 30d; null where `from` and `to` say it. */
  readonly window: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Where nothing else is said. */
export const defaultWindow = "30d";

/** Windows that can be chosen by name. */
export const windows: readonly { readonly value: string; readonly name: string }[] = [
  { value: "24h", name: "24 hours" },
  { value: "7d", name: "7 days" },
  { value: "30d", name: "30 days" },
  { value: "90d", name: "90 days" },
  { value: "520w", name: "All time" },
];

/** The filters of the URL. */
export function useFilters(): Filters {
  const { state } = useUrl();
  const text = (name: string): string | null => state[name] || null;
  const from = text("from");
  const to = text("to");
  return {
    project: text("project"),
    model: text("model"),
    version: text("version"),
    segment: text("segment"),
    window: text("window") ?? (from === null && to === null ? defaultWindow : null),
    from,
    to,
  };
}

/** The filters as the parameters of a query; those that a path does not know are left out by naming the others. */
export function scopeOf({ project: _, ...scope }: Filters): Omit<Filters, "project"> {
  const isOwnDates = scope.from !== null || scope.to !== null;
  return isOwnDates ? { ...scope, window: null } : scope;
}
