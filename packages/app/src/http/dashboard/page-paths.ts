/** Paths at which the dashboard is: all of them answer with the same page, which shows what the path says. */
export const pagePaths = [
  "/",
  "/calibration",
  "/over-time",
  "/decisions",
  "/segments",
  "/predictions",
  "/predictions/{id}",
  "/drop",
  "/calibrators",
  "/data-health",
  "/settings",
] as const;
