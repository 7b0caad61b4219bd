import { HttpError } from "../http-error.ts";
import type { Rejection } from "./rejection.ts";

/** A line of NDJSON that is not JSON, in the place of its item. */
export class BadLine {
  readonly rejection: Rejection;

  constructor(line: number) {
    this.rejection = { kind: "rejected", code: "json", field: "", message: `line ${line} is not JSON` };
  }
}

/**
 * The items of a body: one object, a list, or with `application/x-ndjson` one per line.
 *
 * @param most items of a batch
 * @returns parsed and unchecked; a line that is not JSON is a `BadLine`, so that the other lines can be taken
 * @throws {HttpError} 413 for too many, 415 for another media type, 400 for a body that is not JSON
 */
export function readItems(text: string, contentType: string | undefined, most: number): readonly unknown[] {
  const media = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  if (media === "application/x-ndjson" || media === "application/ndjson") return lines(text, most);
  if (media !== "application/json")
    throw new HttpError(415, "media-type", "send Content-Type: application/json or application/x-ndjson");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpError(400, "json", "the body is not JSON");
  }
  if (!Array.isArray(body)) return [body];
  if (body.length > most) throw tooMany(most);
  return body;
}

function lines(text: string, most: number): readonly unknown[] {
  const items: unknown[] = [];
  let number = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? text.length : end);
    from = end < 0 ? text.length : end + 1;
    number++;
    if (line === "" || line.trim() === "") continue;
    if (items.length === most) throw tooMany(most);
    items.push(parsed(line, number));
  }
  return items;
}

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return new BadLine(number);
  }
}

function tooMany(most: number): HttpError {
  return new HttpError(413, "too-many", `a batch may have at most ${most} items: send it in smaller batches`);
}
