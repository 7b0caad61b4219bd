import {
  decomposeEntropy,
  decomposeForecastVariance,
  decomposeVariance,
  expectedPairwiseKl,
  type Members,
  mixtureIntervals,
  pairwiseDisagreement,
  predictiveMean,
  topLabel,
  voteVariationRatio,
} from "@candor/core";
import type { KeptMembers } from "./members-report.ts";

/**
 * The uncertainty of every row as CSV: the row of the file, what the ensemble predicts, and how much of its uncertainty is noise
 * and how much is unknown.
 *
 * @param classNames in the order of the members' classes
 */
export function uncertaintyRows(kept: KeptMembers, classNames: readonly string[]): string {
  return kept.forecasts === undefined ? classRows(kept, classNames) : forecastRows(kept);
}

function classRows({ members, memberWeights, rowNumbers }: KeptMembers, classNames: readonly string[]): string {
  if (members === undefined) throw new TypeError("these members forecast numbers");
  const options = memberWeights ? { memberWeights } : {};
  const { predicted, confidence } = topLabel(predictiveMean(members, options));
  const columns = measuresOf(members, options);
  return written(["row", "predicted", "confidence", ...Object.keys(columns)], rowNumbers, (i) => [
    quoted(classNames[predicted[i]!] ?? String(predicted[i])),
    number(confidence[i]!),
    ...Object.values(columns).map((values) => number(values[i]!)),
  ]);
}

function measuresOf(members: Members, options: { memberWeights?: Float64Array }): Record<string, Float64Array> {
  const entropy = decomposeEntropy(members, options);
  const variance = decomposeVariance(members, options);
  return {
    total: entropy.total,
    aleatoric: entropy.aleatoric,
    epistemic: entropy.epistemic,
    total_variance: variance.total,
    aleatoric_variance: variance.aleatoric,
    epistemic_variance: variance.epistemic,
    variation_ratio: voteVariationRatio(members, options),
    disagreement: pairwiseDisagreement(members, options),
    pairwise_kl: expectedPairwiseKl(members, { ...options, clip: 1e-12 }),
  };
}

function forecastRows({ forecasts, memberWeights, rowNumbers }: KeptMembers): string {
  if (forecasts === undefined) throw new TypeError("these members give probabilities");
  const options = memberWeights ? { memberWeights } : {};
  const { mean, aleatoric, epistemic, total } = decomposeForecastVariance(forecasts, options);
  const interval = forecasts.sigmas === undefined ? undefined : mixtureIntervals(forecasts, { ...options, level: 0.9 });
  const columns: Record<string, Float64Array> = {
    mean,
    ...(total ? { total: total.map(Math.sqrt) } : {}),
    ...(aleatoric ? { aleatoric: aleatoric.map(Math.sqrt) } : {}),
    epistemic: epistemic.map(Math.sqrt),
    ...(interval ? { lower90: interval.lower, upper90: interval.upper } : {}),
  };
  return written(["row", ...Object.keys(columns)], rowNumbers, (i) =>
    Object.values(columns).map((values) => number(values[i]!)),
  );
}

function written(head: readonly string[], rowNumbers: Int32Array, cells: (i: number) => readonly string[]): string {
  const lines = [head.join(",")];
  rowNumbers.forEach((row, i) => {
    lines.push(`${row},${cells(i).join(",")}`);
  });
  return `${lines.join("\n")}\n`;
}

/** Twelve digits: more than any measure is good for. */
const number = (x: number): string => String(Number(x.toPrecision(12)));

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
