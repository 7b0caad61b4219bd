// Calibrators without a parametric form at one million rows, beside scikit-learn's isotonic regression in the same run.

import { spawnSync } from "node:child_process";
import { core, line, median } from "./support.mjs";

const random = core.createRandom(1);
const million = 1_000_000;
const scores = Float64Array.from({ length: million }, () => random.uniform());
const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ** 1.3 ? 1 : 0));
const crowded = scores.map((p) => p ** 12);

const script = `
import json, time
import numpy as np
from sklearn.isotonic import IsotonicRegression
rng = np.random.default_rng(1)
p = rng.random(1_000_000)
y = (rng.random(1_000_000) < p ** 1.3).astype(float)
def median(x):
    times = []
    for _ in range(7):
        start = time.perf_counter()
        IsotonicRegression(out_of_bounds="clip").fit(x, y)
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[3]
print(json.dumps({"isotonic 1e6": median(p), "isotonic 1e6, scores crowded at 0": median(p ** 12)}))
`;

const ours = {
  "isotonic 1e6": median(() => core.fitIsotonic(scores, outcomes)),
  "isotonic 1e6, scores crowded at 0": median(() => core.fitIsotonic(crowded, outcomes)),
  "Venn-Abers 1e6": median(() => core.fitVennAbers(scores, outcomes)),
  "histogram binning 1e6": median(() => core.fitHistogramBinning(scores, outcomes)),
  "scaling-binning 1e6": median(() => core.fitScalingBinning(scores, outcomes)),
  "BBQ 1e6": median(() => core.fitBbq(scores, outcomes)),
  "spline 1e6": median(() => core.fitSpline(scores, outcomes)),
};
const { status, stdout } = spawnSync(process.env.CANDOR_PYTHON ?? "python3", ["-c", script], { encoding: "utf8" });
const theirs = status === 0 ? JSON.parse(stdout) : {};
if (status !== 0) console.log("(no Python peer: python3 lacks scikit-learn)");
for (const [name, ms] of Object.entries(ours)) line(name, ms, theirs[name]);
