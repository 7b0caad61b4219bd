const NAMES: Readonly<Record<string, string>> = {
  accuracy: "Accuracy",
  meanConfidence: "Mean confidence",
  baseRate: "Base rate",
  meanProbability: "Mean probability",
  ece10: "ECE, 10 bins",
  ece: "ECE (expected calibration error)",
  eceLeft: "ECE, left-closed bins",
  eceEqualMass: "ECE, equal-mass bins",
  eceDebiased: "ECE, debiased",
  eceTopLabel: "ECE of the top label",
  l2CalibrationError: "L2 calibration error",
  sweepEce: "Sweep ECE",
  kernelCalibrationError: "Kernel calibration error",
  smoothEce: "Smooth ECE",
  classwiseEce: "Classwise ECE",
  mce: "MCE (largest gap of a bin)",
  brier: "Brier score",
  logLoss: "Log loss",
  auroc: "AUROC",
  averagePrecision: "Average precision",
  aurc: "AURC",
  aurcExpectedTies: "AURC, expected over ties",
  aurcFdShifts: "AURC as fd-shifts has it",
  aurcTorchUncertainty: "AURC as torch-uncertainty has it",
  achievableAurc: "Achievable AURC",
  eAurc: "E-AURC",
  augrc: "AUGRC",
  eAugrc: "E-AUGRC",
  riskAt80Coverage: "Wrong in the surest 80 %",
  coverageAt5PercentRisk: "Rows that can be acted on with 5 % wrong",
  spiegelhalter: "Spiegelhalter's z",
  ks: "Kolmogorov–Smirnov calibration error",
  kuiper: "Kuiper calibration error",
  hosmerLemeshow: "Hosmer–Lemeshow",
  coxSlope: "Cox slope",
  coxIntercept: "Cox intercept",
  calibrationInTheLarge: "Calibration in the large",
  ici: "ICI (mean gap to the smooth curve)",
  e50: "E50 (median gap to the smooth curve)",
  e90: "E90 (90th percentile of the gap)",
  emax: "Emax (largest gap to the smooth curve)",
  eMax: "Emax (largest gap to the smooth curve)",
  meanGap: "Mean gap (stated minus observed)",
  overconfidence: "Over-confidence",
  underconfidence: "Under-confidence",
  gap: "Gap (stated minus observed)",
  noiseFloor: "Noise floor",
};

const ACRONYMS = new Set([
  "fpr",
  "tpr",
  "auc",
  "augrc",
  "auarc",
  "aurc",
  "auroc",
  "corp",
  "ece",
  "ici",
  "ks",
  "l1",
  "l2",
  "mce",
  "pr",
  "roc",
]);

/**
 * A key in camel, kebab or snake case as words: `equalWidth` becomes `equal width`; capitals in a row stay.
 *
 * @param key a key or a choice of a spec
 */
export function wordsOf(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[_-]+/g, " ");
}

/**
 * The name of a metric for people.
 *
 * @param key the key under which a report has it (`smoothEce`), or the metric of a spec (`smooth-ece`)
 * @returns the well-known name, or the key as words with a capital
 */
export function metricName(key: string): string {
  const camel = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const known = Object.hasOwn(NAMES, camel) ? NAMES[camel] : undefined;
  if (known !== undefined) return known;
  const words = wordsOf(key)
    .split(" ")
    .map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word))
    .join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
