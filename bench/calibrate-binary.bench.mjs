// Binary calibrators beside scikit-learn and NumPy. Run: node bench/calibrate-binary.bench.mjs (after npm run build).
import { core, line, median, peers } from "./support.mjs";

const random = core.createRandom(1);
const n = 1_000_000;
const scores = Float64Array.from({ length: n }, () => random.uniform());
const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ** 1.3 ? 1 : 0));
const many = Float64Array.from({ length: 10_000_000 }, () => random.uniform());
const out = new Float64Array(many.length);
const knots = Array.from({ length: 10_000 }, (_, i) => ((i + 0.5) / 10_000) ** 2);

const python = peers("calibrate_binary");
const measure = (name, run) => line(name, median(run, 5), python[name]);

console.log("one million rows");
measure("platt on score, smoothed 1e6", () => core.fitPlatt(scores, outcomes, { input: "score", targets: "smoothed" }));
measure("platt on logit, smoothed 1e6", () => core.fitPlatt(scores, outcomes, { targets: "smoothed" }));
measure("platt on logit, hard 1e6", () => core.fitPlatt(scores, outcomes));
measure("temperature 1e6", () => core.fitBinaryTemperature(scores, outcomes));
measure("beta abm 1e6", () => core.fitBeta(scores, outcomes));
measure("quadratic 1e6", () => core.fitQuadratic(scores, outcomes));
measure("shrunken logit 1e6", () => core.fitShrunkenLogit(scores, outcomes));

console.log("ten million scores");
const apply = (name, map) => measure(name, () => core.applyBinaryMap(map, many, out));
apply("apply logistic 1e7", core.fitPlatt(scores, outcomes).map);
apply("apply interpolated, 1e4 knots 1e7", { kind: "interpolated", x: knots, y: knots });
apply("apply step, 1e4 knots 1e7", { kind: "step", x: knots, at: knots, between: [0, ...knots] });

console.log("one hundred rows");
const few = [scores.subarray(0, 100), outcomes.subarray(0, 100)];
measure("shrunken logit 1e2", () => core.fitShrunkenLogit(...few));
