/**
 * What counts as the outcome of each prediction, with the columns of `labels`: of every source its newest event, of those
 * that are not withdrawn the newest; of equals the one that arrived last. A label counts only where there is a prediction
 * to compare it with.
 *
 * @param predictions a table with the columns of `predictions`
 * @param outcomes a table with the columns of `outcomes`
 */
export function countedOutcomes(predictions: string, outcomes: string): string {
  return `
SELECT * FROM (
  SELECT p.seq, p.project, p.cohort, p.time, p.grid, p.confidence, p.propensity,
    CAST(coalesce(o.value, CASE WHEN o.label = p.prediction THEN 1 WHEN p.prediction IS NOT NULL THEN 0 END) AS UTINYINT)
      AS outcome,
    o.observed, o.received
  FROM ${predictions} AS p
  JOIN (
    SELECT * FROM (
      SELECT e.* FROM ${outcomes} AS e JOIN spine_projects AS s ON s.project = e.project AND s.counted = e.name
      QUALIFY row_number() OVER (PARTITION BY e.project, e.key, e.id, e.source ORDER BY e.observed DESC, e.seq DESC) = 1
    )
    WHERE value IS NOT NULL OR label IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY project, key, id ORDER BY observed DESC, seq DESC) = 1
  ) AS o ON o.key = p.key AND o.project = p.project AND o.id = p.id
)
WHERE outcome IS NOT NULL`;
}
