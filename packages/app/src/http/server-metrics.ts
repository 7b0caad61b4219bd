/** What the server counts of itself; `/metrics` writes it. */
export interface ServerMetrics {
  /** Items taken by a route that keeps predictions or outcomes. */
  accepted(kind: "prediction" | "outcome", count: number): void;
  /** @param reason code of the error that the item was answered with */
  rejected(kind: "prediction" | "outcome", reason: string, count: number): void;
  /** One prediction as it was kept: its confidence and decision count towards its model. */
  predicted(model: string, version: string, confidence: number | null, decision: string | null): void;
  /** A request that was answered. */
  answered(method: string, route: string, status: number, seconds: number): void;
}
