import type { DetectionDocument, DetectionError } from "@candor/core";
import { formatNumber } from "@candor/pages";

/** A name and what is known under it; rows without a number are left out. */
export interface NamedError {
  readonly name: string;
  readonly error: DetectionError;
}

/** The calibration errors of a report, with their names. */
export function namedErrors({ calibration, laeceIou }: DetectionDocument): NamedError[] {
  if (calibration === null) return [];
  const { ece, byPosition, byShape, byBox, laece } = calibration;
  const rows: { name: string; error: DetectionError | null }[] = [
    { name: "D-ECE by score", error: ece },
    { name: "by score, place", error: byPosition },
    { name: "by score, size", error: byShape },
    { name: "by score, place, size", error: byBox },
    { name: `LaECE (overlap ${laeceIou})`, error: laece },
  ];
  return rows.flatMap(({ name, error }) => (error === null ? [] : [{ name, error }]));
}

/** The table of COCO, with names. */
export function namedPrecisions({ averagePrecision: ap, maxDets }: DetectionDocument): {
  readonly name: string;
  readonly estimate: NonNullable<typeof ap.ap>;
}[] {
  return [
    { name: "AP 0.50:0.95", estimate: ap.ap },
    { name: "AP 0.50", estimate: ap.ap50 },
    { name: "AP 0.75", estimate: ap.ap75 },
    { name: "AP small", estimate: ap.apSmall },
    { name: "AP medium", estimate: ap.apMedium },
    { name: "AP large", estimate: ap.apLarge },
    { name: "AR 1 detection", estimate: ap.ar1 },
    { name: "AR 10", estimate: ap.ar10 },
    { name: `AR ${maxDets}`, estimate: ap.ar100 },
  ].flatMap(({ name, estimate }) => (estimate === null ? [] : [{ name, estimate }]));
}

/** A cutoff, or a word where there is none. */
export function cutoffText(cutoff: number | null): string {
  return cutoff === null ? "none" : formatNumber(cutoff, 3);
}

/** How the words of a verdict are shown. */
export function detectionTone({ verdict }: DetectionDocument): {
  readonly tone: "good" | "neutral" | "bad";
  readonly word: string;
} {
  if (verdict.status === "calibrated") return { tone: "good", word: "Calibrated" };
  return verdict.status === "unknown"
    ? { tone: "neutral", word: "Cannot tell" }
    : { tone: "bad", word: "Not calibrated" };
}
