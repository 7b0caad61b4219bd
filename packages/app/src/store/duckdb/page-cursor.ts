import { createHmac, timingSafeEqual } from "node:crypto";
import { InputError } from "@candor/core";
import type { PredictionQuery } from "../event-store.ts";

/** The last prediction of a page. */
export interface PagePlace {
  readonly time: number;
  readonly seq: number;
}

/** What a cursor belongs to: everything that chooses rows, whatever the order of its keys. */
function questionOf(query: PredictionQuery): string {
  const { cursor: _, limit: __, content: ___, segments = {}, confidence, from, window = from, ...rest } = query;
  const sorted = (object: object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    sorted({ ...rest, window }),
    sorted(segments),
    confidence?.from,
    confidence?.to,
    confidence?.source,
  ]);
}

function seal(place: string, query: PredictionQuery, salt: string): Buffer {
  return createHmac("sha256", salt)
    .update(`${place}\n${questionOf(query)}`)
    .digest()
    .subarray(0, 12);
}

/**
 * Where the next page of a query begins, as text that means nothing to anybody else.
 *
 * @param salt of the store
 */
export function writeCursor({ time, seq }: PagePlace, query: PredictionQuery, salt: string): string {
  const place = `${time}.${seq}`;
  return `${Buffer.from(place).toString("base64url")}.${seal(place, query, salt).toString("base64url")}`;
}

/**
 * @throws {InputError} `incompatible` for a cursor that this store did not write for this query
 */
export function readCursor(cursor: string, query: PredictionQuery, salt: string): PagePlace {
  const [place = "", seen = ""] = cursor.split(".");
  const text = Buffer.from(place, "base64url").toString();
  const expected = seal(text, query, salt);
  const given = Buffer.from(seen, "base64url");
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  const [time, seq] = text.split(".").map(Number);
  if (!isOurs || time === undefined || seq === undefined || cursor !== writeCursor({ time, seq }, query, salt))
    throw new InputError("incompatible", "the cursor is not one of a page of this query");
  return { time, seq };
}
