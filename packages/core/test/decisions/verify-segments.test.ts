import { describe, expect, it } from "vitest";
import { type ConfidencePredictions, createRandom, makePolicy, type Objective, verifyPolicy } from "../../src/index.ts";
import { SOURCE } from "./samples.ts";

const RISK: Objective = { kind: "risk", maxError: 0.1, sure: 0.95, minCoverage: null };

/** Rows of one confidence in two sites, with so many errors of so many rows in each. */
function sites(counts: readonly (readonly [rows: number, errors: number])[]): ConfidencePredictions {
  const codes = Int32Array.from(counts.flatMap(([rows], site) => new Array<number>(rows).fill(site)));
  return {
    task: "confidence",
    rows: codes.length,
    classNames: [],
    segments: [{ name: "site", codes, values: counts.map((_, site) => `s${site}`) }],
    confidences: new Float64Array(codes.length).fill(0.9),
    correct: Uint8Array.from(
      counts.flatMap(([rows, errors]) => Array.from({ length: rows }, (_, i) => +(i >= errors))),
    ),
  };
}

const policy = makePolicy(
  sites([
    [500, 20],
    [500, 20],
  ]),
  { version: "1", source: SOURCE, objective: RISK, perSegment: true },
);

describe("verifyPolicy(policy with thresholds per segment, new rows)", () => {
  it("verifyPolicy(policy, rows) is broken where one segment breaks what holds for all together", () => {
    const checked = verifyPolicy(
      policy,
      sites([
        [900, 20],
        [100, 40],
      ]),
    );
    expect(checked.errors / checked.accepted).toBeLessThan(0.1);
    expect(checked.status).toBe("broken");
    expect(checked.sentence).toMatch(/^Broken in s1: 40 of 100 rows acted on are wrong \(40 %\), at least 3\d %/);
  });

  it("verifyPolicy(policy, rows) holds where it holds in every segment", () => {
    const kept = verifyPolicy(
      policy,
      sites([
        [900, 20],
        [400, 20],
      ]),
    );
    expect(kept.status).toBe("holds");
    expect(kept.sentence).toMatch(/^Holds on these rows in each of 2 segments: 40 of 1,300 rows acted on are wrong/);
    const few = verifyPolicy(
      policy,
      sites([
        [900, 20],
        [20, 1],
      ]),
    );
    expect(few.status).toBe("not-shown");
    expect(few.sentence).toMatch(/^These rows do not tell of s1: 1 of 20 rows acted on are wrong/);
    expect(few.moreRows).toBeGreaterThan(0);
  });

  it("verifyPolicy(policy, rows) calls true certificates broken in at most 5 of 100 samples", () => {
    const random = createRandom(8);
    const draw = (rows: number) =>
      Array.from({ length: rows }, () => +(random.uniform() < 0.1)).reduce((a, b) => a + b);
    let broken = 0;
    for (let run = 0; run < 200; run++) {
      const rows = sites([
        [150, draw(150)],
        [80, draw(80)],
      ]);
      if (verifyPolicy(policy, rows).status === "broken") broken++;
    }
    expect(broken / 200).toBeLessThan(0.1);
  });
});
