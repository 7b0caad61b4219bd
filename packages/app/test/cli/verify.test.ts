import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPolicy, sealPolicy, type VerificationDocument } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator } from "./calibrators.ts";
import { classesCsv, confidencesCsv, scoresCsv } from "./policy-files.ts";
import { candor } from "./run.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
function write(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

async function made(name: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await candor(["decide", ...args, "-o", at(name)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return at(name);
}

async function verify(args: readonly string[], code = 0): Promise<VerificationDocument> {
  const result = await candor(["verify", ...args, "--json"]);
  expect(result.code, result.stderr).toBe(code);
  return JSON.parse(result.stdout);
}

async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(["verify", ...args]);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  return stderr.replaceAll(`${folder}/`, "");
}

let old = "";
let risky = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candor-verify-"));
  old = write("old.csv", confidencesCsv(2000, 11));
  write("new.csv", confidencesCsv(2000, 12));
  risky = await made("risk.json", old, "--max-error", "10%", "--by", "region");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("candor verify POLICY FILE", () => {
  it("reads 0 and 1 as the classes that a calibrator names, as an export of a server has them", async () => {
    const digits = scoresCsv(1500, 21);
    const words = digits.replace(
      /^(r\d+,[\d.]+),([01])/gm,
      (_, row, label) => `${row},${label === "1" ? "fraud" : "legit"}`,
    );
    const columns = ["--score", "score", "--label", "label"];
    const fitted = await candor([
      ...["fit", write("words.csv", words), ...columns, "--positive", "fraud", "--method", "platt"],
      ...["--anyway", "-o", at("words.cal.json")],
    ]);
    expect(fitted.code).toBe(0);
    const calibrator = ["--calibrator", at("words.cal.json")];
    const bits = write("bits.csv", digits);
    const policy = await made("bits.json", bits, ...columns, ...calibrator, "--max-error", "20%");
    const own = openPolicy(JSON.parse(readFileSync(policy, "utf8")));
    expect(own.classNames).toEqual(["legit", "fraud"]);
    expect(own.source?.notes).toContain("labels 0 and 1 are read as legit and fraud");
    for (const file of ["bits.csv", "words.csv"])
      expect(await verify([policy, at(file)])).toMatchObject({ status: "holds", sameData: true });
    const report = await candor(["report", bits, ...columns, ...calibrator, "--json"]);
    expect(JSON.parse(report.stdout).source.notes).toContain("labels 0 and 1 are read as legit and fraud");
    const other = write("other.csv", words.replace(/legit/g, "fine"));
    const refused = await candor(["decide", other, ...columns, ...calibrator, "--max-error", "20%"]);
    expect(refused.stderr).toContain('expected legit or fraud, or 0 or 1, got "fine"');
  });

  it("finds the columns by the names that the policy was made from", async () => {
    const renamed = (csv: string): string =>
      csv.replace(/^.*/, (header) => header.replace("confidence", "how_sure").replace("correct", "was_right"));
    const policy = await made(
      "renamed.json",
      write("renamed.csv", renamed(confidencesCsv(2000, 11))),
      "--confidence",
      "how_sure",
      "--correct",
      "was_right",
      "--max-error",
      "10%",
    );
    expect(await verify([policy, at("renamed.csv")])).toMatchObject({ sameData: true, status: "holds" });
    expect(await verify([policy, write("recognised.csv", confidencesCsv(2000, 11))])).toMatchObject({ sameData: true });
    expect(await refusal(policy, write("other.csv", "a,b\n0.5,1\n"))).toContain("no column was_right");
  });

  it("verifies rows of one class only, which a short while can bring", async () => {
    const policy = await made("binary.json", write("binary.csv", scoresCsv(2000, 21)), "--max-error", "20%");
    const rowsOf = (label: string): string =>
      scoresCsv(2000, 22)
        .split("\n")
        .filter((line, i) => i === 0 || line.split(",")[2] === label)
        .join("\n");
    expect(await verify([policy, write("ones.csv", rowsOf("1"))])).toMatchObject({ sameData: false });
    expect(await verify([policy, write("zeros.csv", rowsOf("0"))])).toMatchObject({ sameData: false });
    const others = write("others.csv", rowsOf("0").replace(/,0,(?=\w+$)/gm, ",N,"));
    expect(await refusal(policy, others)).toContain('no row has the label "1"');
  });

  it("knows both classes by name where rows are sorted by class", async () => {
    const rows = (label: string): string =>
      `${["0.3", "0.6", "0.9"]
        .map((p) => `${p},${label}\n`)
        .join("")
        .repeat(30_000)}`;
    const sorted = write("sorted.csv", `score,label\n${rows("good")}${rows("bad")}`);
    const policy = await made("sorted.json", sorted, "--positive", "good", "--cost-error", "3", "--cost-review", "1");
    expect(openPolicy(JSON.parse(readFileSync(policy, "utf8"))).classNames).toEqual(["bad", "good"]);
    const turned = write("turned.csv", `score,label\n${rows("bad")}${rows("good")}`);
    expect(await verify([policy, turned])).toMatchObject({ status: "holds" });
  });

  it("refuses flags of another kind of scores than those of the policy", async () => {
    expect(await refusal(risky, at("new.csv"), "--score", "confidence")).toBe(
      "error: the policy is for confidences, expected --confidence, got --score\n",
    );
    expect(await refusal(risky, at("new.csv"), "--task", "binary")).toBe(
      "error: the policy is for confidences, expected no --task binary\n",
    );
  });

  it("derives the same certificate again from the rows it was made from", async () => {
    const document = await verify([risky, old]);
    expect(document).toMatchObject({
      schema: "candor.verification/1",
      status: "holds",
      sameData: true,
      differences: [],
      maxError: 0.1,
    });
    const { certificate } = openPolicy(JSON.parse(readFileSync(risky, "utf8")));
    expect(document.rederived).toEqual(certificate);
    const { stdout } = await candor(["verify", risky, old]);
    expect(stdout).toContain("✓ Derived again from the rows it was made from");
    expect(stdout).toContain("Promised at most             10 %");
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it("tests the bound on new rows, which need not have the columns that were only reported by", async () => {
    const document = await verify([risky, at("new.csv")]);
    expect(document.sameData).toBe(false);
    expect(["holds", "not-shown"]).toContain(document.status);
    const bare = write("bare.csv", confidencesCsv(2000, 12).replace(/,[a-z]+$/gm, ""));
    expect((await verify([risky, bare])).found).toEqual(document.found);
  });

  it("exits with 1 where the bound is broken", async () => {
    const wrong = confidencesCsv(2000, 12).replace(/,1,(\w+)$/gm, (all, region: string) =>
      region === "north" ? `,0,${region}` : all,
    );
    const { code, stdout, stderr } = await candor(["verify", risky, write("wrong.csv", wrong)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "the policy does not hold\n" });
    expect(stdout).toContain("✗ Broken: ");
    expect((await verify([risky, at("wrong.csv")], 1)).status).toBe("broken");
  });

  it("exits with 1 where the same rows give another certificate", async () => {
    const { fingerprint: _, ...policy } = openPolicy(JSON.parse(readFileSync(risky, "utf8")));
    if (policy.certificate === null) throw new Error("no certificate");
    const certificate = { ...policy.certificate, errors: policy.certificate.errors - 1 };
    const forged = write("forged.json", JSON.stringify(sealPolicy({ ...policy, certificate })));
    const { code, stdout } = await candor(["verify", forged, old]);
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, " ")).toContain("the policy comes out otherwise: certificate.");
  });

  it("exits with 0 where the rows are too few to tell, and with 1 under --strict", async () => {
    const few = write("few.csv", confidencesCsv(20, 13));
    const { code, stdout, stderr } = await candor(["verify", risky, few]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("? These rows do not tell: ");
    const strict = await candor(["verify", risky, few, "--strict"]);
    expect({ code: strict.code, stderr: strict.stderr }).toEqual({
      code: 1,
      stderr: "it is not shown that the policy holds\n",
    });
  });

  it("compares error and cost with what was promised, where there is no bound", async () => {
    const scores = write("scores.csv", scoresCsv(2000, 14));
    const costs = await made("costs.json", scores, "--cost-error", "20", "--cost-review", "1");
    const { stdout, code } = await candor(["verify", costs, write("later.csv", scoresCsv(2000, 15))]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Cost per row .* promised 0\.\d+/);
    expect((await verify([costs, scores])).sameData).toBe(true);
  });

  it("applies the calibrator of the policy, and matches classes by name", async () => {
    const classes = classesCsv(600, 16);
    const policy = await made("classes.json", write("classes.csv", classes), "--coverage", "60%");
    const turned = classes.replace(/^([^,]+),([^,]+),([^,]+),/gm, "$3,$1,$2,");
    expect(turned.startsWith("p_bird,p_cat,p_dog,class\n")).toBe(true);
    const document = await verify([policy, write("turned.csv", turned)]);
    expect(document).toMatchObject({ sameData: true, status: "holds" });
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    const scores = write("scores.csv", scoresCsv(2000, 14));
    const calibrated = await made("calibrated.json", scores, "--calibrator", calibrator, "--coverage", "60%");
    expect((await verify([calibrated, scores])).sameData).toBe(true);
  });

  it("takes the positive class from the policy", async () => {
    const words = scoresCsv(500, 17).replace(
      /^(r\d+,[\d.]+),([01])/gm,
      (_, row: string, label: string) => `${row},${label === "1" ? "leaves" : "stays"}`,
    );
    const file = write("words.csv", words);
    const policy = await made("words.json", file, "--positive", "leaves", "--recall", "80%");
    expect((await verify([policy, file])).status).toBe("holds");
  });

  it("writes the answer to a file, and says so", async () => {
    const { stdout, code } = await candor(["verify", risky, old, "--json", at("answer.json")]);
    expect(code).toBe(0);
    expect(stdout).toContain(`wrote ${at("answer.json")}\n`);
    expect(JSON.parse(readFileSync(at("answer.json"), "utf8")).status).toBe("holds");
  });
});

describe("candor verify refuses what it cannot do, in words", () => {
  it("candor verify without a file", async () => {
    expect(await refusal(risky)).toContain("no file to verify on, expected `candor verify POLICY FILE`");
  });

  it("candor verify of what is no policy", async () => {
    expect(await refusal(at("none.json"), old)).toBe("error: no such file: none.json\n");
    expect(await refusal(old, old)).toContain("old.csv: not JSON, expected a policy as `candor decide` writes it");
    const calibrator = write("cal.json", JSON.stringify(binaryCalibrator()));
    expect(await refusal(calibrator, old)).toContain('cal.json: schema: expected "candor.policy/1"');
    const altered = readFileSync(risky, "utf8").replace(/"n": \d+/, '"n": 7');
    expect(await refusal(write("altered.json", altered), old)).toMatch(/^error: altered\.json: .*fingerprint/);
  });

  it("candor verify on rows of another kind, of other classes, or by other columns", async () => {
    const scores = write("scores.csv", scoresCsv(500, 14));
    expect(await refusal(risky, scores)).toContain("the policy is for confidence predictions, these are binary ones");
    const classes = write("classes.csv", classesCsv(600, 16));
    const policy = await made("classes.json", classes, "--coverage", "60%");
    const other = write("other.csv", classesCsv(600, 16).replaceAll("bird", "hare"));
    expect(await refusal(policy, other)).toContain("expected the classes of the policy (cat, dog, bird)");
    expect(await refusal(risky, old, "--by", "id")).toContain(
      "the policy has segments by region, expected --by region or none, got id",
    );
    const segments = await made("own.json", old, "--max-error", "10%", "--by", "region", "--thresholds-per-segment");
    const bare = write("bare.csv", confidencesCsv(2000, 12).replace(/,[a-z]+$/gm, ""));
    expect(await refusal(segments, bare)).toContain("region");
  });

  it("candor verify does not overwrite its inputs", async () => {
    expect(await refusal(risky, old, "--json", risky)).toContain("is an input");
  });
});
