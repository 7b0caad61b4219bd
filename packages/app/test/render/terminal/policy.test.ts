import { type PolicyDocument, thresholdText } from "@candor/core";
import { describe, expect, it } from "vitest";
import { thresholdWords } from "../../../src/render/policy-words.ts";
import { displayWidth } from "../../../src/render/terminal/display-width.ts";
import { renderPolicy } from "../../../src/render/terminal/policy.ts";
import { policyWith, type SamplePolicy, samplePolicy } from "../../sample-policy.ts";
import { hostileNames } from "../html/hostile.ts";

const kinds: readonly SamplePolicy[] = [
  "risk",
  "not-certified",
  "costs",
  "cost-matrix",
  "capacity",
  "precision",
  "unreachable",
  "costs-alone",
  "per-segment",
];

const plain = (document: PolicyDocument): string => renderPolicy(document, { color: false, unicode: true });

describe.each(kinds)("renderPolicy(document) of %s", (kind) => {
  const document = samplePolicy(kind);
  const text = plain(document);

  it("renderPolicy(document) is the stored text", async () => {
    await expect(text).toMatchFileSnapshot(`expected/policy-${kind}.txt`);
  });

  it("renderPolicy(document) starts with the verdict and its sign", () => {
    const isRefused = kind === "not-certified" || kind === "unreachable";
    expect(text.startsWith(isRefused ? "✗ " : "✓ ")).toBe(true);
    expect(text.replace(/\n {2}/g, " ")).toContain(document.verdict.sentence);
  });

  it("renderPolicy(document) keeps to 80 columns, also in ASCII, and prints no NaN", () => {
    for (const unicode of [true, false])
      for (const line of renderPolicy(document, { color: false, unicode }).split("\n")) {
        expect(displayWidth(line), line).toBeLessThanOrEqual(80);
        if (!unicode) expect(line).toMatch(/^[\x20-\x7e]*$/);
      }
    expect(text).not.toMatch(/NaN|Infinity|undefined|\[object|null/);
  });

  it("renderPolicy(document) says the same with colour", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour a terminal
    const bare = renderPolicy(document, { color: true, unicode: true }).replace(/\u001b\[[0-9;]*m/g, "");
    expect(bare).toBe(text);
  });

  it("renderPolicy(document) is the same for a document that went through JSON", () => {
    expect(plain(JSON.parse(JSON.stringify(document)))).toBe(text);
  });
});

describe("renderPolicy(document) says what matters", () => {
  it("renderPolicy(document) shows the certificate with its counts, its bound and its assumptions", () => {
    const text = plain(samplePolicy("risk")).replace(/\s+/g, " ");
    expect(text).toContain(
      "17 of 1,258 rows acted on were wrong, out of 4,000. The error is at most 2 %, 95 % sure; the test bounds it by 1.96 %.",
    );
    expect(text).toContain("holds if · the rows are a random sample");
    expect(text).toContain("certified-selective-risk/1, seed 0, data sha256:5a5a5a5a5a5a");
  });
  it("renderPolicy(document) says how many labels are missing, and lists no assumptions of nothing", () => {
    const text = plain(samplePolicy("not-certified")).replace(/\s+/g, " ");
    expect(text).toContain("Missing: about 3,400 more labels.");
    expect(text).not.toContain("holds if");
    expect(plain({ ...samplePolicy("not-certified"), missingLabels: 1 })).toContain("about 1 more label.");
  });
  it("renderPolicy(document) shows what is saved with its interval", () => {
    expect(plain(samplePolicy("costs"))).toMatch(
      /act on all +100\.0 % +30\.9 % +0\.0 % +6\.17 \+4\.88 \[4\.79, 4\.97\]/,
    );
  });
  it("renderPolicy(document) marks the capacity there is", () => {
    expect(plain(samplePolicy("capacity"))).toMatch(/^ +120 .*● now$/m);
  });
  it("renderPolicy(document) speaks of precision and recall where it acts on positives", () => {
    const text = plain(samplePolicy("precision"));
    expect(text).toMatch(/^ {2}Precision +97\.5 % {2}\[96\.8, 98\.3\]$/m);
    expect(text).toMatch(/act from +acted on +recall +precision/);
    expect(text).toContain('by probability of "leaves"');
  });
  it("renderPolicy(document) lists thresholds of segments, and how many more there are", () => {
    const document = samplePolicy("per-segment");
    if (document.rule.kind !== "threshold-per-segment") throw new Error("no segments");
    const segments = Array.from({ length: 40 }, (_, i) => ({
      values: [`s${i}`],
      thresholds: { act: 0.9, abstain: 0.1 },
    }));
    const text = plain({ ...document, rule: { ...document.rule, segments } });
    expect(text).toContain("act: confidence ≥ 0.9; abstain: confidence < 0.1");
    expect(text).toContain("and 28 more");
  });
  it("renderPolicy(document) keeps long names of segments apart from each other and from what follows", () => {
    const document = samplePolicy("per-segment");
    if (document.rule.kind !== "threshold-per-segment") throw new Error("no segments");
    const long = "a language model with a long name";
    const segments = ["hellaswag", "truthfulqa", "狼".repeat(40)].map((task) => ({
      values: [long, task],
      thresholds: { act: 0.123456, abstain: 0.1 },
    }));
    const [segment] = document.perSegment;
    if (segment === undefined) throw new Error("no segments");
    const perSegment = segments.map(({ values }) => ({ ...segment, name: values.join(" × ") }));
    const text = plain({ ...document, rule: { ...document.rule, segments }, perSegment });
    expect(text).toMatch(/hellaswag {2,}act: confidence/);
    expect(text).toMatch(/truthfulqa {2,}act: confidence/);
    expect(text).toMatch(/a langua….*ellaswag {2,}/);
    for (const line of text.split("\n")) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  });
  it("renderPolicy(document) lists segments by size, and how many more there are", () => {
    const document = samplePolicy("risk");
    const [segment] = document.perSegment;
    if (segment === undefined) throw new Error("no segments");
    const perSegment = Array.from({ length: 100 }, (_, i) => ({ ...segment, name: `s${i}`, n: i }));
    const text = plain({ ...document, perSegment });
    expect(text.indexOf("s99")).toBeLessThan(text.indexOf("s98"));
    expect(text).toContain("and 88 more: --html or --json");
  });
  it("renderPolicy(document) draws intervals without bounds", () => {
    const document = samplePolicy("costs");
    if (document.expected?.cost == null) throw new Error("no cost");
    const cost = { ...document.expected.cost, lower: -Infinity, upper: Infinity };
    const open = { ...document, expected: { ...document.expected, cost } };
    expect(plain(open)).toContain("[no bound, no bound]");
    expect(plain(JSON.parse(JSON.stringify(open)))).toContain("[no bound, no bound]");
  });
  it.each(hostileNames.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "renderPolicy(document) with names like %s stays within its lines",
    (_, name) => {
      const text = plain(policyWith(name));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not reach a terminal
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]/);
      for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    },
  );
});

describe("thresholdWords(thresholds, score)", () => {
  const words = (act: number | null, abstain: number | null) =>
    thresholdWords({ act, abstain }, "confidence").map(({ when }) => when);

  it("thresholdWords(thresholds, score) names the three regions", () => {
    expect(words(0.9, 0.2)).toEqual(["confidence ≥ 0.9", "otherwise", "confidence < 0.2"]);
  });
  it("thresholdWords(thresholds, score) says which decisions are never or always made", () => {
    expect(words(0.9, null)).toEqual(["confidence ≥ 0.9", "otherwise", "never"]);
    expect(words(0.9, 0.9)).toEqual(["confidence ≥ 0.9", "never", "otherwise"]);
    expect(words(0.9, 1.5)).toEqual(["confidence ≥ 0.9", "never", "otherwise"]);
    expect(words(0, null)).toEqual(["always", "never", "never"]);
    expect(words(null, null)).toEqual(["never", "always", "never"]);
    expect(words(null, 0.4)).toEqual(["never", "otherwise", "confidence < 0.4"]);
    expect(words(null, 2)).toEqual(["never", "never", "always"]);
  });
  it("thresholdText(threshold) does not round a threshold below 1 up to 1", () => {
    expect(thresholdText(0.99999999)).toBe("0.99999999");
    expect(thresholdText(1)).toBe("1");
    expect(thresholdText(1 / 3)).toBe("0.33333");
  });
});
