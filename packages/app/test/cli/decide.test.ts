import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPolicy, type PolicyDocument } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { data } from "../calibrate/class-data.ts";
import { binaryCalibrator, classCalibrator } from "./calibrators.ts";
import { classesCsv, confidencesCsv, scoresCsv } from "./policy-files.ts";
import { candor } from "./run.ts";

let folder = "";
let scores = "";
let confidences = "";
let classes = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-decide-"));
  scores = write("scores.csv", scoresCsv(2000, 1));
  confidences = write("confidences.csv", confidencesCsv(2000, 2));
  classes = write("classes.csv", classesCsv(600, 3));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
function write(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

const costFlags = ["--cost-error", "20", "--cost-review", "1.5"];

/** What `--json` prints; the exit code as given. */
async function policy(args: readonly string[], code = 0): Promise<PolicyDocument> {
  const result = await candor(["decide", ...args, "--json"]);
  expect(result.stderr.replace(/^not certified.*\n|^no threshold.*\n/m, "")).toBe("");
  expect(result.code).toBe(code);
  return JSON.parse(result.stdout);
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(["decide", ...args]);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${folder}/`, "");
}

describe("candor decide FILE, from costs", () => {
  it("puts the threshold where acting costs as much as a review", async () => {
    const document = await policy([scores, ...costFlags]);
    expect(document.schema).toBe("candor.policy/1");
    expect(document.thresholds.act).toBeCloseTo(1 - 1.5 / 20, 12);
    expect(document.thresholds.abstain).toBeNull();
    expect(document.objective).toEqual({
      kind: "costs",
      costs: { error: 20, review: 1.5, abstain: null, missed: 0, reviewError: 0 },
    });
    expect(document.alternatives.map(({ name }) => name)).toEqual(["act on all", "review all"]);
    for (const { saving } of document.alternatives) expect(saving?.value).toBeGreaterThan(0);
    expect(document.created).toBe("2026-01-02T03:04:05.000Z");
  });

  it("does not compare a policy that acts on all with acting on all", async () => {
    const { stdout, code } = await candor([
      "decide",
      scores,
      "--cost-error",
      "1",
      "--cost-review",
      "5",
      "--level",
      "90%",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ Act on every row: expected cost [\d.]+ a row, the\s+same as act on all\.\n/);
  });

  it("compares with the threshold in use, prints a summary of 80 columns, and writes policy, JSON and page", async () => {
    const args = [scores, ...costFlags, "--cost-abstain", "6", "--current", "80%", "--by", "region"];
    const { code, stdout, stderr } = await candor([
      "decide",
      ...args,
      "-o",
      at("p.json"),
      "--json",
      at("full.json"),
      "--html",
      at("p.html"),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of stdout.split("\n")) expect([...line].length <= 80 || line.startsWith("wrote")).toBe(true);
    for (const text of [
      "✓ Act on a confidence above",
      "Cost per row",
      "current threshold",
      "by region",
      "next: candor apply",
    ])
      expect(stdout).toContain(text);
    const written = openPolicy(JSON.parse(readFileSync(at("p.json"), "utf8")));
    expect(JSON.parse(readFileSync(at("full.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(written)));
    expect(written.choices.current).toEqual({ act: 0.8, abstain: null });
    expect(written.perSegment.map(({ name }) => name).sort()).toEqual(["islands", "north", "south"]);
    expect(readFileSync(at("p.html"), "utf8")).toContain("What it costs");
  });

  it("takes costs as JSON, in a file or on the command line", async () => {
    const costs = '{"error": 20, "review": 1.5}';
    const expected = await policy([scores, ...costFlags]);
    for (const given of [costs, write("costs.json", costs)])
      expect((await policy([scores, "--costs", given])).fingerprint).toBe(expected.fingerprint);
  });

  it("takes a cost matrix as CSV or JSON in three shapes, and matches its classes by name", async () => {
    const csv = "truth,dog,cat,bird\ndog,0,4,2\nbird,60,40,0\ncat,10,0,3\n";
    const shapes = [
      write("matrix.csv", csv),
      '{"classNames": ["cat", "dog", "bird"], "costs": [[0, 10, 3], [4, 0, 2], [40, 60, 0]]}',
      '{"cat": {"cat": 0, "dog": 10, "bird": 3}, "dog": {"cat": 4, "dog": 0, "bird": 2}, "bird": {"cat": 40, "dog": 60, "bird": 0}}',
      "[[0, 10, 3], [4, 0, 2], [40, 60, 0]]",
    ];
    const made = [];
    for (const costs of shapes) made.push(await policy([classes, "--costs", costs, "--cost-review", "1"]));
    for (const document of made) expect(document.fingerprint).toBe(made[0]?.fingerprint);
    expect(made[0]?.rule).toEqual({
      kind: "least-cost",
      matrix: {
        classNames: ["cat", "dog", "bird"],
        costs: [
          [0, 10, 3],
          [4, 0, 2],
          [40, 60, 0],
        ],
        review: 1,
        abstain: null,
      },
    });
  });

  it("needs no rows where a calibrator says what the scores are", async () => {
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    const { code, stdout } = await candor(["decide", "--calibrator", calibrator, ...costFlags, "-o", at("alone.json")]);
    expect(code).toBe(0);
    expect(stdout).toContain("from costs alone");
    const document = openPolicy(JSON.parse(readFileSync(at("alone.json"), "utf8")));
    expect(document.source).toBeNull();
    expect(document.calibrator?.fingerprint).toBe(binaryCalibrator().fingerprint);
    const wide = write("wide.json", JSON.stringify(classCalibrator()));
    const matrix = await policy(["--calibrator", wide, "--costs", "[[0,1,1],[1,0,1],[9,9,0]]"]);
    expect(matrix.classNames).toEqual(["cat", "dog", "bird"]);
  });
});

describe("candor decide --calibrator CALIBRATOR --json FILE", () => {
  it("reads rows that are there instead of writing over them, and writes over a policy", async () => {
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    const rows = write("rows.json", '[{"score": 0.9, "label": 1}, {"score": 0.2, "label": 0}]');
    const read = await candor(["decide", "--calibrator", calibrator, ...costFlags, "--json", rows]);
    expect(read.code).toBe(0);
    expect(JSON.parse(read.stdout).n).toBe(2);
    expect(readFileSync(rows, "utf8")).toContain('"score": 0.9');
    const args = ["decide", "--calibrator", calibrator, ...costFlags, "--json", at("again.json")];
    for (const _ of [1, 2]) expect((await candor(args)).stdout).toContain(`wrote ${at("again.json")}`);
  });
});

describe("candor decide FILE, from a capacity", () => {
  it("reviews as many rows as people can", async () => {
    const document = await policy([
      scores,
      "--capacity",
      "120",
      "--volume",
      "1000",
      "--cost-error",
      "20",
      "--cost-review",
      "1",
    ]);
    expect(document.expected?.reviewVolume.value).toBeCloseTo(0.12, 2);
    expect(document.capacity).toEqual({ reviews: 120, volume: 1000, period: "day" });
    expect(document.capacityCurve.some(({ reviews }) => reviews === 120)).toBe(true);
  });

  it("takes people and what each of them reviews, too", async () => {
    const args = [scores, "--reviewers", "4", "--reviews-per-reviewer", "30", "--volume", "1000", "--period", "week"];
    expect((await policy(args)).capacity).toEqual({ reviews: 120, volume: 1000, period: "week" });
    const { stdout } = await candor(["decide", ...args]);
    expect(stdout).toContain("Rule  120 reviews of 1,000 rows a week");
    expect(stdout).toMatch(/^ +120 .*● now$/m);
  });
});

describe("candor decide FILE, from a target", () => {
  it("certifies a bound of the errors, and prints the proof", async () => {
    const args = [confidences, "--max-error", "10%", "--sure", "0.9", "--seed", "3", "--by", "region"];
    const document = await policy(args);
    expect(document.verdict.status).toBe("certified");
    expect(document.objective).toEqual({ kind: "risk", maxError: 0.1, sure: 0.9, minCoverage: null });
    expect(document.certificate?.upperBound).toBeLessThanOrEqual(0.1);
    expect(document.certificate?.seed).toBe(3);
    const { stdout } = await candor(["decide", ...args]);
    expect(stdout).toContain("Certificate  at most 10 % wrong among rows acted on, 90 % sure");
    expect(stdout).toContain("holds if ·");
    expect(stdout).toMatch(/north +[\d,]+ .* acting on /);
  });

  it("gives each segment a threshold of its own where asked for", async () => {
    const args = [confidences, "--max-error", "10%", "--by", "region", "--thresholds-per-segment"];
    const { rule } = await policy(args);
    expect(rule.kind).toBe("threshold-per-segment");
    const { stdout } = await candor(["decide", ...args]);
    expect(stdout).toMatch(/north +act: confidence ≥ /);
    expect(stdout).toContain("any other segment");
  });

  it("reaches precision, recall, F-beta and coverage", async () => {
    const precision = await policy([scores, "--precision", "90%"]);
    expect(precision.rule).toMatchObject({ kind: "threshold", on: "positive" });
    expect(precision.expected?.recall?.value).toBeGreaterThan(0.2);
    expect((await policy([scores, "--recall", "0.9"])).expected?.recall?.value).toBeCloseTo(0.9, 1);
    expect((await policy([scores, "--f-beta", "2"])).objective).toEqual({ kind: "f-beta", beta: 2 });
    const coverage = await policy([scores, "--coverage", "80%", "--act-on", "prediction"]);
    expect(coverage.expected?.coverage.value).toBeCloseTo(0.8, 1);
    expect((await policy([scores, "--precision", "0.9", "--below", "review"])).choices.below).toBe("review");
  });

  it("says no, writes all but the policy, and tells how many labels are missing where nothing can be certified", async () => {
    const few = write("few.csv", confidencesCsv(60, 4));
    const outputs = ["-o", at("no.json"), "--json", at("no-full.json"), "--html", at("no.html")];
    const { code, stdout, stderr } = await candor(["decide", few, "--max-error", "5%", ...outputs]);
    expect(code).toBe(1);
    expect(stdout).toContain("✗ Not certified");
    expect(stdout).not.toContain("no.json\n");
    expect(existsSync(at("no.json"))).toBe(false);
    const document: PolicyDocument = JSON.parse(readFileSync(at("no-full.json"), "utf8"));
    expect(document.missingLabels).toBeGreaterThan(0);
    expect(stderr).toBe(
      `${at("no.json")} was not written: not certified, about ${document.missingLabels?.toLocaleString("en")} more labels are missing\n`,
    );
    expect(readFileSync(at("no.html"), "utf8")).toContain("Why there is no certificate");
  });

  it("says no where a target is out of reach", async () => {
    const coin = write("coin.csv", `score,label\n${"0.9,1\n0.9,0\n".repeat(200)}`);
    const { code, stdout, stderr } = await candor(["decide", coin, "--precision", "99%", "-o", at("coin.json")]);
    expect(code).toBe(1);
    expect(stdout).toContain("✗ No threshold has a precision of at least 99 %");
    expect(stderr).toBe(`${at("coin.json")} was not written: no threshold reaches the target\n`);
    expect(existsSync(at("coin.json"))).toBe(false);
    expect((await policy([coin, "--precision", "99%"], 1)).verdict.status).toBe("unreachable");
  });

  it("asks for more coverage than can be certified: no", async () => {
    const document = await policy([confidences, "--max-error", "5%", "--min-coverage", "99%"], 1);
    expect(document.certificate?.certified).toBe(false);
  });
});

describe("candor decide FILE --thresholds", () => {
  it("takes thresholds set by hand in any order, and says that nothing is proven", async () => {
    const document = await policy([
      scores,
      "--thresholds",
      "60%,0.9",
      "--cost-error",
      "20",
      ...["--cost-review", "2", "--cost-abstain", "1"],
    ]);
    expect(document.objective).toEqual({ kind: "thresholds", thresholds: { act: 0.9, abstain: 0.6 } });
    expect(document.rule).toEqual({ kind: "threshold", on: "confidence", thresholds: { act: 0.9, abstain: 0.6 } });
    expect(document.certificate).toBeNull();
    expect(document.expected?.cost?.value).toBeGreaterThan(0);
    expect((await policy([scores, "--thresholds", "0.9,0.6"])).thresholds).toEqual(document.thresholds);
    const written = ["-o", at("hand.json"), "--html", at("hand.html")];
    const { stdout, code } = await candor(["decide", scores, "--thresholds", "0.9,0.6", ...written]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "By hand, act on a confidence of 0.9 or more, review from 0.6 and abstain below",
    );
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("no bound is certified");
    expect(stdout).toContain("Rule  thresholds set by hand: act from 0.9, abstain below 0.6");
    expect(readFileSync(at("hand.html"), "utf8")).toContain("thresholds set by hand");
    expect(openPolicy(JSON.parse(readFileSync(at("hand.json"), "utf8"))).thresholds).toEqual(document.thresholds);
    const verified = await candor(["verify", at("hand.json"), scores]);
    expect(verified.code).toBe(0);
    expect(verified.stdout.replaceAll(/\s+/g, " ")).toContain("the policy comes out the same to the last digit");
  });
  it("reviews below one threshold, or leaves the rest", async () => {
    expect((await policy([scores, "--thresholds", "0.9"])).thresholds).toEqual({ act: 0.9, abstain: null });
    expect((await policy([scores, "--thresholds", "0.9", "--below", "abstain"])).thresholds).toEqual({
      act: 0.9,
      abstain: 0.9,
    });
    expect((await policy([scores, "--thresholds", "0.9", "--act-on", "positive"])).rule).toMatchObject({
      on: "positive",
      thresholds: { act: 0.9, abstain: 0.9 },
    });
  });
  it("refuses what are no thresholds, and two targets", async () => {
    expect(await refusal(scores, "--thresholds", "0.9,2")).toContain("expected a threshold to act from such as 0.85");
    expect(await refusal(scores, "--thresholds", "0.9,0.5,0.1")).toContain("or two, to abstain below and to act from");
    expect(await refusal(scores, "--thresholds", "0.9", "--precision", "0.9")).toContain("exclude each other");
    expect(await refusal(scores, "--thresholds", "0.9,0.5", "--below", "review")).toContain("exclude each other");
  });
});

describe("candor decide FILE --calibrator", () => {
  it("calibrates first, keeps the calibrator, and says on which rows what is promised holds", async () => {
    const calibrator = binaryCalibrator();
    const file = write("half.json", JSON.stringify(calibrator));
    const document = await policy([scores, "--calibrator", file, "--max-error", "20%"]);
    expect(document.calibrator?.fingerprint).toBe(calibrator.fingerprint);
    expect(document.source?.notes[0]).toBe(
      "the certificate holds where the calibrator was fitted on other rows than these",
    );
    expect(document.source?.notes[1]).toContain("scores calibrated by platt");
    expect(document.choices.fittedHere).toBe(false);
  });

  it("warns where the calibrator was fitted on these very rows", async () => {
    for (const [name, file] of [
      ["binary", scores],
      ["confidence", confidences],
      ["classes", classes],
    ] as const) {
      const fitted = at(`fitted-${name}.json`);
      expect((await candor(["fit", file, "--anyway", "-o", fitted])).code).toBe(0);
      const document = await policy([file, "--calibrator", fitted, "--coverage", "50%"]);
      expect(document.choices.fittedHere, name).toBe(true);
      expect(document.warnings.join("\n")).toContain("fitted on these very rows");
    }
  });

  it("refuses scores that the calibrator is not for", async () => {
    const file = write("half.json", JSON.stringify(binaryCalibrator()));
    expect(await refusal(confidences, "--calibrator", file, "--coverage", "50%")).toContain(
      "the calibrator reads probabilities of a positive class, the scores are confidences",
    );
  });
});

describe("candor decide refuses what it cannot do, in words", () => {
  it.each([
    [[], "nothing to decide by, expected one of:\n  --cost-error C with --cost-review C"],
    [["--max-error", "2%", "--recall", "0.9"], "--max-error and --recall exclude each other"],
    [["--max-error", "2"], "expected a share between 0 and 1 such as 0.02, or 2% (did you mean 2%?)"],
    [["--max-error", "2", "--sure", "95"], "(did you mean 2%?)"],
    [
      ["--max-error", "0.02", "--sure", "95"],
      "expected a share between 0 and 1 such as 0.95, or 95% (did you mean 95%?)",
    ],
    [["--max-error", "0"], "expected a share between 0 and 1"],
    [["--precision", "high"], "expected a share from 0 to 1 such as 0.95, or 95%"],
    [["--sure", "95%", "--coverage", "0.5"], "--sure belongs to a proven bound, expected --max-error too"],
    [["--min-coverage", "10%", "--recall", "0.5"], "--min-coverage belongs to a proven bound"],
    [["--thresholds-per-segment", "--max-error", "2%"], "--thresholds-per-segment needs --by too"],
    [["--cost-error", "5"], "--cost-error needs something to do instead of acting"],
    [["--cost-review", "5"], "--cost-review needs --cost-error too"],
    [["--cost-error", "5", "--cost-review", "-1"], "expected a number from 0 on"],
    [["--cost-error", "5", "--cost-review", "1", "--cost-missed", "1"], "--cost-missed needs --cost-abstain too"],
    [["--cost-error", "5", "--cost-abstain", "1", "--review-error", "1%"], "--review-error needs --cost-review too"],
    [["--capacity", "5"], "a capacity needs --volume too"],
    [["--volume", "5", "--recall", "0.5"], "--volume belongs to a capacity"],
    [["--capacity", "5", "--reviewers", "2"], "--capacity and --reviewers exclude each other"],
    [["--reviewers", "2", "--volume", "5"], "--reviewers and --reviews-per-reviewer belong together"],
    [["--capacity", "5", "--volume", "0"], "expected a number above 0"],
    [["--f-beta", "0"], "expected a number above 0, such as 1"],
    [
      ["--coverage", "0.5", "--level", "95"],
      "expected a share between 0 and 1 such as 0.95, or 95% (did you mean 95%?)",
    ],
    [["--coverage", "0.5", "--current", "0.3,0.8"], "expected a threshold such as 0.8"],
    [["--costs", "{}"], "--costs: expected costs such as"],
    [["--costs", '{"error": 1, "reveiw": 2}'], "--costs: unknown reveiw, expected error, review"],
    [["--costs", '{"error": "1"}'], '--costs: error must be a number, got "1"'],
    [["--costs", "{error: 1}"], "--costs: not JSON"],
    [["--costs", "[[0, 1], [1]]"], "--costs: row 2 of the matrix must have 2 costs, got 1"],
    [["--costs", "[[0, 1], [1, null]]"], "the cost in row 2, column 2 must be a number, got null"],
    [["--costs", "[[0,1,1],[1,0,1],[1,1,0]]"], "the cost matrix has 3 classes, the scores have 2 (0, 1)"],
    [
      ["--costs", '{"classNames": ["a", "b"], "costs": [[0, 1], [1, 0]]}'],
      "the cost matrix is for a, b, the scores are for 0, 1; missing: 0, 1",
    ],
    [["--costs", "[[0,1],[1,0]]", "--max-error", "2%"], "a cost matrix and --max-error exclude each other"],
    [
      ["--costs", "[[0,1],[1,0]]", "--cost-error", "2", "--cost-review", "1"],
      "--costs and single costs exclude each other",
    ],
    [["--costs", '{"error": 1, "review": 1}', "--cost-review", "2"], "--costs and single costs exclude each other"],
    [["--costs", "nowhere.csv"], "no such file: nowhere.csv"],
    [["--coverage", "0.5", "--created", "soon"], "expected a date"],
    [["--coverage", "0.5", "--html", "-"], "--html needs the name of a file, got -"],
    [["--coverage", "0.5", "-o", "-"], "--out needs the name of a file, got -"],
  ])("candor decide scores.csv %j", async (args, message) => {
    expect(await refusal(scores, ...args)).toContain(message);
  });

  it("candor decide without a file says what a file is for, and what needs none", async () => {
    expect(await refusal("--coverage", "0.5")).toContain("no file to decide on, expected `candor decide FILE`");
    const calibrator = write("half.json", JSON.stringify(binaryCalibrator()));
    expect(await refusal("--calibrator", calibrator, "--coverage", "0.5")).toContain(
      "no file to decide on: only costs make a policy without rows",
    );
  });

  it("candor decide refuses recall of classes, a matrix of confidences, and to overwrite its inputs", async () => {
    expect(await refusal(classes, "--recall", "0.9")).toContain("needs binary predictions, got multiclass ones");
    expect(await refusal(confidences, "--costs", "[[0,1],[1,0]]")).toContain(
      "a cost matrix needs a probability per class",
    );
    expect(await refusal(scores, "--coverage", "0.5", "-o", scores)).toContain("is an input");
    const costs = write("m.json", '{"error": 2, "review": 1}');
    expect(await refusal(scores, "--costs", costs, "-o", costs)).toContain("is an input");
    expect(await refusal(write("m.csv", "t,0,1\n0,0,1\n"), "--costs", at("m.csv"))).toContain(
      "got 1 lines for 2 classes",
    );
    expect(await refusal(scores, "--costs", write("n.csv", "t,0,1\n0,0,x\n1,1,0\n"))).toContain(
      "n.csv: the cost of 0 as 1 must be a number, got x",
    );
  });

  it("candor decide names the bad row", async () => {
    const bad = write("bad.csv", "score,label\n0.5,1\n1.5,0\n");
    expect(await refusal(bad, "--coverage", "0.5")).toContain("row 2");
  });
});

const folderOf = join(data, "c100_probs_3models");
const isThere = existsSync(folderOf);
it("the real arrays are there in continuous integration", () => {
  if (process.env["CI"]) expect(isThere).toBe(true);
});

describe.skipIf(!isThere)("candor decide on CIFAR-100, a wide residual network", () => {
  const rows = [
    join(folderOf, "probs_wideresnet-16-4-cifar-100.npy"),
    "--labels",
    join(folderOf, "labels.npy"),
    "--normalise",
  ];

  it.each([
    ["2%", 0.24],
    ["5%", 0.51],
    ["10%", 0.67],
  ])("certifies at most %s errors on a share of at least %s", async (maxError, least) => {
    const document = await policy([...rows, "--max-error", maxError]);
    expect(document.certificate?.certified).toBe(true);
    expect(document.certificate?.n).toBe(10_000);
    expect(document.certificate?.coverage).toBeGreaterThanOrEqual(least);
  });
});
