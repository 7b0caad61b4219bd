import type { OutcomeEvent } from "../../store/events.ts";
import type { CheckContext } from "./check-prediction.ts";
import { parseTime } from "./parse-time.ts";
import { expected, isName, isRecord, type Rejection, wrongName } from "./rejection.ts";

/** An outcome that is good. */
export interface CheckedOutcome {
  readonly kind: "checked";
  readonly event: OutcomeEvent;
}

const fields: ReadonlySet<string> = new Set(["predictionId", "value", "name", "source", "observedAt"]);

/** An outcome of a request as the event that is kept, or why it is not. `outcomeSchema` describes the same. */
export function checkOutcome(item: unknown, { project, now }: CheckContext): CheckedOutcome | Rejection {
  if (!isRecord(item)) return expected("type", "the item", "an object", item);
  for (const key in item)
    if (!fields.has(key)) {
      const field = key.slice(0, 40);
      const message = `${field} is not a field of an outcome; these are: ${[...fields].join(", ")}`;
      return { kind: "rejected", code: "unknown-field", field, message };
    }
  const { predictionId, value } = item;
  if (typeof predictionId !== "string" || !isName(predictionId)) return wrongName("predictionId", predictionId);
  const name = item["name"] ?? "outcome";
  if (typeof name !== "string" || !isName(name)) return wrongName("name", name);
  const source = item["source"] ?? "truth";
  if (typeof source !== "string" || !isName(source)) return wrongName("source", source);
  const time = item["observedAt"] ?? now;
  const observedAt = parseTime(time, now);
  if (typeof observedAt === "string") return expected("time", "observedAt", observedAt, time);
  const observed = typeof value === "boolean" ? (value ? 1 : 0) : value;
  if (observed !== null && observed !== 0 && observed !== 1 && (typeof observed !== "string" || !isName(observed)))
    return typeof observed === "string"
      ? wrongName("value", observed)
      : expected("type", "value", "true, false, 0, 1, a label of 1 to 200 characters, or null to withdraw", observed);
  const event: OutcomeEvent = {
    kind: "outcome",
    project,
    predictionId,
    name,
    source,
    value: observed,
    observedAt,
    receivedAt: now,
  };
  return { kind: "checked", event };
}
