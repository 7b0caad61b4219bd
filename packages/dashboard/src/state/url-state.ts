import { useLocation } from "preact-iso";

/** What a link carries besides its path: text by name. */
export type UrlState = Readonly<Record<string, string>>;

/** Changes of the state in the URL: null and the empty text take a name away. */
export type UrlChanges = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The address of a path with a state, names in their order: the same view has the same address. */
export function linkTo(path: string, state: UrlChanges): string {
  const search = new URLSearchParams();
  for (const name of Object.keys(state).sort()) {
    const value = state[name];
    if (value === undefined || value === null || value === "" || value === false) continue;
    search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The state in the URL, and how to change it. */
export interface UrlControl {
  readonly path: string;
  readonly state: UrlState;
  /**
   * Changes some of it; the rest stays.
   *
   * @param options `replace`: without a step in the history, for what changes while something is dragged or typed
   */
  set(changes: UrlChanges, options?: { readonly replace?: boolean }): void;
  /** A link to another path that keeps the filters, and of the rest only what is named. */
  link(path: string, changes?: UrlChanges): string;
}

/** Names that every view understands; links keep them. */
export const filterNames = ["project", "model", "version", "segment", "window", "from", "to"] as const;

/** The state of the view in the URL: a link reproduces the view. */
export function useUrl(): UrlControl {
  const { path, query, route } = useLocation();
  const state: UrlState = query;
  return {
    path,
    state,
    set(changes, { replace = false } = {}) {
      const now = Object.fromEntries(new URLSearchParams(location.search));
      route(linkTo(location.pathname, { ...now, ...changes }), replace);
    },
    link(to, changes = {}) {
      const kept = Object.fromEntries(filterNames.map((name) => [name, state[name]]));
      return linkTo(to, { ...kept, ...changes });
    },
  };
}
