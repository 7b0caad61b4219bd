import { InputError } from "@candor/core";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { PredictionFilter } from "../event-store.ts";
import { Bindings } from "./bindings.ts";
import { cohortLimit } from "./catalogue.ts";
import { numberIn, rowsOf } from "./row-values.ts";

/** A project as reads see it. */
export interface ReadProject {
  readonly number: number;
  /** Some predictions have segments of their own, because there were too many combinations. */
  readonly hasOwnSegments: boolean;
}

/** The project of this id; null while nothing of it was loaded. */
export async function readProject(connection: DuckDBConnection, id: string): Promise<ReadProject | null> {
  const [row] = await rowsOf(
    connection,
    `SELECT project, (SELECT count(*) FROM cohorts AS c WHERE c.project = s.project) AS cohorts
     FROM spine_projects AS s WHERE id = $1`,
    [id],
  );
  if (row === undefined) return null;
  return { number: numberIn(row, "project"), hasOwnSegments: numberIn(row, "cohorts") >= cohortLimit };
}

/**
 * A moment as a whole number of milliseconds that divides times in the same way.
 *
 * @throws {InputError} `out-of-range`
 */
export function wholeTime(name: "from" | "to", value: number): number {
  const whole = Math.ceil(value);
  if (!Number.isSafeInteger(whole)) throw new InputError("out-of-range", `${name} is ${value}, expected milliseconds`);
  return whole;
}

/** Conditions on the table of cohorts. */
function cohortsOf(
  project: ReadProject,
  { model, version, route, segments }: Omit<PredictionFilter, "project">,
  bindings: Bindings,
): string {
  const conditions = [`project = ${project.number}`];
  if (model !== undefined) conditions.push(`model = ${bindings.text(model)}`);
  if (version !== undefined) conditions.push(`version = ${bindings.text(version)}`);
  if (route !== undefined) conditions.push(`route = ${bindings.text(route)}`);
  for (const [key, value] of Object.entries(segments ?? {}))
    conditions.push(`cohort IN (
      SELECT m.cohort FROM cohort_streams AS m JOIN streams AS s ON s.stream = m.stream
      WHERE s.project = ${project.number} AND s.segment_key = ${bindings.text(key)}
        AND s.segment_value = ${bindings.text(value)})`);
  return `SELECT cohort FROM cohorts WHERE ${conditions.join(" AND ")}`;
}

/** Where a key is in a JSON object (RFC 6901). */
const pointer = (key: string): string => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** Cohorts up to which they are named one by one: DuckDB finds the newest few of such rows thirty times faster. */
const mostNamed = 2000;

async function inCohorts(connection: DuckDBConnection, sql: string, values: DuckDBValue[]): Promise<string | null> {
  const rows = await rowsOf(connection, `${sql} ORDER BY cohort LIMIT ${mostNamed + 1}`, values);
  if (rows.length > mostNamed) return null;
  const numbers = rows.map((row) => numberIn(row, "cohort"));
  return numbers.length === 0 ? "false" : `p.cohort IN (${numbers.join(", ")})`;
}

/**
 * Conditions on a table `p` with the columns of `predictions`.
 *
 * @throws {InputError} `out-of-range` for times that are none
 */
export async function scopeOf(
  connection: DuckDBConnection,
  project: ReadProject,
  filter: PredictionFilter,
  bindings: Bindings,
): Promise<string[]> {
  const { model, version, route, segments = {}, from, to } = filter;
  const conditions = [`p.project = ${project.number}`];
  if (from !== undefined) conditions.push(`p.time >= ${bindings.bigint(wholeTime("from", from))}`);
  if (to !== undefined) conditions.push(`p.time < ${bindings.bigint(wholeTime("to", to))}`);
  const entries = Object.entries(segments);
  if (model === undefined && version === undefined && route === undefined && entries.length === 0) return conditions;
  const alone = new Bindings();
  const listed = await inCohorts(connection, cohortsOf(project, filter, alone), alone.values);
  const named = listed ?? `p.cohort IN (${cohortsOf(project, filter, bindings)})`;
  if (!project.hasOwnSegments || (route === undefined && entries.length === 0)) return [...conditions, named];
  const { route: _, segments: __, ...models } = filter;
  const own = [
    "p.own_segments IS NOT NULL",
    `p.cohort IN (${cohortsOf(project, models, bindings)})`,
    ...(route === undefined ? [] : [`p.own_route = ${bindings.text(route)}`]),
    ...entries.map(([key, value]) => {
      const said = `json_extract_string(p.own_segments, ${bindings.text(pointer(key))})`;
      return `${key === "route" ? `coalesce(p.own_route, ${said})` : said} = ${bindings.text(value)}`;
    }),
  ];
  return [...conditions, `((p.own_segments IS NULL AND ${named}) OR (${own.join(" AND ")}))`];
}
