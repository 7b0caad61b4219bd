import { isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { ProviderFault } from "../trace/trace.ts";
import type { JsonObject } from "./draft.ts";

/**
 * The error that a body holds in place of an answer, in any of the shapes servers use: `error` as an object or text, `detail`,
 * vLLM's `object: "error"`. Null where the body is no error.
 *
 * @param body parsed JSON
 * @param status of the HTTP response, where known
 */
export function readFault(body: JsonObject, status: number | null = null): ProviderFault | null {
  const { error, detail } = body;
  if (isObject(error)) return faultOf(error, status);
  if (typeof error === "string") return { status: statusOf(body, status), code: null, message: error };
  if (body["object"] === "error" || (body["type"] === "error" && "message" in body)) return faultOf(body, status);
  if (typeof detail === "string") return { status, code: null, message: detail };
  if (Array.isArray(detail)) return { status, code: null, message: detail.map(detailText).join("; ") };
  return null;
}

function faultOf(error: JsonObject, status: number | null): ProviderFault {
  const code = error["code"];
  const name = stringOrNull(code) ?? stringOrNull(error["type"]) ?? stringOrNull(error["status"]);
  return { status: statusOf(error, status), code: name, message: stringOrNull(error["message"]) ?? "" };
}

function statusOf(error: JsonObject, status: number | null): number | null {
  if (status !== null) return status;
  const number = numberOrNull(error["status"]) ?? numberOrNull(error["status_code"]) ?? numberOrNull(error["code"]);
  return number !== null && Number.isInteger(number) && number >= 100 && number < 600 ? number : null;
}

function detailText(entry: unknown): string {
  if (typeof entry === "string") return entry;
  if (!isObject(entry)) return "";
  const place = Array.isArray(entry["loc"]) ? `${entry["loc"].join(".")}: ` : "";
  return `${place}${stringOrNull(entry["msg"]) ?? ""}`;
}
