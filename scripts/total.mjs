// Counts what passed and failed, for the one plain line that `npm test`, `npm run check` and .ci/run end with.

/**
 * Counts the tests of a Vitest JSON report. A file that could not be loaded counts as one failure, and so does a run that
 * failed outside of any test: a failed run never reads "0 failed".
 *
 * @param report parsed JSON report, or undefined when there is none
 * @param exitCode of Vitest
 */
export function totalOf(report, exitCode) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report?.testResults ?? []) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const { status } of file.assertionResults)
      counts[status === "passed" || status === "failed" ? status : "skipped"]++;
    if (file.status === "failed" && counts.failed === 0) counts.failed = 1;
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  if (exitCode !== 0 && total.failed === 0) total.failed = 1;
  return total;
}

/** `N passed, N failed`, with `, N skipped` when there are any. */
export function totalLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
