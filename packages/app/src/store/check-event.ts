import { InputError } from "@candor/core";
import type { SpineEvent } from "./events.ts";

const earliest = Date.UTC(2000, 0, 1) - 2000 * 365.2425 * 86_400_000;
const latest = Date.UTC(10_000, 0, 1) - 1;

/**
 * Refuses an event that no store could keep. What has been acknowledged must load, so this belongs before the log.
 *
 * @param index position of the event in its batch, for the error
 * @throws {InputError} `out-of-range` for a time that is no whole millisecond between the years 0 and 9999 (seconds or
 *   microseconds as well as NaN), a probability outside [0, 1], a propensity outside [1e-6, 1], an outcome that is neither
 *   0 nor 1, or an id that is not 1 to 200 characters long
 */
export function checkEvent(event: SpineEvent, index: number): void {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw new InputError("out-of-range", `${what} is ${String(value)}, expected ${expected}`, index);
  };
  const time = (what: string, value: number) => {
    if (Number.isSafeInteger(value) && value >= earliest && value <= latest) return;
    refuse(what, value, "whole milliseconds since 1970 between the years 0 and 9999");
  };
  const probability = (what: string, value: number | null) => {
    if (value !== null && !(value >= 0 && value <= 1)) refuse(what, value, "a number in [0, 1]");
  };
  const id = event.kind === "prediction" ? event.id : event.predictionId;
  if (id.length < 1 || id.length > 200) refuse("the length of an id", id.length, "1 to 200");
  switch (event.kind) {
    case "prediction":
      time("time", event.time);
      time("receivedAt", event.receivedAt);
      probability("confidence", event.confidence);
      probability("rawConfidence", event.rawConfidence);
      for (const end of event.interval ?? []) probability("an end of the interval", end);
      if (event.propensity !== null && !(event.propensity >= 1e-6 && event.propensity <= 1))
        refuse("propensity", event.propensity, "a number in [1e-6, 1]");
      return;
    case "outcome":
      time("observedAt", event.observedAt);
      time("receivedAt", event.receivedAt);
      if (typeof event.value === "number" && event.value !== 0 && event.value !== 1)
        refuse("value", event.value, "0, 1, a label or null");
      return;
    case "content":
      time("expiresAt", event.expiresAt);
      return;
    case "erasure":
      time("receivedAt", event.receivedAt);
  }
}
