import { InputError } from "../../errors.ts";
import type { Estimate, Spec } from "../../estimate.ts";
import type { BinningOptions } from "../../kernels/bins.ts";
import { type BinnedErrorOptions, expectedCalibrationError } from "./binned-calibration-error.ts";

/** Tools whose binned calibration error can be reproduced under their own name. */
export type PresetName =
  | "guo"
  | "verified_calibration"
  | "sklearn"
  | "netcal"
  | "torchmetrics"
  | "pycalib"
  | "relplot"
  | "mapie";

interface Preset {
  readonly defaultBins: number;
  readonly options: (bins: number) => BinningOptions;
  /** What the tool does, in words. */
  readonly rule: string;
}

const presets: Readonly<Record<PresetName, Preset>> = {
  guo: {
    defaultBins: 15,
    options: (bins) => ({ bins, edgeRule: "right-closed" }),
    rule: "bins (lo, hi]",
  },
  verified_calibration: {
    defaultBins: 15,
    options: (bins) => ({ bins, edgeRule: "right-closed" }),
    rule: "bins (lo, hi] (its get_ece)",
  },
  sklearn: {
    defaultBins: 5,
    options: (bins) => ({ bins, edgeRule: "right-closed", edgeValues: "linspace" }),
    rule: "bins (lo, hi] of calibration_curve, strategy uniform",
  },
  netcal: {
    defaultBins: 10,
    options: (bins) => ({ bins, edgeRule: "left-closed", edgeValues: "linspace" }),
    rule: "bins [lo, hi), the last one closed",
  },
  torchmetrics: {
    defaultBins: 15,
    options: (bins) => ({ bins, edgeRule: "left-closed-open-end", edgeValues: "linspace" }),
    rule: "bins [lo, hi), a score of exactly 1 in a bin of its own",
  },
  pycalib: {
    defaultBins: 15,
    options: (bins) => ({ bins, edgeRule: "left-closed-open-end", edgeValues: "linspace" }),
    rule: "bins [lo, hi), a score of exactly 1 in a bin of its own",
  },
  relplot: {
    defaultBins: 10,
    options: (bins) => ({ bins, edgeRule: "truncated-quotient" }),
    rule: "bin number trunc(p / (1 / bins)) in floating point",
  },
  mapie: {
    defaultBins: 50,
    options: (bins) => ({ bins: bins - 1, edgeRule: "right-closed-zero-apart", edgeValues: "linspace" }),
    rule: "one bin fewer than asked, (lo, hi], a score of exactly 0 in a bin of its own",
  },
};

/** The names of all presets, in the order of the docs. */
export const presetNames: readonly PresetName[] = Object.keys(presets).filter(isPreset);

function isPreset(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

/** What a preset does, in words. */
export function presetRule(name: PresetName): string {
  return presets[name].rule;
}

/** How a tool cuts scores into bins, given its own argument `bins`. */
export function presetBinning(name: PresetName, bins: number = presets[name].defaultBins): BinningOptions {
  return presets[name].options(bins);
}

/**
 * The binned calibration error as another tool computes it, in float64.
 *
 * @param name tool to reproduce
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @param options `bins`: as that tool's own argument, default its default
 * @returns the tool's value under a spec that carries its name and the rule it follows
 * @throws {InputError} `unknown-option`, and those of `expectedCalibrationError`
 *
 * Source: the source code of each tool at the version named in docs/conventions.md.
 */
export function presetCalibrationError(
  name: PresetName,
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: Omit<BinnedErrorOptions, keyof BinningOptions> & { readonly bins?: number } = {},
): Estimate {
  if (!isPreset(name))
    throw new InputError("unknown-option", `unknown preset "${name}", expected one of ${presetNames.join(", ")}`);
  const { bins, ...rest } = options;
  const estimate = expectedCalibrationError(probabilities, outcomes, { ...rest, ...presetBinning(name, bins) });
  const spec: Spec = { ...estimate.spec, preset: name };
  return { ...estimate, spec };
}
