import { countText, percent, percentGiven } from "../../decisions/words.ts";
import type { Estimate } from "../../estimate.ts";
import type { OodPValueReport, OodReportDocument } from "./document.ts";

function ends({ lower, upper }: Estimate): string {
  return `${percent(lower)} to ${percent(upper)}`;
}

/** What the level can do with so few calibration rows. */
function cannotReach({ level, smallest, calibrationRows }: OodPValueReport): boolean {
  return level < smallest && calibrationRows > 0;
}

function sizeWords({ size, level }: OodPValueReport): string {
  return `${percent(size.value)} of the inside rows are at or below ${percentGiven(level)} (${ends(size)})`;
}

function neverWords({ level, calibrationRows, smallest }: OodPValueReport): string {
  return `No row can be called outside at ${percentGiven(level)}: with ${countText(calibrationRows)} calibration rows no p-value is below ${percent(smallest)}.`;
}

/** One or two plain sentences: whether the detector tells outside rows, or whether its p-values hold on inside rows. */
export function oodVerdict(auroc: Estimate | null, pValues: OodPValueReport | null): OodReportDocument["verdict"] {
  if (auroc === null) return insideVerdict(pValues);
  const { value, lower, upper } = auroc;
  const pairs = `A random inside row scores above a random outside row in ${percent(value)} of pairs (${percent(lower)} to ${percent(upper)})`;
  const status = lower > 0.5 ? "separates" : upper < 0.5 ? "does-not-separate" : "not-shown";
  const first =
    status === "separates"
      ? `${pairs}.`
      : status === "not-shown"
        ? `${pairs}: whether the detector tells them apart is not shown.`
        : `${pairs}: outside rows look more like the training data than inside rows do.`;
  return { status, sentence: `${first}${pValues === null ? "" : ` ${powerSentence(pValues)}`}` };
}

function powerSentence(pValues: OodPValueReport): string {
  const { power, size, level } = pValues;
  if (cannotReach(pValues)) return neverWords(pValues);
  const found = power === null ? "" : `${percent(power.value)} of the outside rows are found and `;
  return `At level ${percentGiven(level)}, ${found}${percent(size.value)} of the inside rows are called outside.`;
}

function insideVerdict(pValues: OodPValueReport | null): OodReportDocument["verdict"] {
  if (pValues === null)
    return {
      status: "no-p-values",
      sentence: "The detector has no calibration rows, so there are no p-values to check: fit it with some.",
    };
  const { level, areValid, size } = pValues;
  if (cannotReach(pValues)) return { status: "valid", sentence: neverWords(pValues) };
  if (areValid)
    return {
      status: "valid",
      sentence: `The p-values hold on these rows: ${sizeWords(pValues)}, where at most about ${percentGiven(level)} was promised.`,
    };
  return {
    status: "not-valid",
    sentence: `The p-values do not hold on these rows: ${sizeWords(pValues)}, where at most about ${percentGiven(level)} was promised. ${size.value > 0.5 ? "Most of these rows are" : "Some of these rows are"} unlike those that the detector was calibrated on.`,
  };
}

/** What else has to be said. */
export function oodWarnings(
  pValues: OodPValueReport | null,
  detectorNotes: readonly string[],
  hasOutside: boolean,
): string[] {
  const warnings: string[] = [...detectorNotes];
  if (pValues === null && hasOutside)
    warnings.push(
      "The detector has no calibration rows, so there are no p-values: fit it with --calibration-features or a share of the rows.",
    );
  if (pValues !== null && !pValues.areValid && hasOutside)
    warnings.push(
      `The p-values do not hold on the inside rows: ${sizeWords(pValues)}, where at most about ${percentGiven(pValues.level)} was promised.`,
    );
  if (pValues?.areValid && pValues.uniformity.pValue < 0.001)
    warnings.push(
      "The scores of the inside rows are distributed unlike those of the calibration rows, though few are at or below the level: other levels may not hold.",
    );
  return warnings;
}
