import { describe, expect, it } from "vitest";
import {
  createRandom,
  makePolicy,
  type Objective,
  openPolicy,
  type PolicyOptions,
  policyFingerprint,
  policyFromCosts,
  verifyPolicy,
} from "../../src/index.ts";
import { calibratedRows, pairs, SOURCE } from "./samples.ts";

const RISK: Objective = { kind: "risk", maxError: 0.1, sure: 0.95, minCoverage: null };
const COSTS: Objective = {
  kind: "costs",
  costs: { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 },
};
const rows = calibratedRows(2000, 1);

function policy(objective: Objective, part: Partial<PolicyOptions> = {}) {
  return makePolicy(rows, { version: "1.0.0", source: SOURCE, objective, ...part });
}

/** Pairs of which the first are acted on, with so many errors among them. */
function acted(count: number, errors: number) {
  return pairs(
    Array.from({ length: count }, () => 0.99),
    Array.from({ length: count }, (_, i) => (i < errors ? 0 : 1)),
  );
}

const certified = makePolicy(acted(500, 20), { version: "1", source: SOURCE, objective: RISK });

describe("verifyPolicy", () => {
  it("verifyPolicy(policy, its rows) derives everything again, to the last digit", () => {
    const capacity = { reviews: 50, volume: 1000, period: "day" };
    const made = [
      policy(RISK),
      policy(RISK, { perSegment: true }),
      policy(RISK, { capacity, seed: 7 }),
      policy(COSTS, { current: { act: 0.7, abstain: null }, level: 0.9 }),
      policy({ kind: "precision", target: 0.8 }, { seed: 3, below: "review" }),
      policy({ kind: "capacity", ...capacity }, { by: [] }),
    ];
    for (const one of made) {
      const checked = verifyPolicy(openPolicy(JSON.parse(JSON.stringify(one))), rows);
      expect(checked).toMatchObject({ status: "holds", sameData: true, differences: [], rederived: one.certificate });
    }
  });

  it("verifyPolicy(policy, its rows) finds what was not derived from them", () => {
    const made = policy(RISK);
    if (!made.certificate) return;
    const forged = { ...made, certificate: { ...made.certificate, errors: 0 } };
    const checked = verifyPolicy({ ...forged, fingerprint: policyFingerprint(forged) }, rows);
    expect(checked).toMatchObject({ status: "broken", sameData: true, differences: ["certificate"] });
    expect(checked.sentence).toBe("Derived again from the same rows, the policy comes out otherwise: certificate.");
  });

  it("verifyPolicy(policy, its rows without the segments) compares all but these", () => {
    const checked = verifyPolicy(policy(RISK), { ...rows, segments: [] });
    expect(checked).toMatchObject({ status: "holds", sameData: true, differences: [] });
    expect(checked.sentence).toContain("segments were not compared");
    expect(() => verifyPolicy(policy(RISK, { perSegment: true }), { ...rows, segments: [] })).toThrow(
      "the policy decides by site: expected a column site, got no columns",
    );
  });

  it("verifyPolicy(policy, its rows) that certified nothing has nothing to show", () => {
    const made = policy({ ...RISK, maxError: 0.005 });
    expect(verifyPolicy(made, rows)).toMatchObject({ status: "not-shown", sameData: true, differences: [] });
  });

  it("verifyPolicy(policy, new rows) compares exact bounds with the error that was certified", () => {
    const holds = verifyPolicy(certified, acted(400, 20));
    expect(holds).toMatchObject({ status: "holds", sameData: false, accepted: 400, errors: 20, rederived: null });
    expect(holds.upper).toBeLessThanOrEqual(0.1);
    const broken = verifyPolicy(certified, acted(400, 80));
    expect(broken.status).toBe("broken");
    expect(broken.lower).toBeGreaterThan(0.1);
    expect(broken.sentence).toMatch(
      /^Broken: 80 of 400 rows acted on are wrong \(20 %\), at least 17 % with 95 % certainty where at most 10 % was certified\.$/,
    );
  });

  it("verifyPolicy(policy, few new rows) says how many more would tell", () => {
    expect(certified.verdict.sentence).toBe("Act on all rows: at most 10 % of them are wrong, 95 % sure.");
    const checked = verifyPolicy(certified, acted(30, 1));
    expect(checked.status).toBe("not-shown");
    const more = checked.moreRows ?? 0;
    expect(more).toBeGreaterThan(10);
    const enough = 30 + more;
    expect(verifyPolicy(certified, acted(enough, Math.ceil(enough / 30))).status).toBe("holds");
    expect(verifyPolicy(certified, acted(30, 3)).moreRows).toBeNull();
    const wrong = Array.from({ length: 200 }, () => 0.2);
    const parted = makePolicy(
      pairs(
        [...Array.from({ length: 500 }, () => 0.99), ...wrong],
        [...Array.from({ length: 500 }, (_, i) => (i < 20 ? 0 : 1)), ...wrong.map(() => 0)],
      ),
      { version: "1", source: SOURCE, objective: RISK },
    );
    expect(parted.verdict.sentence).toContain("Act on the 71 % of rows with a confidence of 0.99 or more");
    expect(verifyPolicy(parted, pairs([0.1], [1])).sentence).toBe(
      "The policy acts on none of these rows, so they tell nothing of its errors.",
    );
  });

  it("verifyPolicy(policy, new rows) calls a true certificate broken in at most 5 of 100 samples", () => {
    const random = createRandom(8);
    let broken = 0;
    for (let run = 0; run < 300; run++) {
      let errors = 0;
      for (let i = 0; i < 120; i++) if (random.uniform() < 0.1) errors++;
      if (verifyPolicy(certified, acted(120, errors)).status === "broken") broken++;
    }
    expect(broken / 300).toBeLessThan(0.1);
  });

  it("verifyPolicy(policy without certificate, new rows) compares error and cost with what was promised", () => {
    const made = policy(COSTS);
    const same = verifyPolicy(made, calibratedRows(2000, 2));
    expect(same).toMatchObject({ status: "holds", sameData: false, maxError: null, lower: null });
    expect(same.numbers.map(({ name }) => name)).toEqual(["error", "cost"]);
    const drifted = calibratedRows(2000, 3);
    drifted.outcomes.fill(0, 0, 500);
    const worse = verifyPolicy(made, drifted);
    expect(worse.status).toBe("broken");
    expect(worse.sentence).toMatch(/^Broken: the error among rows acted on is \d+ %/);
    expect(verifyPolicy(made, calibratedRows(12, 4)).status).toBe("not-shown");
  });

  it("verifyPolicy(policy of a target, new rows) looks at what the target is about", () => {
    const fewer = { ...rows, probabilities: rows.probabilities.map((p) => 0.8 * p) };
    const recall = verifyPolicy(policy({ kind: "recall", target: 0.9 }), fewer);
    expect(recall.numbers.map(({ name, status }) => [name, status])).toEqual([
      ["error", "holds"],
      ["recall", "broken"],
    ]);
    expect(recall.sentence).toMatch(/^Broken: the recall is \d+ % /);
    const coverage = verifyPolicy(policy({ kind: "coverage", target: 0.5 }), fewer);
    expect(coverage.numbers.find(({ name }) => name === "coverage")?.status).toBe("broken");
    const unsure = { ...rows, probabilities: rows.probabilities.map((p) => 0.3 + 0.4 * p) };
    const load = verifyPolicy(policy({ kind: "capacity", reviews: 50, volume: 1000, period: "day" }), unsure);
    expect(load.numbers.find(({ name }) => name === "reviewVolume")?.status).toBe("broken");
  });

  it("verifyPolicy(policy of a risk target, rows) bets on rows that weigh differently", () => {
    const weighing = (count: number, errors: number, weight: number) => ({
      ...acted(count, errors),
      weights: Float64Array.from({ length: count }, (_, i) => (i < errors ? weight : 1)),
    });
    const holds = verifyPolicy(certified, weighing(500, 20, 0.1));
    expect(holds.sentence).toMatch(
      /^Holds on these rows: 20 of 500 rows acted on are wrong \(0\.4\d % by weight\), at most /,
    );
    expect(holds.upper).toBeGreaterThan(2 / 482);
    expect(holds.upper).toBeLessThan(0.1);
    const broken = verifyPolicy(certified, weighing(500, 20, 10));
    expect(broken.sentence).toMatch(/^Broken: 20 of 500 rows acted on are wrong \(29 % by weight\), at least \d+ % /);
    const open = verifyPolicy(certified, weighing(20, 1, 2));
    expect([open.status, open.moreRows]).toEqual(["not-shown", null]);
    expect(open.sentence).toContain("how many cannot be told of rows that weigh differently");
    const own = makePolicy(weighing(500, 20, 0.1), { version: "1", source: SOURCE, objective: RISK });
    expect(verifyPolicy(own, weighing(500, 20, 0.1))).toMatchObject({
      status: "holds",
      sameData: true,
      differences: [],
    });
    expect(verifyPolicy(own, weighing(500, 20, 0.2)).sameData).toBe(false);
  });

  it("verifyPolicy(policy from costs alone, rows) has nothing to compare", () => {
    if (COSTS.kind !== "costs") return;
    const made = policyFromCosts({ scoreKind: "probability", classNames: ["no", "yes"] }, COSTS.costs, {
      version: "1",
    });
    expect(verifyPolicy(made, rows)).toMatchObject({ status: "not-shown", numbers: [] });
  });

  it("verifyPolicy(policy, other predictions) refuses them", () => {
    expect(() => verifyPolicy(certified, rows)).toThrow(
      "the policy is for confidence predictions, these are binary ones",
    );
    expect(() => verifyPolicy(policy(COSTS), { ...rows, classNames: ["yes", "no"] })).toThrow(
      "the policy is for the classes no, yes; the predictions have yes, no",
    );
  });
});
