/** A threshold with five digits that never reads as 1 unless it is. */
export function thresholdText(threshold: number): string {
  if (threshold === 0 || threshold === 1) return String(threshold);
  const short = Number(threshold.toPrecision(5));
  return String(short === 1 ? Number(threshold.toPrecision(16)) : short);
}
