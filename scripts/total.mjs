// The one plain line that `npm test`, `npm run check` and .ci/run end with.

/** `N passed, N failed`, with `, N skipped` when there are any. */
export function totalLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
