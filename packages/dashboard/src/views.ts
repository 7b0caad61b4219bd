import type { ComponentType } from "preact";

/** A page of the dashboard. */
export interface View {
  /** Of the router: `/predictions/:id`. */
  readonly path: string;
  readonly title: string;
  /** Name in the menu; null: reached by links. */
  readonly menu: string | null;
  /** Whether it is of use without being logged in. */
  readonly isPublic?: boolean;
  /** Which filters stand above it. */
  readonly filters: readonly ("model" | "version" | "segment" | "window")[];
  /** Loads its code. */
  readonly load: () => Promise<ComponentType>;
}

/** Every view, in the order of the menu. */
export const views: readonly View[] = [];
