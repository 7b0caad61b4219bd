import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/errors.ts";
import type { OodDetector } from "../../../src/ood/detector.ts";
import { type OodReportOptions, oodReport } from "../../../src/ood/report/build-ood-report.ts";
import { betaBinomialTail } from "../../../src/ood/report/p-value-report.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";
import { binomialBand } from "../binomial-band.ts";

const hash = `sha256:${"0".repeat(64)}`;

function detector(calibration: Float64Array | null, method: OodDetector["method"] = "energy"): OodDetector {
  return {
    schema: "candor.ood-detector/1",
    version: "test",
    created: null,
    method,
    spec: { metric: "ood-score", method },
    reads: { logits: "given", probabilities: "none", features: "none", classes: 3, width: 0 },
    head: null,
    parts: [{ method: "energy", settings: {}, arrays: {} }],
    combination: null,
    n: 100,
    data: { name: "training rows", fingerprint: hash },
    calibration: calibration && { n: calibration.length, scores: [...calibration].sort((a, b) => a - b) },
    notes: [],
    fingerprint: hash,
  };
}

const normal = (random: Random, n: number, shift = 0): Float64Array =>
  Float64Array.from({ length: n }, () => shift + random.normal());

function options(over: Partial<OodReportOptions> = {}): OodReportOptions {
  const random = createRandom(1);
  return {
    version: "test",
    inside: "in.npy",
    outside: ["far.npy", "near.npy"],
    reported: {
      detector: detector(normal(random, 199)),
      inside: normal(random, 300),
      outside: [normal(random, 150, -4), normal(random, 100, -1)],
    },
    ...over,
  };
}

describe("oodReport(options)", () => {
  it("oodReport(options) has every part with outside rows, and agrees with itself", () => {
    const random = createRandom(2);
    const given = options();
    const document = oodReport({
      ...given,
      others: [
        {
          detector: detector(null, "msp"),
          inside: normal(random, 300),
          outside: [normal(random, 150), normal(random, 100)],
        },
      ],
      predictions: {
        inside: Float64Array.from({ length: 300 }, () => random.uniform()),
        correct: Uint8Array.from({ length: 300 }, () => (random.uniform() < 0.9 ? 1 : 0)),
        outside: [150, 100].map((n) => Float64Array.from({ length: n }, () => random.uniform())),
      },
    });
    expect(JSON.parse(JSON.stringify(document)).schema).toBe("candor.ood/1");
    expect(document.rows).toEqual({ inside: 300, outside: 250 });
    expect(document.auroc?.value).toBeGreaterThan(0.8);
    expect(document.auprIn?.spec).toMatchObject({ positive: "inside", rule: "step" });
    expect(document.auprOutTrapezoid?.spec).toMatchObject({ positive: "outside", rule: "trapezoid" });
    expect(document.fpr95?.spec).toMatchObject({ positive: "inside" });
    expect(document.fpr95Outside?.spec).toMatchObject({ positive: "outside" });
    const { falseDiscovery: found } = document;
    expect(found).toMatchObject({ target: 0.1, rows: 550, method: "benjamini-hochberg" });
    expect(found?.value).toBe((found?.wrong ?? 0) / (found?.found ?? 1));
    expect(found?.power.value).toBe(((found?.found ?? 0) - (found?.wrong ?? 0)) / 250);
    expect(document.falseDiscoveryRate?.upper).toBeLessThan(0.1);
    expect(document.falseDiscoveryRate?.n).toBe(1000);
    expect(document.ranking.map(({ method }) => method)).toEqual(["energy", "msp"]);
    expect(document.ranking[1]?.difference?.upper).toBeLessThan(0);
    expect(document.perOutside.map(({ name, n }) => [name, n])).toEqual([
      ["far.npy", 150],
      ["near.npy", 100],
    ]);
    expect(document.pValues?.histogram.reduce((sum, { inside }) => sum + inside, 0)).toBeCloseTo(1, 12);
    expect(document.pValues?.histogram[0]?.inside).toBeCloseTo(document.pValues?.size.value ?? 0, 12);
    expect(document.verdict.status).toBe("separates");
    const [clean, , , half] = document.selective ?? [];
    expect(clean?.accuracy.value).toBeCloseTo(0.9, 1);
    expect(half?.accuracy.value).toBeCloseTo((clean?.accuracy.value ?? 0) / 2, 12);
    // Demanding "inside" leaves nearly no outside row of the far kind, so accuracy rises at half outside rows.
    expect(half?.demanded?.accuracy?.value).toBeGreaterThan(half?.accuracy.value ?? 1);
    expect(clean?.demanded?.coverage.value).toBeCloseTo(1 - (document.pValues?.size.value ?? 1), 12);
    const both = half?.curves.find(({ order }) => order === "both");
    const confidence = half?.curves.find(({ order }) => order === "confidence");
    expect(both?.aurc.value).toBeLessThan(confidence?.aurc.value ?? 0);
  });

  it("oodReport(options) of inside rows alone says that the p-values hold, and that they do not on shifted rows", () => {
    const random = createRandom(4);
    const given = (shift: number) => ({
      detector: detector(normal(random, 500)),
      inside: normal(random, 400, shift),
      outside: [],
    });
    const good = oodReport(options({ outside: [], reported: given(0) }));
    expect(good).toMatchObject({ auroc: null, fpr95: null, falseDiscovery: null, ranking: [], selective: null });
    expect(good.verdict.status).toBe("valid");
    expect(good.verdict.sentence).toMatch(/^The p-values hold on these rows: .* are at or below 5 %/);
    const bad = oodReport(options({ outside: [], reported: given(-1) }));
    expect(bad.verdict.status).toBe("not-valid");
    expect(bad.pValues?.sizePValue).toBeLessThan(1e-6);
    const above = oodReport(options({ outside: [], reported: given(1) }));
    expect(above.verdict.status).toBe("valid");
    expect(above.warnings.join(" ")).toMatch(/other levels may not hold/);
  });

  it("oodReport(options) calls valid p-values not valid in no more than one of 1 000 draws", () => {
    const random = createRandom(6);
    const runs = 1500;
    let called = 0;
    for (let run = 0; run < runs; run++) {
      const reported = { detector: detector(normal(random, 60)), inside: normal(random, 80), outside: [] };
      if (oodReport(options({ outside: [], reported })).verdict.status !== "valid") called++;
    }
    expect(called).toBeLessThanOrEqual(binomialBand(runs, 0.001).upper);
  });

  it("betaBinomialTail(count, m, rank, n) is the share of arrangements", () => {
    // One calibration row, two new ones: P(both below it) = 1/3, P(at least one) = 2/3.
    expect(betaBinomialTail(2, 2, 1, 1)).toBeCloseTo(1 / 3, 13);
    expect(betaBinomialTail(1, 2, 1, 1)).toBeCloseTo(2 / 3, 13);
    expect(betaBinomialTail(0, 2, 1, 1)).toBe(1);
    expect(betaBinomialTail(1, 2, 0, 5)).toBe(0);
    expect(betaBinomialTail(1, 2, 6, 5)).toBe(1);
  });

  it("oodReport(options) without calibration rows has no p-values and says so", () => {
    const given = options();
    const document = oodReport({ ...given, reported: { ...given.reported, detector: detector(null) } });
    expect(document).toMatchObject({ pValues: null, falseDiscovery: null, falseDiscoveryRate: null });
    expect(document.warnings.join(" ")).toMatch(/no calibration rows/);
    const inside = oodReport({
      ...given,
      outside: [],
      reported: { ...given.reported, detector: detector(null), outside: [] },
    });
    expect(inside.verdict.status).toBe("no-p-values");
  });

  it("oodReport(options) says when no p-value can be at or below the level", () => {
    const random = createRandom(9);
    const reported = {
      detector: detector(normal(random, 9)),
      inside: normal(random, 50),
      outside: [normal(random, 50, -9)],
    };
    const document = oodReport(options({ reported, outside: ["far"] }));
    expect(document.verdict.sentence).toMatch(/No row can be called outside at 5 %: with 9 calibration rows/);
    expect(document.falseDiscovery).toMatchObject({ value: 0, lower: 0, upper: 1, n: 0, found: 0, interval: "none" });
  });

  it("oodReport(options) refuses scores of other rows and shares outside (0, 1)", () => {
    const given = options();
    const code = (over: Partial<OodReportOptions>) => {
      try {
        oodReport({ ...given, ...over });
      } catch (error) {
        return InputError.is(error) ? `${error.code}: ${error.message}` : String(error);
      }
      return "nothing";
    };
    expect(code({ cut: 0 })).toBe("out-of-range: cut must be in (0, 1), got 0");
    expect(code({ outside: ["one"] })).toMatch(/shape-mismatch: energy: expected scores of the same rows/);
    expect(
      code({ others: [{ ...given.reported, name: "other", outside: [new Float64Array(150), new Float64Array(3)] }] }),
    ).toBe("shape-mismatch: other: 3 scores of near.npy, expected 100");
    expect(code({ predictions: { inside: new Float64Array(3), correct: new Uint8Array(3), outside: [] } })).toMatch(
      /predictions must be of the same rows/,
    );
    expect(code({ reported: { ...given.reported, inside: new Float64Array(0) } })).toMatch(/^empty/);
  });
});
