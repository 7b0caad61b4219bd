import type { Migration } from "../migration.ts";

const narrow = ["predictions", "act", "review", "abstain", "uncertified", "count", "positives"];
const wide = [
  "sum_confidence",
  "weight",
  "weight_positive",
  "squared",
  "squared_positive",
  "p",
  "p_positive",
  "pp",
  "loss",
];
const sums = [
  ...["predictions", "sum_confidence", "act", "review", "abstain", "uncertified", "count", "positives"],
  ...["weight", "weight_positive", "squared", "squared_positive", "p", "p_positive", "pp", "loss"],
];
const two62 = "4611686018427387904";

/** A sum of what is kept in two columns, or in one. */
const summed = (sum: string): string =>
  narrow.includes(sum)
    ? `CAST(sum(${sum}) AS BIGINT) AS ${sum}`
    : `CAST(sum(${sum}) + sum(${sum}_high) * ${two62} AS HUGEINT) AS ${sum}`;

const view = (name: string, table: string): string => `
CREATE VIEW ${name} AS SELECT stream, bucket, cell, ${sums
  .map((sum) => (narrow.includes(sum) ? sum : `${sum}_high::HUGEINT * ${two62} + ${sum} AS ${sum}`))
  .join(", ")}
FROM ${table};`;

const filled = (table: string, from: string, bucket: string, cell: string): string => `
INSERT INTO ${table} SELECT stream, bucket, cell,
  ${sums.map((sum) => (narrow.includes(sum) ? sum : `CAST(${sum} % ${two62} AS BIGINT)`)).join(", ")},
  ${wide.map((sum) => `CAST(${sum} // ${two62} AS BIGINT)`).join(", ")}
FROM (
  SELECT stream, CAST(${bucket} AS INTEGER) AS bucket, CAST(${cell} AS SMALLINT) AS cell,
    ${sums.map(summed).join(", ")}
  FROM ${from} GROUP BY ALL
)
WHERE ${sums.map((sum) => `${sum} <> 0`).join(" OR ")}
ORDER BY stream, bucket, cell;`;

/**
 * Cells by week, in groups, and hours without cells: what a fleet of many models over months reads. Weeks since that of 1970
 * begin on Monday; the cell of a group is its first.
 */
export const weeks: Migration = {
  number: 3,
  name: "weeks",
  sql: `
CREATE TABLE week_cells AS FROM hour_cells LIMIT 0;
CREATE TABLE hour_totals AS FROM hour_cells LIMIT 0;
${view("week_sums", "week_cells")}
${view("total_sums", "hour_totals")}
${filled(
  "week_cells",
  "day_cells",
  "floor((bucket + 3) / 7)",
  `CASE WHEN cell IN (0, 259, 518, 519) THEN cell WHEN cell < 21 OR cell > 497 THEN greatest(1, cell // 3 * 3)
    ELSE greatest(21, (cell - 4) // 8 * 8 + 4) END`,
)}
${filled("hour_totals", "hour_cells", "bucket", "0")}
`,
};
