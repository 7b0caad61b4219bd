import { firstOfGroupSql } from "./kept-groups.ts";
import { hourMs } from "./units.ts";

/** What rows of cells add up, in the order of the columns after stream, bucket and cell. */
export const cellSums = [
  "predictions",
  "sum_confidence",
  "act",
  "review",
  "abstain",
  "uncertified",
  "count",
  "positives",
  "weight",
  "weight_positive",
  "squared",
  "squared_positive",
  "p",
  "p_positive",
  "pp",
  "loss",
] as const;

/** One of the sums of a cell. */
export type CellSum = (typeof cellSums)[number];

const narrow: ReadonlySet<CellSum> = new Set([
  "predictions",
  "act",
  "review",
  "abstain",
  "uncertified",
  "count",
  "positives",
]);

/** The whole hour of a time in milliseconds: `//` rounds towards zero, which is wrong before 1970. */
const hourOf = (time: string): string => `CAST(floor(${time} / ${hourMs}) AS INTEGER)`;

/** Sums by a grouping of rows that have the columns of cells. */
const added = (prefix = ""): string =>
  cellSums.map((sum) => `CAST(sum(${prefix}${sum}) AS ${narrow.has(sum) ? "BIGINT" : "HUGEINT"}) AS ${sum}`).join(", ");

const isSomething = cellSums.map((sum) => `${sum} <> 0`).join(" OR ");

const zeros = (count: number): string => new Array<string>(count).fill("0").join(", ");

const units = (value: string, bits: number): string => `CAST(round(${value} * ${2 ** bits}) AS HUGEINT)`;

/**
 * Cells per cohort and hour of what predictions add.
 *
 * @param from a table or subquery with the columns of `predictions` and `sign`, 1 or −1
 */
export function trafficOf(from: string): string {
  return `
SELECT cohort, ${hourOf("time")} AS bucket, grid AS cell,
  sum(sign) AS predictions,
  sum(sign * coalesce(${units("confidence", 32)}, 0)) AS sum_confidence,
  sum(CASE WHEN decision = 0 THEN sign ELSE 0 END) AS act,
  sum(CASE WHEN decision = 1 THEN sign ELSE 0 END) AS review,
  sum(CASE WHEN decision = 2 THEN sign ELSE 0 END) AS abstain,
  sum(CASE WHEN NOT certified THEN sign ELSE 0 END) AS uncertified,
  0 AS count, 0 AS positives, ${zeros(8)}
FROM ${from}
GROUP BY ALL`;
}

/**
 * Cells per cohort and hour of what labels add. Those without a confidence add to the counts and weights of their own cell,
 * and nothing to `p`, `pp` and `loss`.
 *
 * @param from a table or subquery with the columns of `labels` and `sign`, 1 or −1
 */
export function labelledOf(from: string): string {
  // `greatest` passes over nulls: without the condition a missing confidence would be a loss of 34.5.
  const right = "CASE WHEN outcome = 1 THEN confidence ELSE 1 - confidence END";
  const loss = `CASE WHEN confidence IS NOT NULL THEN -ln(greatest(${right}, 1e-15)) END`;
  return `
SELECT cohort, bucket, cell, 0 AS predictions, 0 AS sum_confidence, ${zeros(4)},
  sum(sign) AS count,
  sum(sign * outcome) AS positives,
  sum(sign * w) AS weight,
  sum(sign * outcome * w) AS weight_positive,
  sum(sign * ww) AS squared,
  sum(sign * outcome * ww) AS squared_positive,
  sum(sign * wp) AS p,
  sum(sign * outcome * wp) AS p_positive,
  sum(sign * wpp) AS pp,
  sum(sign * wl) AS loss
FROM (
  SELECT cohort, ${hourOf("time")} AS bucket, grid AS cell, CAST(sign AS HUGEINT) AS sign, outcome,
    ${units("1 / coalesce(propensity, 1)", 20)} AS w,
    ${units("1 / coalesce(propensity, 1) / coalesce(propensity, 1)", 20)} AS ww,
    ${units("coalesce(confidence, 0) / coalesce(propensity, 1)", 32)} AS wp,
    ${units("coalesce(confidence * confidence, 0) / coalesce(propensity, 1)", 32)} AS wpp,
    ${units(`coalesce(${loss}, 0) / coalesce(propensity, 1)`, 32)} AS wl
  FROM ${from}
)
GROUP BY ALL`;
}

const high = 2n ** 62n;

/** Sums that are kept in two columns. */
export const wideSums: readonly CellSum[] = cellSums.filter((sum) => !narrow.has(sum));

/**
 * Rows as the tables of cells keep them; the view of each gives back what went in.
 *
 * @param from a table or subquery with stream, bucket, cell and the columns of `cellSums`
 */
export function stored(from: string): string {
  const low = cellSums.map((sum) => (narrow.has(sum) ? sum : `CAST(${sum} % ${high} AS BIGINT) AS ${sum}`));
  const rest = wideSums.map((sum) => `CAST(${sum} // ${high} AS BIGINT) AS ${sum}_high`);
  return `SELECT stream, bucket, cell, ${[...low, ...rest].join(", ")} FROM ${from}`;
}

/** Cells per stream and hour from cells per cohort and hour; what cancels out is left out. */
export function hoursOf(cohortCells: readonly string[]): string {
  const columns = `cohort, bucket, cell, ${cellSums.join(", ")}`;
  return `
SELECT * FROM (
  SELECT s.stream, bucket, cell, ${added()}
  FROM (${cohortCells.map((sql) => `SELECT * FROM (${sql}) AS t(${columns})`).join(" UNION ALL ")}) AS c
  JOIN cohort_streams AS s ON s.cohort = c.cohort
  GROUP BY s.stream, bucket, cell
)
WHERE ${isSomething}`;
}

/** Rows of cells with one row per stream, bucket and cell; what cancels out is left out. */
export function addedUp(from: string): string {
  return `
SELECT * FROM (SELECT stream, bucket, cell, ${added()} FROM ${from} GROUP BY stream, bucket, cell)
WHERE ${isSomething}`;
}

/** Cells by day from cells by hour. */
export function daysOf(from: string): string {
  return addedUp(`(SELECT * REPLACE (CAST(floor(bucket / 24) AS INTEGER) AS bucket) FROM ${from})`);
}

/** Cells by week, in groups that go by their first cell, from cells by hour. Weeks begin on Monday. */
export function weeksOf(from: string): string {
  return addedUp(
    `(SELECT * REPLACE (CAST(floor((bucket + 72) / 168) AS INTEGER) AS bucket, ${firstOfGroupSql} AS cell) FROM ${from})`,
  );
}

/** Hours with all their cells in one, from cells by hour. */
export function totalsOf(from: string): string {
  return addedUp(`(SELECT * REPLACE (CAST(0 AS SMALLINT) AS cell) FROM ${from})`);
}

/** Tables of cells, each with the view of its sums. */
export const cellTables = [
  { table: "hour_cells", sums: "hour_sums" },
  { table: "day_cells", sums: "day_sums" },
  { table: "week_cells", sums: "week_sums" },
  { table: "hour_totals", sums: "total_sums" },
] as const;

/** A table of cells. */
export type CellTableName = (typeof cellTables)[number]["table"];

/**
 * Inserts of rows by stream, hour and cell into all tables of cells: one for each table.
 *
 * @param order in which they are written; a load of few rows leaves that to compaction
 */
export function insertsOf(from: string, order: "sorted" | "as-it-is" = "as-it-is"): string[] {
  const end = order === "sorted" ? " ORDER BY stream, bucket, cell" : "";
  return [
    `INSERT INTO hour_cells ${stored(from)}${end}`,
    `INSERT INTO day_cells ${stored(`(${daysOf(from)})`)}${end}`,
    `INSERT INTO week_cells ${stored(`(${weeksOf(from)})`)}${end}`,
    `INSERT INTO hour_totals ${stored(`(${totalsOf(from)})`)}${end}`,
  ];
}
