import type { PolicyDocument } from "./policy.ts";

/** The part of a policy that its rows and its objective decide. */
export type DerivedPolicy = Pick<
  PolicyDocument,
  | "rule"
  | "thresholds"
  | "expected"
  | "alternatives"
  | "certificate"
  | "perSegment"
  | "missingLabels"
  | "curve"
  | "capacityCurve"
  | "verdict"
  | "warnings"
>;
