import type { UrlChanges, UrlState } from "../../state/url-state.ts";

/** How the diagram is drawn. */
export type Form = "binned" | "smooth" | "corp";

/** What the diagram is compared with. */
export type Compare =
  | { readonly kind: "raw" }
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "segment"; readonly segment: string };

/** A range of confidence: `from` included, `to` not unless it is 1. */
export interface ConfidenceRange {
  readonly from: number;
  readonly to: number;
}

/** What the URL says beside the filters. */
export interface CalibrationState {
  readonly form: Form;
  readonly bins: number;
  readonly scheme: "equal-width" | "equal-mass";
  readonly source: "calibrated" | "raw";
  /** Predictions count whose outcomes may still come. */
  readonly immature: boolean;
  /** Whose examples are shown. */
  readonly bin: ConfidenceRange | null;
  readonly outcome: "any" | "1" | "0";
  readonly compare: Compare | null;
}

/** Numbers of bins that can be chosen; all divide 240, so that cells give the bins of single predictions. */
export const binCounts = [5, 10, 15, 20, 30] as const;

/** Reads the URL; what it does not understand is as if it was not there. */
export function readState(url: UrlState): CalibrationState {
  const bins = Number(url["bins"]);
  const form = url["form"];
  const outcome = url["outcome"];
  return {
    form: form === "smooth" || form === "corp" ? form : "binned",
    bins: bins >= 2 && bins <= 60 && 240 % bins === 0 ? bins : 15,
    scheme: url["scheme"] === "equal-mass" ? "equal-mass" : "equal-width",
    source: url["source"] === "raw" ? "raw" : "calibrated",
    immature: url["immature"] === "true",
    bin: readRange(url["bin"]),
    outcome: outcome === "1" || outcome === "0" ? outcome : "any",
    compare: readCompare(url["compare"]),
  };
}

/** The parameters of the diagram. */
export function diagramQuery({ bins, scheme, source, immature }: CalibrationState): {
  readonly bins: number;
  readonly scheme: string;
  readonly source: string;
  readonly immature: string | null;
} {
  return { bins, scheme, source, immature: immature ? "true" : null };
}

/** Changes of the URL that show the examples of a bin, or no longer do. */
export function binChange(range: ConfidenceRange | null): UrlChanges {
  return { bin: range === null ? null : `${range.from}..${range.to}`, outcome: null };
}

function readRange(text = ""): ConfidenceRange | null {
  const [from, to, ...rest] = text.split("..").map(Number);
  if (from === undefined || to === undefined || rest.length > 0) return null;
  return from >= 0 && to <= 1 && (from < to || from === 1) ? { from, to } : null;
}

function readCompare(text = ""): Compare | null {
  if (text === "raw") return { kind: "raw" };
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon);
  const name = text.slice(colon + 1);
  if (colon < 0 || name === "") return null;
  if (kind === "version") return { kind, version: name };
  return kind === "segment" && name.includes(":") ? { kind, segment: name } : null;
}
