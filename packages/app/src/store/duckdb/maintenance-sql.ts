import type { cellTables } from "./cells-sql.ts";
import { countedOutcomes } from "./counted-sql.ts";
import { hourMs } from "./units.ts";

/** Predictions whose cells come from events: those at or after the time from which their project keeps them. */
export const livePredictions: string = `
SELECT p.* FROM predictions AS p JOIN scope AS s USING (project) WHERE s.kept_from IS NULL OR p.time >= s.kept_from`;

/** What counts of all predictions in scope. */
export const liveLabels: string = countedOutcomes(
  "(SELECT p.* FROM predictions AS p SEMI JOIN scope AS s USING (project))",
  "(SELECT o.* FROM outcomes AS o SEMI JOIN scope AS s USING (project))",
);

/** Cells by hour, in pieces, that events can confirm. */
export const liveCells: string = `
SELECT c.* FROM hour_sums AS c JOIN streams AS t USING (stream) JOIN scope AS s USING (project)
WHERE s.kept_from IS NULL OR c.bucket >= s.kept_from // ${hourMs}`;

/** Cells of one level of the projects in scope. */
export const cellsInScope = (table: (typeof cellTables)[number]["sums"]): string =>
  `SELECT c.* FROM ${table} AS c SEMI JOIN (SELECT t.stream FROM streams AS t SEMI JOIN scope AS s USING (project)) AS q USING (stream)`;
