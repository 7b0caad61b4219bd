// The one plain line that `npm test`, `npm run check` and .ci/run end with.

/** `N passed, N failed`, with `, N skipped` when there are any. */
export function totalLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Makes the total the last line, however the process ends.
 *
 * @returns an object whose `total` is printed; until it is set, that is one failure
 */
export function endWithTotal() {
  const end = { total: { passed: 0, failed: 1 } };
  process.once("exit", () => console.log(totalLine(end.total)));
  return end;
}
