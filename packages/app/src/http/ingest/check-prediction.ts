import { type Decision, decisionNames } from "@candor/core";
import type { PredictionEvent } from "../../store/events.ts";
import { parseTime } from "./parse-time.ts";
import { expected, isName, isRecord, nameLength, type Rejection, wrongName } from "./rejection.ts";

/** What all items of a request share. */
export interface CheckContext {
  readonly project: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly now: number;
}

/** A prediction that is good, with the content that came with it. */
export interface CheckedPrediction {
  readonly kind: "checked";
  readonly event: PredictionEvent;
  readonly content: Readonly<Record<string, unknown>> | null;
}

/** The most segments of a prediction. */
export const segmentCount = 16;
/** The most entries of evidence, and the most characters of their names and values together. */
export const evidenceCount = 64;
export const evidenceLength = 4096;
/** The most characters of content, as JSON. */
export const contentLength = 262_144;
/** The smallest propensity. */
export const smallestPropensity = 1e-6;

const fields: ReadonlySet<string> = new Set([
  ..."id model version time confidence rawConfidence task prediction route segments decision interval".split(" "),
  ..."propensity calibratorId policyId evidence content".split(" "),
]);

const noSegments: Readonly<Record<string, string>> = Object.freeze({});

/**
 * A prediction of a request as the event that is kept, or why it is not.
 *
 * Accuracy: written out by hand because every item of every batch passes here; `predictionSchema` describes the same, and a
 * property test holds one against the other.
 */
export function checkPrediction(item: unknown, { project, now }: CheckContext): CheckedPrediction | Rejection {
  if (!isRecord(item)) return expected("type", "the item", "an object", item);
  for (const name in item) if (!fields.has(name)) return unknownField(name);
  const { id, model, version, confidence } = item;
  if (typeof id !== "string" || !isName(id)) return wrongName("id", id);
  if (typeof model !== "string" || !isName(model)) return wrongName("model", model);
  if (typeof version !== "string" || !isName(version)) return wrongName("version", version);
  if (!isShareOrNull(confidence)) return notAShare("confidence", confidence);

  const time = item["time"] ?? now;
  const moment = parseTime(time, now);
  if (typeof moment === "string") return expected("time", "time", moment, time);
  const rawConfidence = item["rawConfidence"] === undefined ? confidence : item["rawConfidence"];
  if (!isShareOrNull(rawConfidence)) return notAShare("rawConfidence", rawConfidence);
  const task = item["task"] ?? "confidence";
  if (task !== "confidence" && task !== "binary") return expected("type", "task", "confidence or binary", task);
  const prediction = item["prediction"] ?? null;
  if (prediction !== null && (typeof prediction !== "string" || !isName(prediction)))
    return wrongName("prediction", prediction);
  const route = item["route"] ?? null;
  if (route !== null && (typeof route !== "string" || !isName(route))) return wrongName("route", route);
  const calibratorId = item["calibratorId"] ?? null;
  if (calibratorId !== null && (typeof calibratorId !== "string" || !isName(calibratorId)))
    return wrongName("calibratorId", calibratorId);
  const policyId = item["policyId"] ?? null;
  if (policyId !== null && (typeof policyId !== "string" || !isName(policyId))) return wrongName("policyId", policyId);
  const decision = item["decision"] ?? null;
  if (decision !== null && !isDecision(decision))
    return expected("type", "decision", decisionNames.join(", "), decision);
  const propensity = item["propensity"] ?? null;
  if (propensity !== null && (typeof propensity !== "number" || !(propensity >= smallestPropensity && propensity <= 1)))
    return expected("out-of-range", "propensity", `a number in [${smallestPropensity}, 1]`, propensity);

  const segments = item["segments"] ?? noSegments;
  if (!isSegments(segments)) return wrongSegments(segments);
  const interval = item["interval"] ?? null;
  if (interval !== null && !isInterval(interval)) return wrongInterval(interval);
  const evidence = item["evidence"] ?? null;
  if (evidence !== null && !isEvidence(evidence)) return wrongEvidence(evidence);
  const content = item["content"] ?? null;
  if (content !== null && !isContent(content)) return wrongContent(content);

  const event: PredictionEvent = {
    kind: "prediction",
    project,
    id,
    model,
    version,
    route,
    segments,
    time: moment,
    receivedAt: now,
    task,
    prediction,
    rawConfidence,
    confidence,
    interval,
    decision,
    certified: decision === null ? null : false,
    calibratorId,
    policyId,
    propensity,
    evidence,
  };
  return { kind: "checked", event, content };
}

function unknownField(name: string): Rejection {
  const message = `${name.slice(0, 40)} is not a field of a prediction; these are: ${[...fields].join(", ")}`;
  return { kind: "rejected", code: "unknown-field", field: name.slice(0, 40), message };
}

function isShareOrNull(value: unknown): value is number | null {
  return value === null || (typeof value === "number" && value >= 0 && value <= 1);
}

function notAShare(field: string, got: unknown): Rejection {
  return expected(typeof got === "number" ? "out-of-range" : "type", field, "a number in [0, 1] or null", got);
}

function isDecision(value: unknown): value is Decision {
  return value === "act" || value === "review" || value === "abstain";
}

function isSegments(value: unknown): value is Readonly<Record<string, string>> {
  if (!isRecord(value)) return false;
  let count = 0;
  for (const name in value) {
    const text = value[name];
    if (++count > segmentCount || typeof text !== "string" || !isName(text) || !isKey(name) || name === "route")
      return false;
  }
  return true;
}

/** A name that can also be a property of any object: writing it never reaches a prototype. */
function isKey(name: string): boolean {
  return name !== "__proto__" && isName(name);
}

function wrongSegments(got: unknown): Rejection {
  if (!isRecord(got)) return expected("type", "segments", "an object of names and texts", got);
  const names = Object.keys(got);
  if (names.length > segmentCount)
    return {
      ...expected("too-many", "segments", "", null),
      message: `segments must be at most ${segmentCount}, got ${names.length}`,
    };
  const name = names.find((key) => !isKey(key) || key === "route");
  if (name === "route")
    return { ...expected("name", "segments.route", "", null), message: "segments.route has a field of its own: route" };
  if (name !== undefined) return wrongKey("segments", name);
  const bad = names.find((key) => typeof got[key] !== "string" || !isName(got[key]));
  return wrongName(`segments.${bad}`, got[bad ?? ""]);
}

function wrongKey(field: string, name: string): Rejection {
  const message = `${field} has a name that cannot be kept: names are text of 1 to ${nameLength} characters, not __proto__`;
  return { kind: "rejected", code: name.length > nameLength ? "too-long" : "name", field, message };
}

function isInterval(value: unknown): value is readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [from, to]: unknown[] = value;
  return typeof from === "number" && typeof to === "number" && from >= 0 && from <= to && to <= 1;
}

function wrongInterval(got: unknown): Rejection {
  const what = "two numbers in [0, 1], the smaller first";
  if (!Array.isArray(got)) return expected("type", "interval", what, got);
  const message = `interval must be ${what}, got ${JSON.stringify(got)?.slice(0, 60)}`;
  return { kind: "rejected", code: "out-of-range", field: "interval", message };
}

function isEvidence(value: unknown): value is Readonly<Record<string, number | string | boolean | null>> {
  if (!isRecord(value)) return false;
  let count = 0;
  let length = 0;
  for (const name in value) {
    const entry = value[name];
    if (++count > evidenceCount || !isKey(name) || !isEvidenceValue(entry)) return false;
    length += name.length + (typeof entry === "string" ? entry.length : 8);
    if (length > evidenceLength) return false;
  }
  return true;
}

function isEvidenceValue(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "boolean" || (typeof value === "string" && !/\p{Cs}/u.test(value));
}

function wrongEvidence(got: unknown): Rejection {
  if (!isRecord(got)) return expected("type", "evidence", "an object of names and values", got);
  const names = Object.keys(got);
  if (names.length > evidenceCount)
    return {
      ...expected("too-many", "evidence", "", null),
      message: `evidence must be at most ${evidenceCount} entries, got ${names.length}`,
    };
  const key = names.find((name) => !isKey(name));
  if (key !== undefined) return wrongKey("evidence", key);
  const bad = names.find((name) => !isEvidenceValue(got[name]));
  if (bad !== undefined) return expected("type", `evidence.${bad}`, "a number, text, true, false or null", got[bad]);
  const message = `evidence must have at most ${evidenceLength} characters of names and values; a number counts as 8`;
  return { kind: "rejected", code: "too-long", field: "evidence", message };
}

function isContent(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !Object.hasOwn(value, "__proto__") && JSON.stringify(value).length <= contentLength;
}

function wrongContent(got: unknown): Rejection {
  if (!isRecord(got)) return expected("type", "content", "an object", got);
  if (Object.hasOwn(got, "__proto__")) return wrongKey("content", "__proto__");
  const message = `content must be at most ${contentLength} characters of JSON, got ${JSON.stringify(got).length}`;
  return { kind: "rejected", code: "too-long", field: "content", message };
}
