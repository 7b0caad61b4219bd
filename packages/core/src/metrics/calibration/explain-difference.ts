import { InputError } from "../../errors.ts";
import type { Estimate, Spec } from "../../estimate.ts";
import { argsort } from "../../kernels/argsort.ts";
import { assignBins, type BinningOptions, type EdgeRule } from "../../kernels/bins.ts";

/**
 * Says in words why two calibration errors disagree on this data.
 *
 * @param a an estimate with the spec of a binned calibration error
 * @param b the other one
 * @param probabilities the n scores that both were computed on
 * @returns one or more sentences; says so when the two agree
 * @throws {InputError} `incompatible` when a spec is not that of a binned calibration error
 */
export function explainDifference(a: Estimate, b: Estimate, probabilities: Float64Array): string {
  checkBinned(a.spec);
  checkBinned(b.spec);
  const nameA = specName(a.spec);
  const nameB = specName(b.spec);
  const differenceText = `${format(a.value)} (${nameA}) and ${format(b.value)} (${nameB})`;
  const reasons = [...choiceReasons(a.spec, b.spec), ...rowReasons(a.spec, b.spec, probabilities)];
  if (a.value === b.value || Math.abs(a.value - b.value) < 1e-12)
    return reasons.length === 0
      ? `${nameA} and ${nameB} are the same number.`
      : `${nameA} and ${nameB} follow different rules but agree on this data: ${format(a.value)}.`;
  if (reasons.length === 0)
    return Math.abs(a.value - b.value) < 1e-9
      ? `${differenceText} differ only by rounding.`
      : `${differenceText} differ although they follow the same rules: they come from different rows.`;
  return `${differenceText} differ because ${reasons.join("; and ")}.`;
}

/** @throws {InputError} `incompatible` */
function checkBinned(spec: Spec): void {
  if (typeof spec["bins"] !== "number" || typeof spec["edges"] !== "string")
    throw new InputError("incompatible", `${spec.metric} is not a binned calibration error`);
}

/** A short name for a spec: the preset where there is one. */
function specName(spec: Spec): string {
  return typeof spec["preset"] === "string" ? spec["preset"] : String(spec.metric);
}

const format = (value: number): string => value.toPrecision(4);

const choiceWords: Readonly<Record<string, string>> = {
  norm: "the gaps of the bins are combined differently",
  label: "another probability is held against another event",
  debiased: "one of them takes off the upward bias",
  weighted: "one of them uses weights",
  bins: "the number of bins differs",
  binning: "the bins are cut differently",
};

function choiceReasons(a: Spec, b: Spec): string[] {
  const reasons: string[] = [];
  for (const [choice, words] of Object.entries(choiceWords)) {
    const left = a[choice] ?? "no";
    const right = b[choice] ?? "no";
    if (left !== right) reasons.push(`${words} (${left} against ${right})`);
  }
  return reasons;
}

/** Differences that only some rows feel: those on an edge. Told when all other choices are alike. */
function rowReasons(a: Spec, b: Spec, probabilities: Float64Array): string[] {
  if (a["edges"] === b["edges"]) return [];
  if (["binning", "bins", "label", "weighted"].some((choice) => a[choice] !== b[choice])) return [];
  if (a["weighted"] === true && a["binning"] === "equal-mass")
    return [`equal scores are treated differently: ${edgeWords(a)} against ${edgeWords(b)}`];
  const sorted = (): Uint32Array => argsort(probabilities);
  const left = assignBins(probabilities, binningOf(a), sorted).index;
  const right = assignBins(probabilities, binningOf(b), sorted).index;
  const shiftA = String(a["edges"]).startsWith("right-closed-zero-apart") ? 1 : 0;
  const shiftB = String(b["edges"]).startsWith("right-closed-zero-apart") ? 1 : 0;
  const moved = new Map<number, number>();
  let rows = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (left[i] - shiftA === right[i] - shiftB) continue;
    rows++;
    moved.set(probabilities[i], (moved.get(probabilities[i]) ?? 0) + 1);
  }
  if (rows === 0) return [];
  const values = [...moved].sort((x, y) => y[1] - x[1]).slice(0, 4);
  const list = values.map(([p, count]) => (count > 1 ? `${p} (${count}×)` : `${p}`)).join(", ");
  const more = moved.size > values.length ? ` and ${moved.size - values.length} other values` : "";
  const scores = rows === 1 ? "score" : "scores";
  const where = a["binning"] === "equal-width" ? ` ${rows === 1 ? "lies" : "lie"} on a bin edge and` : "";
  return [
    `${rows} of ${probabilities.length} ${scores}${where} ${rows === 1 ? "falls" : "fall"} into another bin: ${list}${more}; ` +
      `the rules are ${edgeWords(a)} against ${edgeWords(b)}`,
  ];
}

const ruleWords: Readonly<Record<string, string>> = {
  "right-closed": "(lo, hi]",
  "left-closed": "[lo, hi) with the last bin closed",
  "left-closed-open-end": "[lo, hi) with exactly 1 in a bin of its own",
  "right-closed-zero-apart": "(lo, hi] with exactly 0 in a bin of its own",
  "truncated-quotient": "trunc(p / (1 / bins)) in floating point",
  "ties-in-file-order": "equal counts, equal scores parted in file order",
  "ties-together": "equal counts, equal scores kept together",
};

function edgeWords(spec: Spec): string {
  const edges = String(spec["edges"]);
  const rule = edges.replace(/-linspace$/, "");
  const words = ruleWords[rule] ?? rule;
  return rule === edges ? words : `${words} on edges i × (1 / bins)`;
}

const edgeRules: readonly EdgeRule[] = [
  "right-closed",
  "left-closed",
  "left-closed-open-end",
  "right-closed-zero-apart",
  "truncated-quotient",
];

/** The binning that a spec describes. */
function binningOf(spec: Spec): BinningOptions {
  const bins = spec["bins"];
  const binning = spec["binning"];
  const edges = spec["edges"];
  if (typeof bins !== "number" || typeof edges !== "string") return {};
  if (binning === "equal-mass")
    return { bins, binning: "equal-mass", ties: edges === "ties-together" ? "together" : "file-order" };
  const rule = edgeRules.find((known) => known === edges.replace(/-linspace$/, ""));
  if (rule === undefined) throw new InputError("incompatible", `unknown edge rule "${edges}"`);
  return { bins, edgeRule: rule, edgeValues: edges.endsWith("-linspace") ? "linspace" : "quotient" };
}
