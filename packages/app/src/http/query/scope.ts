import { z } from "@hono/zod-openapi";
import type { PredictionFilter } from "../../store/event-store.ts";
import { HttpError } from "../http-error.ts";
import { parseTime } from "../ingest/parse-time.ts";
import { isName } from "../ingest/rejection.ts";

const name = (description: string, example: string) =>
  z.string().min(1).max(200).refine(isName, "text without control characters").openapi({ description, example });

const moment = (description: string, example: string) => z.string().min(1).max(40).openapi({ description, example });

/** A parameter that may come once or several times; always a list inside. */
export type RepeatedSchema = z.ZodType<string[], string | string[]>;

/** A parameter that may be left out. */
type Optional = z.ZodOptional<z.ZodString>;

/** A parameter that may come several times. */
const repeated = (description: string, example: string[]): z.ZodOptional<RepeatedSchema> =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (typeof value === "string" ? [value] : value))
    .pipe(z.array(z.string().min(3).max(401)).max(16))
    .optional()
    .openapi({
      description,
      example,
      param: { style: "form", explode: true },
      type: "array",
      items: { type: "string", minLength: 3, maxLength: 401 },
      maxItems: 16,
    });

/** Parameters that say over which time. */
export const windowParameters: { readonly from: Optional; readonly to: Optional; readonly window: Optional } = {
  from: moment(
    "Start, included: ISO 8601 with a zone, a date (UTC), or milliseconds since 1970",
    "2026-03-01",
  ).optional(),
  to: moment("End, not included; as `from`. Default: no end", "2026-04-01T00:00:00Z").optional(),
  window: z
    .string()
    .regex(/^[1-9]\d{0,4}[hdw]$/, "a number of hours, days or weeks, such as 36h, 7d or 4w")
    .optional()
    .openapi({ description: "The last hours (h), days (d) or weeks (w), such as 7d, in place of `from`" }),
};

/** Parameter that waits for what was just sent. */
export const freshParameter: {
  readonly fresh: z.ZodOptional<z.ZodEnum<{ true: "true"; false: "false" }>>;
} = {
  fresh: z.enum(["true", "false"]).optional().openapi({
    description:
      "`true`: everything that was acknowledged before this request is in the reply. Default: what is loaded",
    example: "false",
  }),
};

/** Parameters that say which predictions. */
export const scopeParameters: typeof windowParameters & {
  readonly model: Optional;
  readonly version: Optional;
  readonly route: Optional;
  readonly segment: z.ZodOptional<RepeatedSchema>;
} = {
  model: name("Of this model", "fraud").optional(),
  version: name("Of this version", "2026-03").optional(),
  route: name("Of this route", "checkout").optional(),
  segment: repeated(
    "With this segment value, as `key:value`, or `route:value`; may come several times, all must hold",
    ["country:DE"],
  ),
  ...windowParameters,
};

/** The parameters as they come. */
export interface ScopeQuery {
  readonly model?: string | undefined;
  readonly version?: string | undefined;
  readonly route?: string | undefined;
  readonly segment?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly window?: string | undefined;
}

/**
 * Which predictions a request asks about.
 *
 * @param now milliseconds since 1970
 * @throws {HttpError} 400 naming the parameter
 */
export function readScope(query: ScopeQuery, project: string, now: number): PredictionFilter {
  const { model, version } = query;
  const { route: ofSegments, ...segments } = readSegments(query.segment ?? []);
  const route = query.route ?? ofSegments;
  if (ofSegments !== undefined && ofSegments !== route)
    throw bad("segment", `a prediction has one route, got "${route}" and "${ofSegments}"`);
  return {
    project,
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
    ...(route === undefined ? {} : { route }),
    ...(Object.keys(segments).length === 0 ? {} : { segments }),
    ...readWindow(query, now),
  };
}

/**
 * The one segment that cells are asked for; null for all of a model version.
 *
 * @throws {HttpError} 400 where more than one is named: cells are kept of one at a time
 */
export function oneSegment({ route, segments = {} }: PredictionFilter): { key: string; value: string } | null {
  const named = Object.entries(segments).map(([key, value]) => ({ key, value }));
  if (route !== undefined) named.push({ key: "route", value: route });
  if (named.length > 1)
    throw bad(
      "segment",
      "this is answered for one segment or route at a time, got more; /predictions and /export take all",
    );
  return named[0] ?? null;
}

/** `from` and `to` in milliseconds. @throws {HttpError} 400 */
function readWindow({ from, to, window }: ScopeQuery, now: number): { from?: number; to?: number } {
  if (window !== undefined && from !== undefined) throw bad("window", "give window or from, not both");
  const end = to === undefined ? undefined : readMoment("to", to);
  const start =
    window === undefined
      ? from === undefined
        ? undefined
        : readMoment("from", from)
      : (end ?? now) - Number.parseInt(window, 10) * unitMs(window);
  if (start !== undefined && end !== undefined && start >= end)
    throw bad("to", `to must be after from, got ${new Date(start).toISOString()} to ${new Date(end).toISOString()}`);
  return { ...(start === undefined ? {} : { from: start }), ...(end === undefined ? {} : { to: end }) };
}

function unitMs(window: string): number {
  const hour = 3_600_000;
  return window.endsWith("h") ? hour : window.endsWith("d") ? 24 * hour : 168 * hour;
}

/** The latest moment that has a name. */
const lastMoment = 8.64e15;

function readMoment(field: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const time = parseTime(value, lastMoment / 2);
  if (typeof time === "string") throw bad(field, `${field} must be a date, ${time}, got "${text}"`);
  return time;
}

function readSegments(pairs: readonly string[]): Record<string, string> {
  const segments = new Map<string, string>();
  for (const pair of pairs) {
    const colon = pair.indexOf(":");
    const key = pair.slice(0, colon);
    const value = pair.slice(colon + 1);
    if (colon < 1 || !isName(key) || !isName(value)) throw bad("segment", `segment must be key:value, got "${pair}"`);
    if (segments.has(key) && segments.get(key) !== value)
      throw bad("segment", `a prediction has one value of ${key}, got "${segments.get(key)}" and "${value}"`);
    segments.set(key, value);
  }
  return Object.fromEntries(segments);
}

/** @returns the error for a parameter that is not what was expected */
export function bad(field: string, message: string): HttpError {
  return new HttpError(400, "invalid", message, { field });
}
