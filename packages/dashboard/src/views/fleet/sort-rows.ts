import { type Judged, standings } from "./standing.ts";

/** By what the rows can be sorted, as the URL says it. */
export const sortKeys = [
  "attention",
  "model",
  "traffic",
  "error",
  "outcomes",
  "accuracy",
  "review",
  "recalibrated",
] as const;

export type SortKey = (typeof sortKeys)[number];

export const sortNames: Readonly<Record<SortKey, string>> = {
  attention: "What needs attention",
  model: "Model",
  traffic: "Traffic",
  error: "Calibration error",
  outcomes: "Outcomes in",
  accuracy: "Accuracy",
  review: "Share acted on",
  recalibrated: "Last recalibration",
};

/** What a column begins with when it is chosen: 1 smallest first. */
export const firstOrder: Readonly<Record<SortKey, 1 | -1>> = {
  attention: 1,
  model: 1,
  traffic: -1,
  error: -1,
  outcomes: 1,
  accuracy: 1,
  review: 1,
  recalibrated: 1,
};

/**
 * What needs attention first: versions whose confidences are wrong, by the error that is proven (the lower end of its
 * interval); then those without a sound policy; then those that cannot be judged; then those that are fine; each by traffic.
 */
function attention(a: Judged, b: Judged): number {
  const rank = standings.indexOf(a.standing) - standings.indexOf(b.standing);
  if (rank !== 0) return rank;
  const proven = ({ row: { ece } }: Judged): number => (ece.value === null ? 0 : (ece.lower ?? 0));
  const error = a.standing === "wrong" ? proven(b) - proven(a) : 0;
  return error !== 0 ? error : b.row.predictions - a.row.predictions;
}

function sortValue({ row }: Judged, key: Exclude<SortKey, "attention" | "model">): number | null {
  if (key === "traffic") return row.predictions;
  if (key === "error") return row.ece.value;
  if (key === "outcomes") return row.matureMaturity ?? row.maturity;
  if (key === "accuracy") return row.accuracy.value;
  if (key === "review") return row.decisions.none === 1 ? null : row.decisions.act;
  return row.recalibratedAt;
}

/** The rows in an order; those without a value come last either way. */
export function sortRows(rows: readonly Judged[], key: SortKey, order: 1 | -1): readonly Judged[] {
  return rows.toSorted((a, b) => {
    if (key === "attention") return order * attention(a, b);
    const names = a.row.model.localeCompare(b.row.model) || a.row.version.localeCompare(b.row.version);
    if (key === "model") return order * names;
    const [x, y] = [sortValue(a, key), sortValue(b, key)];
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0) || attention(a, b);
    return order * (x - y) || attention(a, b);
  });
}
