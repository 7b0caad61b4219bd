import type { Estimate, IntervalKind, TestEstimate } from "@candor/core";

const INTERVAL_WORDS: Readonly<Record<IntervalKind, string>> = {
  exact: "at every n",
  asymptotic: "as n grows",
  conservative: "at every n, often wider than needed",
  approximate: "approximately",
  none: "–",
};

/** When an interval keeps its promise. */
export function intervalHolds({ interval }: Pick<Estimate, "interval">): string {
  return INTERVAL_WORDS[interval];
}

/** True for a test with a p-value. */
export function isTest(estimate: Estimate | TestEstimate): estimate is TestEstimate {
  return "pValue" in estimate;
}

/** What a test of calibration says, at the 5 % level. */
export function testReading({ pValue }: Pick<TestEstimate, "pValue">): string {
  return pValue <= 0.05 ? "evidence against calibration" : "no evidence against calibration";
}
