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
export const views: readonly View[] = [
  {
    path: "/",
    title: "Models",
    menu: "Models",
    filters: ["model", "version", "window"],
    load: async () => (await import("./views/fleet/fleet-view.tsx")).FleetView,
  },
  {
    path: "/calibration",
    title: "Calibration now",
    menu: "Calibration",
    filters: ["model", "version", "segment", "window"],
    load: async () => (await import("./views/calibration/calibration-view.tsx")).CalibrationView,
  },
  {
    path: "/over-time",
    title: "Over time",
    menu: "Over time",
    filters: ["model", "version", "segment", "window"],
    load: async () => (await import("./views/over-time/over-time-view.tsx")).OverTimeView,
  },
  {
    path: "/decisions",
    title: "Decisions",
    menu: "Decisions",
    filters: ["model", "version", "segment", "window"],
    load: async () => (await import("./views/decisions/decisions-view.tsx")).DecisionsView,
  },
  {
    path: "/segments",
    title: "Segments",
    menu: "Segments",
    filters: ["model", "version", "window"],
    load: async () => (await import("./views/segments/segments-view.tsx")).SegmentsView,
  },
  {
    path: "/predictions",
    title: "Predictions",
    menu: "Predictions",
    filters: ["model", "version", "segment", "window"],
    load: async () => (await import("./views/answers/predictions-view.tsx")).PredictionsView,
  },
  {
    path: "/predictions/:id",
    title: "Prediction",
    menu: null,
    filters: [],
    load: async () => (await import("./views/answers/prediction-view.tsx")).PredictionView,
  },
  {
    path: "/drop",
    title: "Report on a file",
    menu: "Drop a file",
    isPublic: true,
    filters: [],
    load: async () => (await import("./views/drop/drop-view.tsx")).DropView,
  },
  {
    path: "/calibrators",
    title: "Calibrators and policies",
    menu: "Calibrators",
    filters: ["model"],
    load: async () => (await import("./views/calibrators/calibrators-view.tsx")).CalibratorsView,
  },
  {
    path: "/data-health",
    title: "Data health",
    menu: "Data health",
    filters: [],
    load: async () => (await import("./views/data-health/data-health-view.tsx")).DataHealthView,
  },
  {
    path: "/settings",
    title: "Settings",
    menu: "Settings",
    filters: [],
    load: async () => (await import("./views/settings/settings-view.tsx")).SettingsView,
  },
];
