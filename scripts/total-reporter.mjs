// A Vitest reporter that counts: writes { passed, failed, skipped } to the file that CANDOR_TOTAL names.

import { writeFileSync } from "node:fs";

/**
 * Counts tests. A failure outside of any test (a file that cannot be loaded, a failing hook, an unhandled error) counts as
 * one failed test, so that a failed run never reads "0 failed".
 *
 * @param modules test modules of Vitest's reporter API
 * @param unhandledErrors errors that belong to no test
 */
export function countTests(modules, unhandledErrors) {
  const total = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    const before = total.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      total[state === "passed" || state === "failed" ? state : "skipped"]++;
    }
    if (!module.ok() && total.failed === before) total.failed++;
  }
  return total;
}

export default class TotalReporter {
  onTestRunEnd(modules, unhandledErrors) {
    writeFileSync(process.env.CANDOR_TOTAL, JSON.stringify(countTests(modules, unhandledErrors)));
  }
}
