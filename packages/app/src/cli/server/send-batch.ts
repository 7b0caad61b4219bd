import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../usage-error.ts";
import { faultOf, field, listField, textField } from "./call-api.ts";
import type { Connection } from "./connect.ts";

/** An item of a batch that was not taken. */
export interface RejectedItem {
  readonly index: number;
  readonly field: string;
  readonly message: string;
}

/** With pauses of a second or more: some minutes in which a server that is behind can catch up. */
const mostAttempts = 200;

/**
 * Sends a batch of predictions or outcomes, again and again while the server is busy: what it has already, it recognises.
 *
 * @returns the items that were not taken
 * @throws {UsageError} when the server refuses the batch, or cannot be reached
 */
export async function sendBatch(
  connection: Connection,
  to: { readonly kind: "predictions" | "outcomes"; readonly project: string; readonly signal: AbortSignal },
  items: readonly unknown[],
): Promise<readonly RejectedItem[]> {
  const body = items.map((item) => JSON.stringify(item)).join("\n");
  const request = {
    method: "POST" as const,
    project: to.project,
    headers: { "content-type": "application/x-ndjson" },
    body,
  };
  for (let attempt = 1; ; attempt++) {
    const response = await connection.request(`/api/v1/${to.kind}`, request);
    if (response.status === 200) {
      await response.arrayBuffer();
      return [];
    }
    if (response.status === 207 || response.status === 422) return rejections(await response.json());
    const fault = await faultOf(response);
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || attempt === mostAttempts) throw new UsageError(fault.message);
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    await wait(1000 * Math.min(30, Math.max(0.05, Number.isFinite(seconds) ? seconds : 1)), undefined, {
      signal: to.signal,
    });
  }
}

function rejections(reply: unknown): RejectedItem[] {
  return listField(reply, "items").flatMap((item) => {
    const index = field(item, "index");
    const error = field(item, "error");
    if (textField(item, "status") !== "rejected" || typeof index !== "number") return [];
    return [{ index, field: textField(error, "field"), message: textField(error, "message") }];
  });
}
