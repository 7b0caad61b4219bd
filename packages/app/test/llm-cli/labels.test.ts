import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, openCalibrator, openPolicy } from "@candor/core";
import { assess, type LlmDocument } from "@candor/llm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, candor } from "../cli/run.ts";
import { chat, jsonl, message, token } from "./responses.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-llm-labels-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Answers of one token that are right less often than they are likely. */
function overconfident(rows: number, seed = 3): { id: string; correct: boolean; response: object }[] {
  const random = createRandom(seed);
  return Array.from({ length: rows }, (_, i) => {
    const p = 0.3 + 0.7 * random.uniform();
    const response = chat(`c${i}`, [token(`answer ${i}`, p, { other: (1 - p) * 0.9 })]);
    return { id: `r${i}`, correct: random.uniform() < p * p, response };
  });
}

async function done(...args: string[]): Promise<CliResult> {
  const result = await candor(["llm", ...args]);
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  return result;
}

async function document(...args: string[]): Promise<LlmDocument> {
  return JSON.parse((await done(...args, "--json")).stdout);
}

describe("candor llm with labels", () => {
  const rows = overconfident(120);

  it("--correct adds the report that `candor report` makes of the table", async () => {
    const path = write("report.jsonl", jsonl(...rows));
    const out = join(folder, "report.csv");
    const { stdout } = await done(path, "--correct", "correct", "--out", out);
    const alone = await candor(["report", out, "--confidence", "lengthNormalised", "--correct", "correct"]);
    const numbers = (text: string) => text.slice(text.indexOf("  Accuracy"), text.indexOf("Pictures and tables"));
    expect(numbers(alone.stdout)).toContain("ECE");
    expect(numbers(stdout)).toBe(numbers(alone.stdout));
  });

  it("--json holds the report, the fit and the policy; null where nothing was asked", async () => {
    const path = write("learnt.jsonl", jsonl(...rows));
    const [fit, policy, json] = ["learnt-cal.json", "learnt-policy.json", "learnt.json"].map((name) =>
      join(folder, name),
    );
    const { fit: none, ...some } = await document(path, "--correct", "correct");
    expect([none, some.policy, some.report?.schema, some.report?.n]).toEqual([null, null, "candor.report/1", 120]);
    const html = join(folder, "learnt.html");
    const args = [
      "--fit",
      `${fit}`,
      "--policy",
      `${policy}`,
      "--max-error",
      "75%",
      "--json",
      `${json}`,
      "--html",
      html,
    ];
    await done(path, "--correct", "correct", ...args);
    const all: LlmDocument = JSON.parse(readFileSync(`${json}`, "utf8"));
    expect(all.report?.metrics).toEqual(some.report?.metrics);
    expect(all.fit?.calibrator).toEqual(JSON.parse(readFileSync(`${fit}`, "utf8")));
    expect(all.policy).toEqual(JSON.parse(readFileSync(`${policy}`, "utf8")));
    expect(await document(path)).toMatchObject({ report: null, fit: null, policy: null });
    const text = readFileSync(html, "utf8");
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(expect.arrayContaining(["fit", "method", "policy", "certificate", "answers"]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("--labels joins by id, says what was not joined, and is the same as a column", async () => {
    const path = write("join.jsonl", jsonl(...rows.map(({ id, response }) => ({ id, response }))));
    const table = [
      "id,correct",
      ...rows.slice(10).map(({ id, correct }) => `${id},${correct ? "yes" : "no"}`),
      "stranger,yes",
    ];
    const { entries, source } = await document(path, "--labels", write("labels.csv", `${table.join("\n")}\n`));
    expect(entries.map(({ correct }) => correct)).toEqual(rows.map(({ correct }, i) => (i < 10 ? null : correct)));
    expect(source.notes.join("\n")).toMatch(/10 responses have no label/);
    expect(source.notes.join("\n")).toMatch(/1 label of .* belongs to no response/);
  });

  it("--labels refuses two labels for one id, and ids that are not those of the responses", async () => {
    const path = write("ids.jsonl", jsonl(...rows.slice(0, 5)));
    const twice = await candor(["llm", path, "--labels", write("twice.csv", "id,correct\nr1,1\nr1,0\n")]);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('row 2: the id "r1" has another label')]);
    const strange = await candor(["llm", path, "--labels", write("strange.csv", "id,correct\nx,1\n")]);
    expect([strange.code, strange.stderr]).toEqual([2, expect.stringContaining("expected the same ids in both")]);
    const word = await candor([
      "llm",
      write("word.jsonl", jsonl({ ...rows[0], correct: "maybe" })),
      "--correct",
      "correct",
    ]);
    expect([word.code, word.stderr]).toEqual([
      2,
      expect.stringContaining('line 1: correct is "maybe", expected 0 or 1'),
    ]);
  });

  it("reports on one answer and on one outcome, and says why there is no report without any score", async () => {
    const right = rows.slice(0, 20).map((row) => ({ ...row, correct: true }));
    expect((await done(write("one.jsonl", jsonl(...right)), "--correct", "correct")).stdout).toContain(
      "every prediction is correct",
    );
    expect((await done(write("single.jsonl", jsonl(right[0])), "--correct", "correct")).stdout).toContain("1 row");
    const blank = [
      right[0],
      { ...right[1], correct: null },
      { ...right[2], correct: "" },
      { response: right[3]?.response },
    ];
    const some = await done(write("blank.jsonl", jsonl(...blank)), "--correct", "correct");
    expect(some.stdout).toContain("3 lines have no correct and are scored without a label");
    const silent = write("silent.jsonl", jsonl({ correct: true, response: message("m", "Hi") }));
    const { stdout } = await done(silent, "--correct", "correct");
    expect(stdout).toContain("no report: no answer has both a label and lengthNormalised");
    expect(stdout).not.toContain("labelled answers have no");
    const total = chat("c", [token('{"total":', 0.9), token("5", 0.6), token("}", 0.9)]);
    const field = await done(write("field.jsonl", jsonl({ correct: true, response: total })), "--score", "$.totl");
    expect(field.stdout).toContain("no answer has $.totl: the answer has no such field; there are $.total");
    const { code, stderr } = await candor(["llm", silent, "--correct", "correct", "--fit", join(folder, "no.json")]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("expected some to learn from")]);
  });

  it("--fit and --policy learn on halves, and new answers are decided as `assess` decides them", async () => {
    const path = write("learn.jsonl", jsonl(...overconfident(600)));
    const [cal, pol] = [join(folder, "cal.json"), join(folder, "pol.json")];
    const flags = ["--correct", "correct", "--fit", cal, "--policy", pol, "--max-error", "30%", "--sure", "80%"];
    const { stdout } = await done(path, "--show", "0", ...flags);
    expect(stdout.replace(/\s+/g, " ")).toContain("fitted on 300 answers and the policy certified on the other 300");
    expect(stdout).not.toContain("NOT MET");
    const calibrator = openCalibrator(JSON.parse(readFileSync(cal, "utf8")));
    const policy = openPolicy(JSON.parse(readFileSync(pol, "utf8")));
    expect(calibrator.spec["scoreName"]).toBe("lengthNormalised");
    expect(policy.calibrator?.fingerprint).toBe(calibrator.fingerprint);
    expect(policy.source?.columns["confidence"]).toBe("lengthNormalised");

    const fresh = [...overconfident(30, 9).map(({ response }) => response), message("m", "I am 100 % sure.")];
    const decided = join(folder, "decided.csv");
    const source = write("fresh.jsonl", jsonl(...fresh));
    const { entries, summary } = await document(source, "--apply", pol, "--calibrator", cal, "--out", decided);
    for (const [i, response] of fresh.entries()) {
      const { probability, decision, interval } = assess(response, { policy });
      expect(entries[i]?.assessment).toMatchObject({ probability, decision, interval, score: "lengthNormalised" });
    }
    expect(entries.at(-1)?.assessment).toMatchObject({ probability: null, decision: "review" });
    expect(summary.decisions?.act).toBe(entries.filter(({ assessment }) => assessment?.decision === "act").length);
    expect(summary.decisions?.act).toBeGreaterThan(0);
    expect(readFileSync(decided, "utf8").split("\n")[0]).toMatch(/probability,decision$/);
    const other = await candor(["llm", source, "--calibrator", cal, "--score", "minToken"]);
    expect(other.stderr).toContain("the calibrator was fitted on lengthNormalised");
  });

  it("does not write a policy that cannot be certified, and exits with 1", async () => {
    const path = write("few.jsonl", jsonl(...rows.slice(0, 30)));
    const pol = join(folder, "few.json");
    const { code, stderr } = await candor(["llm", path, "--correct", "correct", "--policy", pol, "--max-error", "1%"]);
    expect(code).toBe(1);
    expect(stderr).toContain("was not written");
    expect(existsSync(pol)).toBe(false);
  });
});

describe("candor llm --judge", () => {
  const verdict = (id: string, text: string, p: number, other: string) => ({
    id,
    response: chat(`${id}${p}`, [token(text, p, { [other]: (1 - p) * 0.9 })]),
  });

  it("reads verdicts with their interval, and says how repeated ones differ", async () => {
    const path = write(
      "judge.jsonl",
      jsonl(
        verdict("a", "true", 0.99, "false"),
        verdict("a", "True", 0.55, "False"),
        verdict("b", "true", 0.9, "false"),
        verdict("b", "false", 0.6, "true"),
      ),
    );
    const { entries, groups } = await document(path, "--judge", "boolean", "--group-by", "id");
    const judged = entries.map(({ judgement }) => [judgement?.verdict, judgement?.probability]);
    expect(judged.map(([value]) => value)).toEqual([true, true, true, false]);
    expect(judged[1]?.[1]).toBeCloseTo(0.55 / (0.55 + 0.405), 12);
    expect(entries[1]?.judgement?.bounds?.[0]).toBeCloseTo(0.55, 12);
    expect(groups[0]?.verdicts).toMatchObject({ n: 2, counts: [{ verdict: "true", n: 2 }] });
    expect(groups[1]?.verdicts?.counts).toHaveLength(2);
    const { stdout } = await done(path, "--judge", "boolean", "--group-by", "id");
    expect(stdout).toContain("1 of 2 questions judged both ways");
    expect(stdout).toMatch(/a +true ×2, at 0\.576 to 0\.991/);
  });

  it("tells a sure verdict from an unsure one where the server listed no alternatives", async () => {
    const bare = (id: string, p: number) => ({
      id,
      response: chat(id, [{ token: "true", logprob: Math.log(p), bytes: null, top_logprobs: [] }]),
    });
    const path = write("bare.jsonl", jsonl(bare("q", 0.99), bare("q", 0.55), bare("r", 0.98), bare("r", 0.98)));
    const { groups } = await document(path, "--judge", "boolean", "--group-by", "id");
    expect(groups[0]?.verdicts).toMatchObject({
      range: null,
      atLeast: [expect.closeTo(0.55, 10), expect.closeTo(0.99, 10)],
    });
    const { stdout } = await done(path, "--judge", "boolean", "--group-by", "id", "--show", "2");
    expect(stdout).toMatch(/q +true ×2, at least 0\.550 to 0\.990\n +r +true ×2, at least 0\.980\n/);
    expect(stdout.indexOf("line 2 ")).toBeLessThan(stdout.indexOf("line 3 "));
  });

  it("reads choices and scales, and `judged` is a scale's expected score from 0 to 1", async () => {
    const choice = await document(
      write("choice.jsonl", jsonl(verdict("a", "B", 0.7, "C"))),
      ...["--judge", "choice:A,B,C,D"],
    );
    expect(choice.entries[0]?.judgement?.verdict).toBe("B");
    const path = write("scale.jsonl", jsonl(verdict("a", "8", 0.7, "6")));
    const scale = await document(path, "--judge", "scale:1-10", "--score", "judged");
    const expected = (8 * 0.7 + 6 * 0.27) / 0.97;
    expect(scale.entries[0]?.judgement).toMatchObject({ verdict: 8, expected: expect.closeTo(expected, 10) });
    expect(scale.summary.score.mean).toBeCloseTo((expected - 1) / 9, 10);
    const fused = chat("f", [token("Score: 9/10", 0.9)]);
    const parts = chat("h", [token("7", 0.8, { "9": 0.2 }), token(".", 0.9, { "\n": 0.1 }), token("5", 1)]);
    const halves = write("halves.jsonl", jsonl({ id: "h", response: parts }, { id: "f", response: fused }));
    const half = await document(halves, "--judge", "scale:0-10:0.5");
    expect(half.entries[0]?.judgement).toMatchObject({ verdict: 7.5, probability: expect.closeTo(0.72, 10) });
    expect(half.entries[0]?.judgement?.candidates).toHaveLength(21);
    const { stdout } = await done(halves, "--judge", "scale:0-10:0.5");
    expect(stdout).toMatch(/verdict 7\.5 0\.720.*, expected 7\.76 \(9 20%, 7 8%\)/);
    expect(stdout).not.toMatch(/ \?[,)]/);
    const alone = write(
      "alone.jsonl",
      jsonl({ response: chat("a", [token("9", 0.99)]) }, { response: chat("b", [token("9", 0.55)]) }),
    );
    const sure = (await document(alone, "--judge", "scale:1-10")).entries.map(
      ({ judgement }) => judgement?.probability,
    );
    expect(sure).toEqual([0.99 / 0.995, 0.55 / 0.775].map((share) => expect.closeTo(share, 10)));
    const { code, stderr } = await candor(["llm", halves, "--judge", "scale:0-1:0.3"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("scale:0-1:0.1 with its step")]);
  });

  it("gives no verdict a confidence that has none", async () => {
    const path = write("unread.jsonl", jsonl(message("m", "true, with 100 % confidence")));
    const { entries } = await document(path, "--judge", "boolean");
    expect(entries[0]?.judgement).toMatchObject({ verdict: true, probability: null });
    expect(entries[0]?.judgement?.reason).toMatch(/log-probabilities/);
  });
});

describe("candor llm --group-by", () => {
  const answer = (question: string, text: string, i: number) => ({
    question,
    response: chat(`${question}${i}`, [token(text, 0.9)]),
  });
  const texts = ["1,000 km", "1000 kilometers", "1000 km", "1e3 km", "900 km"];

  it("compares answers by what they mean; the least agreeing come first", async () => {
    const same = texts.map((_, i) => answer("same", "The answer is 42.", i));
    const split = texts.map((text, i) => answer("split", text, i));
    const path = write("samples.jsonl", jsonl(...same, ...split));
    const { groups, entries } = await document(path, "--group-by", "question", "--score", "agreement");
    expect(groups.map(({ id, answers, agreement }) => [id, answers, agreement])).toEqual([
      ["same", 1, 1],
      ["split", 2, 0.75],
    ]);
    expect(groups[1]?.semanticEntropy).toBeCloseTo(-(0.8 * Math.log(0.8) + 0.2 * Math.log(0.2)), 12);
    expect(groups[1]?.entries).toEqual([5, 6, 7, 8, 9]);
    expect(entries).toHaveLength(10);
    const { stdout } = await done(path, "--group-by", "question", "--score", "agreement", "--show", "1");
    expect(stdout).toContain("900 km");
    expect(stdout).toMatch(/split +5 +2 +75 % +0\.50/);
  });

  it("several choices of one response are compared without being asked", async () => {
    const path = write("choices.jsonl", jsonl(chat("c", [token("4", 0.9)], [token("four", 0.6)], [token("5", 0.5)])));
    const { groups, entries } = await document(path);
    expect(entries.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(groups).toMatchObject([{ id: "c", answers: 2, agreement: 0.5 }]);
  });

  it("says where ids repeat, and where nothing is compared", async () => {
    const path = write(
      "repeat.jsonl",
      jsonl({ id: "a", response: chat("x", [token("4", 0.9)]) }, { id: "a", response: chat("y", [token("4", 0.9)]) }),
    );
    expect((await done(path)).stdout).toContain("1 answer has the id of an earlier one: --group-by id");
    const apart = write("apart.jsonl", jsonl({ q: "1", response: chat("x", [token("4", 0.9)]) }));
    expect((await done(apart, "--group-by", "q")).stdout).toContain(
      "no two answers have the same q; nothing was compared",
    );
    const { code, stderr } = await candor(["llm", apart, "--group-by", "nothing"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no line has "nothing" (--group-by), there are q')]);
  });
});
