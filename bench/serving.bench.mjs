// One decision at a time and in batches, without HTTP and store.

import { activeOf, artefactId, openArtefact } from "../packages/app/dist/serving/active.js";
import { decideBatch, decideOne } from "../packages/app/dist/serving/decide-batch.js";
import { core } from "./support.mjs";

const random = core.createRandom(1);
const settings = {
  maturityHours: 0,
  outcomeName: "outcome",
  retentionDays: null,
  contentDays: null,
  whenUncertified: "review",
};
const rows = 50_000;
const scores = Float64Array.from({ length: rows }, () => random.uniform());
const outcomes = Uint8Array.from(scores, (score) => (random.uniform() < score ** 2 ? 1 : 0));
const source = { name: "bench", rows, skipped: [], columns: {}, approximate: false, notes: [] };
const costs = { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 };

function servingOf(calibrator) {
  const document = core.policyFromCosts(calibrator, costs, { version: "0" });
  const made = { project: "p", model: "m", version: "1", createdAt: 0, createdBy: "cli", note: null };
  const artefact = { id: artefactId("policy", document.fingerprint), kind: "policy", document, ...made };
  const scope = { project: "p", model: "m", version: null, route: null, activatedAt: 0, activatedBy: "cli" };
  const activation = { ...scope, calibratorId: null, policyId: artefact.id };
  const known = new Map();
  return {
    settings,
    scopes: [activation],
    active(model, version, route) {
      const key = `${model}\n${version}\n${route}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const active = activeOf({ model, version, route }, activation, [openArtefact(artefact)], settings);
      known.set(key, active);
      return active;
    },
  };
}

function calibratorOf(own) {
  return core.sealCalibrator({
    schema: "candor.calibrator/1",
    version: "0",
    parameters: {},
    certificate: null,
    n: rows,
    effectiveN: rows,
    created: null,
    spec: { metric: "calibrator" },
    data: { name: source.name, fingerprint: `sha256:${"0".repeat(64)}` },
    evidence: null,
    segments: null,
    ...own,
  });
}

const single = (method, map) => calibratorOf({ method, scoreKind: "confidence", classNames: [], map });
const classNames = Array.from({ length: 10 }, (_, k) => `c${k}`);
const temperature = { kind: "linear", scale: 0.7, bias: null, prepare: null };
const calibrators = {
  spline: single("spline", core.fitSpline(scores, outcomes).map),
  isotonic: single("isotonic", core.fitIsotonic(scores, outcomes).map),
  "Venn–Abers": single("venn-abers", core.fitVennAbers(scores, outcomes).map),
  "10 logits": calibratorOf({ method: "temperature", scoreKind: "logits", classNames, clip: null, map: temperature }),
};

for (const [name, calibrator] of Object.entries(calibrators)) {
  const serving = servingOf(calibrator);
  const given = (score) =>
    calibrator.scoreKind === "logits"
      ? { kind: "logits", values: classNames.map((_, k) => score * k) }
      : { kind: "score", score };
  const shared = { model: "m", version: "1", route: null, segments: {}, prediction: null, task: null };
  const requests = Array.from(scores, (score) => ({ ...shared, given: given(score) }));
  for (const request of requests.slice(0, 5000)) decideOne(request, serving);
  const times = new Float64Array(requests.length);
  requests.forEach((request, i) => {
    const start = performance.now();
    decideOne(request, serving);
    times[i] = 1000 * (performance.now() - start);
  });
  times.sort();
  const start = performance.now();
  for (let i = 0; i < requests.length; i += 500) decideBatch(requests.slice(i, i + 500), serving);
  const perRow = (1000 * (performance.now() - start)) / requests.length;
  const at = (share) => times[Math.floor(share * times.length)].toFixed(2);
  console.log(
    `${name.padEnd(12)} one: median ${at(0.5)} µs, 99 % ${at(0.99)} µs; in batches of 500: ${perRow.toFixed(2)} µs a row`,
  );
}
