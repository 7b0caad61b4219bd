import { confidenceNames } from "@candor/llm";
import type { ClassValues, DecideRequest, Given, LlmGiven } from "../../serving/decide-request.ts";
import type { PredictionEvent } from "../../store/events.ts";
import { type CheckContext, checkPrediction } from "../ingest/check-prediction.ts";
import { expected, isName, isRecord, type Rejection, shown, wrongName } from "../ingest/rejection.ts";

/** What can be given to decide on; one of them. */
const givenNames = ["score", "logits", "probabilities", "llm"] as const;

const sharedNames = "id model version time route segments prediction task propensity content".split(" ");

const fields: ReadonlySet<string> = new Set([...sharedNames, ...givenNames, "inDistribution"]);

const llmFields: ReadonlySet<string> = new Set(["response", "score", "field", "index", "question"]);

/** A request to decide that is good in itself; whether it goes with what is active, `decideBatch` says. */
export interface CheckedDecide {
  readonly kind: "checked";
  readonly request: DecideRequest;
  /** What it says of itself: id, time, propensity. */
  readonly event: PredictionEvent;
  readonly content: Readonly<Record<string, unknown>> | null;
}

/** What `checkDecide` is told. */
export interface DecideContext extends CheckContext {
  /** Nothing is recorded: no id is needed. */
  readonly isDry: boolean;
}

/** One thing to decide as it was sent, or why it is not taken. `decideSchema` describes the same. */
export function checkDecide(item: unknown, context: DecideContext): CheckedDecide | Rejection {
  if (!isRecord(item)) return expected("type", "the item", "an object", item);
  for (const name in item) if (!fields.has(name)) return unknownField(name, fields, "");
  const given = checkGiven(item);
  if (given.kind === "rejected") return given;
  const shared: Record<string, unknown> = { confidence: null };
  for (const name of sharedNames) if (item[name] !== undefined) shared[name] = item[name];
  if (context.isDry && (item["id"] ?? null) === null) shared["id"] = "dry run";
  const checked = checkPrediction(shared, context);
  if (checked.kind === "rejected") return checked;
  const { event, content } = checked;
  const { model, version, route, segments, prediction } = event;
  const task = (item["task"] ?? null) === null ? null : event.task;
  const request: DecideRequest = { model, version, route, segments, prediction, task, given };
  const pValue = item["inDistribution"];
  if (pValue === undefined) return { kind: "checked", request, event, content };
  if (pValue !== null && !(typeof pValue === "number" && pValue >= 0 && pValue <= 1))
    return expected(
      typeof pValue === "number" ? "out-of-range" : "type",
      "inDistribution",
      "a p-value in [0, 1] or null",
      pValue,
    );
  return { kind: "checked", request: { ...request, insidePValue: pValue }, event, content };
}

function unknownField(name: string, known: ReadonlySet<string>, place: string): Rejection {
  const field = `${place}${name.slice(0, 40)}`;
  const message = `${field} is not a field of a request to decide; these are: ${[...known].join(", ")}`;
  return { kind: "rejected", code: "unknown-field", field, message };
}

function checkGiven(item: Readonly<Record<string, unknown>>): Given | Rejection {
  const present = givenNames.filter((name) => item[name] !== undefined);
  const [kind] = present;
  if (kind === undefined || present.length > 1) {
    const got = present.length === 0 ? "none of them" : present.join(" and ");
    const message = `one of ${givenNames.join(", ")} must be given, got ${got}`;
    return { kind: "rejected", code: present.length === 0 ? "missing" : "too-many", field: "", message };
  }
  const value = item[kind];
  if (kind === "score") {
    if (value === null || (typeof value === "number" && value >= 0 && value <= 1)) return { kind, score: value };
    return expected(typeof value === "number" ? "out-of-range" : "type", "score", "a number in [0, 1] or null", value);
  }
  if (kind === "llm") {
    const llm = checkLlm(value);
    return "response" in llm ? { kind, llm } : llm;
  }
  return isClassValues(value)
    ? { kind, values: value }
    : expected("type", kind, "a list of numbers, or an object of class names and numbers", value);
}

function isClassValues(value: unknown): value is ClassValues {
  if (Array.isArray(value)) return value.every((one) => typeof one === "number");
  return isRecord(value) && Object.values(value).every((one) => typeof one === "number");
}

function checkLlm(value: unknown): LlmGiven | Rejection {
  if (!isRecord(value)) return expected("type", "llm", "an object with the response of a provider", value);
  for (const name in value) if (!llmFields.has(name)) return unknownField(name, llmFields, "llm.");
  const { response } = value;
  if (typeof response !== "object" || response === null)
    return expected("type", "llm.response", "the parsed JSON of a provider's response", response);
  const given = value["score"] ?? undefined;
  const score = confidenceNames.find((name) => name === given);
  if (given !== undefined && score === undefined)
    return expected("name", "llm.score", `one of ${confidenceNames.join(", ")}`, given);
  const field = value["field"] ?? undefined;
  if (field !== undefined && (typeof field !== "string" || !isName(field))) return wrongName("llm.field", field);
  if (field !== undefined && score !== undefined)
    return {
      kind: "rejected",
      code: "too-many",
      field: "llm.field",
      message: "llm.score or llm.field must be given, got both",
    };
  const index = value["index"] ?? undefined;
  if (index !== undefined && !(typeof index === "number" && Number.isSafeInteger(index) && index >= 0))
    return {
      ...expected("type", "llm.index", "", null),
      message: `llm.index must be a whole number, got ${shown(index)}`,
    };
  const question = value["question"] ?? undefined;
  if (question !== undefined && (typeof question !== "string" || !isName(question)))
    return wrongName("llm.question", question);
  return {
    response,
    ...(score === undefined ? {} : { score }),
    ...(field === undefined ? {} : { field }),
    ...(index === undefined ? {} : { index }),
    ...(question === undefined ? {} : { question }),
  };
}
