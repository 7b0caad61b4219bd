// Metrics on arrays in memory, beside NumPy and scikit-learn in the same run where python3 has them.

import { core, line, median, peers } from "./support.mjs";

const random = core.createRandom(1);
const n = 10_000_000;
const million = 1_000_000;
const scores = Float64Array.from({ length: n }, () => random.uniform());
const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ** 1.3 ? 1 : 0));
const p = scores.slice(0, million);
const y = outcomes.slice(0, million);

const ours = {
  "ece 1e7": median(() => core.expectedCalibrationError(scores, outcomes)),
  "auroc 1e6": median(() => core.auroc(p, y)),
  "aurc 1e6": median(() => core.aurc(p, y)),
  "aurc, ties averaged, 1e6": median(() => core.aurc(p, y, { convention: "expected-ties" })),
  "smooth ece 1e6": median(() => core.smoothEce(p, y)),
  "brier 1e6": median(() => core.brierScore(p, y)),
  "log loss 1e6": median(() => core.logLoss(p, y)),
  "isotonic decomposition 1e6": median(() => core.corpDecomposition(p, y)),
  "average precision 1e6": median(() => core.averagePrecision(p, y)),
  "noise floor 1e6": median(() => core.noiseFloor(p, y)),
};
const theirs = peers("metrics");
for (const [name, ms] of Object.entries(ours)) line(name, ms, theirs[name]);
