import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import type { LlmDocument } from "@candor/llm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, candor } from "../cli/run.ts";
import { chat, chunks, invoice, jsonl, message, token, unsure } from "./responses.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-llm-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function document(...args: string[]): Promise<LlmDocument> {
  const { code, stdout, stderr } = await candor(["llm", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(["llm", ...args]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  return stderr;
}

const three = () =>
  jsonl({ id: "q1", question: "capital?", response: chat("c1", unsure) }, chat("c2", invoice), {
    id: "q3",
    response: message("m1", "Paris."),
  });

describe("candor llm FILE", () => {
  it("shows the least sure answers, marked without colour, in 80 columns", async () => {
    const { code, stdout, stderr } = await candor(["llm", write("a.jsonl", three())]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /3 answers: 2 rest on token log-probabilities, 1 has no confidence; 2 have a\s+token less likely than not\./,
    );
    expect(stdout).toContain("The capital is «Sydney 41%».");
    expect(stdout).toContain('instead of " Sydney" 41%: " Canberra" 38%');
    expect(stdout).toMatch(/\$\.total +5 +0\.310 +6/);
    expect(stdout).toContain("This model gives no log-probabilities.");
    expect(stdout.indexOf("line 1")).toBeLessThan(stdout.indexOf("line 2"));
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it("colours the same text where colour is asked for", async () => {
    const path = write("color.jsonl", three());
    const plain = await candor(["llm", path]);
    const coloured = await candor(["llm", path], { env: { FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\u001b[");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of
    expect(coloured.stdout.replace(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
  });

  it("writes ASCII where nothing else can be shown", async () => {
    const path = write("ascii.jsonl", three());
    const { stdout } = await candor(["llm", path, "--show", "1"], { env: { LANG: "C", FORCE_COLOR: "" } });
    expect(stdout).toContain("Sydney 41%");
  });

  it("emits nothing that a model wrote raw: escapes, direction, hidden letters, line feeds", async () => {
    const evil = "a\u001b[31mred\u001b[0m\u0007 \u202eabc\u200b\u2028\r\nb\ud800";
    const path = write(
      "evil.jsonl",
      jsonl({ id: "\u001b]0;x\u0007", response: chat("c", [token(evil, 0.3, { "\u001b[2J": 0.2 })]) }),
    );
    const { stdout } = await candor(["llm", path]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]/);
    expect(stdout).toContain("\\u{1b}[31mred");
    expect(stdout).toContain("\\u{202e}abc\\u{200b}");
  });

  it("keeps long and many answers short", async () => {
    const long = Array.from({ length: 2000 }, (_, i) => token(` word${i}`, i === 1500 ? 0.2 : 0.98));
    const path = write("long.jsonl", jsonl(...Array.from({ length: 8 }, (_, i) => chat(`c${i}`, long))));
    const { stdout } = await candor(["llm", path, "--show", "2"]);
    expect(stdout).toContain("«word1500 20%»");
    expect(stdout.split("\n").length).toBeLessThan(50);
  });

  it("reads one JSON document, an array, gzip, UTF-16 and standard input", async () => {
    const pretty = JSON.stringify(chat("c1", unsure), undefined, 2);
    const text = `[\n${pretty},\n${JSON.stringify(chat("c2", invoice))}\n]`;
    expect((await document(write("one.json", pretty))).n).toBe(1);
    expect((await document(write("two.json", text))).entries.map(({ line }) => line)).toEqual([1, 2]);
    expect((await document(write("packed.jsonl.gz", gzipSync(three())))).n).toBe(3);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(three(), "utf16le")]);
    expect((await document(write("wide.jsonl", utf16))).n).toBe(3);
    const piped = await candor(["llm", "-", "--json"], { input: gzipSync(three()) });
    expect(JSON.parse(piped.stdout).source.name).toBe("standard input");
  });

  it("takes results of batch jobs and Ollama's own `response` for what they are", async () => {
    const batch = { id: "b1", custom_id: "mine", response: { status_code: 200, body: chat("c", unsure) }, error: null };
    const failed = { id: "b2", custom_id: "other", response: null, error: { code: "expired", message: "late" } };
    const anthropic = { custom_id: "third", result: { type: "succeeded", message: message("m", "Hi") } };
    const ollama = { model: "llama-test", created_at: "2026-01-01T00:00:00Z", response: '{"a": 1}', done: true };
    const { entries } = await document(write("batch.jsonl", jsonl(batch, failed, anthropic, ollama)));
    expect(entries.map(({ id }) => id)).toEqual(["mine", "other", "third", null]);
    expect(entries[1]?.fault?.code).toBe("expired");
    expect(entries[3]?.text).toBe('{"a": 1}');
    const late = { custom_id: "late", result: { type: "expired" } };
    const bad = { custom_id: "bad", result: { type: "errored", error: { type: "error", error: { type: "invalid" } } } };
    const keyed = { key: "k1", error: { code: 400, message: "no", status: "INVALID_ARGUMENT" } };
    const without = await document(write("failed.jsonl", jsonl(late, bad, keyed)));
    expect(without.entries.map(({ id, fault }) => [id, fault?.code])).toEqual([
      ["late", "expired"],
      ["bad", "invalid"],
      ["k1", "INVALID_ARGUMENT"],
    ]);
  });

  it("says plainly where there is no confidence, and what can be done", async () => {
    const { code, stdout } = await candor(["llm", write("none.jsonl", jsonl(message("m", "I am 100 % sure.")))]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 answer: it has no confidence.");
    expect(stdout).toContain("--group-by");
  });

  it("reads a stated confidence only where it is asked for", async () => {
    const path = write("stated.jsonl", jsonl(message("m", "Paris. Confidence: 90%"), message("n", "Rome.")));
    const silent = await document(path);
    expect(silent.entries.map(({ evidence }) => evidence.kind)).toEqual(["none", "none"]);
    expect(silent.summary.score.n).toBe(0);
    const asked = await document(path, "--score", "stated");
    expect(asked.entries.map(({ evidence }) => evidence.kind)).toEqual(["verbalised", "none"]);
    expect(asked.summary.score).toMatchObject({ n: 1, missing: 1, mean: 0.9 });
    const sure = [token("Paris. Confidence: 100%", 0.4, { "Rome.": 0.3 })];
    const { entries } = await document(write("sure.jsonl", jsonl(chat("c", sure))));
    expect(entries[0]?.scores.lengthNormalised).toBeCloseTo(0.4, 12);
  });

  it("scores every wire format there is a fixture of, whole and streamed", async () => {
    const fixtures = fileURLToPath(new URL("../../../llm/test/fixtures", import.meta.url));
    const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter(
      (name) => !name.startsWith("replay"),
    );
    const whole = names
      .filter((name) => name.endsWith(".json"))
      .map((name) => readFileSync(join(fixtures, name), "utf8"));
    expect(whole.length).toBeGreaterThan(30);
    const { n, summary } = await document(write("all.json", `[${whole.join(",")}]`));
    expect(n).toBeGreaterThanOrEqual(whole.length);
    expect(Object.keys(summary.providers).length).toBeGreaterThan(5);
    const streams = names.filter((name) => /stream\.jsonl$/.test(name));
    expect(streams.length).toBeGreaterThan(7);
    for (const name of streams) expect((await document(join(fixtures, name), "--stream")).n).toBe(1);
  });

  it("counts errors of the provider without repeating what they say", async () => {
    const fault = { error: { message: "secret-4711 exceeded", type: "requests", code: "rate_limit_exceeded" } };
    const path = write("fault.jsonl", jsonl(fault, chat("c", unsure)));
    const { code, stdout } = await candor(["llm", path]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 response is an error of the provider");
    expect(stdout).not.toContain("secret-4711");
    expect((await document(path)).summary.faults).toBe(1);
  });
});

describe("candor llm --json", () => {
  it("is candor.llm/1 with an entry per answer, and every number is finite or null", async () => {
    const path = write("json.jsonl", three());
    const made = await document(path, "--group-by", "id");
    expect(made.schema).toBe("candor.llm/1");
    expect([made.n, made.entries.length, made.source.responses]).toEqual([3, 3, 3]);
    const keys = [
      "answers",
      "assessment",
      "bounds",
      "columns",
      "correct",
      "evidence",
      "fault",
      "fields",
      "finish",
      "flags",
    ];
    keys.push("format", "id", "index", "judgement", "line", "model", "provider", "reasons", "refusal", "scores");
    keys.push("text", "tokens", "toolCalls");
    for (const entry of made.entries) expect(Object.keys(entry).toSorted()).toEqual(keys);
    const [first, second, third] = made.entries;
    expect(first).toMatchObject({
      id: "q1",
      line: 1,
      provider: "openai-compatible",
      columns: { question: "capital?" },
    });
    expect(first?.scores.sequence).toBeCloseTo(0.99 * 0.999 * 0.97 * 0.41 * 0.99, 12);
    expect(first?.scores.lengthNormalised).toBeCloseTo((0.99 * 0.999 * 0.97 * 0.41 * 0.99) ** (1 / 5), 12);
    expect(first?.tokens[3]).toMatchObject({ text: " Sydney", start: 14, end: 21, channel: "content" });
    expect(first?.tokens[3]?.top[1]?.text).toBe(" Canberra");
    expect(second?.fields.map(({ path: at, json }) => [at, json])).toEqual([
      ["$.name", '"Zoë"'],
      ["$.total", "5"],
    ]);
    expect(second?.fields[1]?.probability).toBeCloseTo(0.31, 12);
    expect(third?.scores.lengthNormalised).toBeNull();
    expect(third?.reasons.lengthNormalised).toMatch(/log-probabilities/);
    expect(third?.evidence.kind).toBe("none");
  });

  it("to a file leaves nothing behind when it is interrupted", async () => {
    const controller = new AbortController();
    controller.abort();
    const out = join(folder, "interrupted.json");
    const { code } = await candor(["llm", write("int.jsonl", three()), "--json", out], { signal: controller.signal });
    expect(code).toBe(130);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("writes thousands of answers one by one", async () => {
    const path = write(
      "many.jsonl",
      jsonl(...Array.from({ length: 1000 }, (_, i) => chat(`c${i}`, [token(`${i}`, 0.9)]))),
    );
    const made = await document(path);
    expect([made.n, made.entries.length]).toEqual([1000, 1000]);
    expect(made.entries[999]?.text).toBe("999");
  });
});

describe("candor llm --stream", () => {
  const events = (id: string) => chunks(id, unsure);
  const sse = (id: string) =>
    `${events(id)
      .map((event) => `data: ${JSON.stringify(event)}\n\n`)
      .join("")}data: [DONE]\n\n`;

  it("makes the entry that the whole response makes, of events, lines, an array and a record", async () => {
    const whole = (await document(write("whole.jsonl", jsonl(chat("s1", unsure))))).entries[0];
    const texts = [
      sse("s1"),
      sse("s1").replaceAll("\n\n", "\n"),
      sse("s1").replaceAll("\n", "\r\n"),
      jsonl(...events("s1")),
      JSON.stringify(events("s1"), undefined, 1),
      jsonl(events("s1")),
    ];
    for (const [i, text] of texts.entries()) {
      const { entries, n } = await document(write(`stream${i}.txt`, text), "--stream");
      expect(n).toBe(1);
      expect(entries[0]?.scores).toEqual(whole?.scores);
      expect(entries[0]?.tokens).toEqual(whole?.tokens);
    }
    const record = jsonl({ id: "mine", correct: true, chunks: events("s1") }, { id: "text", stream: sse("s1") });
    const { entries } = await document(write("record.jsonl", record));
    expect(entries.map(({ id }) => id)).toEqual(["mine", "text"]);
    expect(entries.map(({ scores }) => scores)).toEqual([whole?.scores, whole?.scores]);
  });

  it("takes several streams apart by [DONE] and by their ids", async () => {
    const done = await document(write("two.txt", sse("s1") + sse("s1")), "--stream");
    expect(done.entries.map(({ text }) => text)).toEqual(Array(2).fill("The capital is Sydney."));
    const ids = await document(write("ids.jsonl", jsonl(...events("s1"), ...events("s2"))), "--stream");
    expect(ids.entries.map(({ id, line }) => [id, line])).toEqual([
      ["s1", 1],
      ["s2", 7],
    ]);
  });

  it("is hinted at where chunks come without it", async () => {
    expect(await refused(write("chunks.jsonl", jsonl(...events("s"))))).toContain("line 1: one chunk of a stream");
    expect(await refused(write("sse.txt", sse("s")))).toContain("--stream reads recorded streams");
  });
});

describe("candor llm on bad input", () => {
  it("names the line, what was expected and what came, and never quotes the answer", async () => {
    const path = write("bad.jsonl", `${three()}{"id": "q4", "response": {"secret-4711": \n`);
    const stderr = await refused(path);
    expect(stderr).toMatch(/bad\.jsonl: line 4: not JSON, it ends early, expected one provider response per line/);
    const strange = await refused(write("strange.jsonl", jsonl({ text: "secret-4711" })));
    expect(strange).toContain("line 1");
    expect(stderr + strange).not.toContain("secret-4711");
    expect(strange).toContain("expected the response as the provider sent it, alone or in the field `response`");
  });

  it("knows requests, half-written lines, NaN and empty lists for what they are", async () => {
    const body = { model: "m", messages: [{ role: "user", content: "hi" }] };
    const request = { custom_id: "r1", method: "POST", url: "/v1/chat/completions", body };
    for (const one of [request, body])
      expect(await refused(write("request.jsonl", jsonl(one)))).toContain("looks like a request");
    const cut = three().slice(0, three().indexOf('"choices"') + 10);
    expect(await refused(write("half.jsonl", `${three()}${cut}`))).toContain("line 4: not JSON, it ends early");
    const python = three().replace(/"logprob":-[\d.]+/, '"logprob":-Infinity');
    expect(await refused(write("python.jsonl", python))).toContain("NaN or Infinity");
    expect(await refused(write("none.json", "[]"))).toContain("holds no response");
  });

  it("--skip-bad leaves bad lines out and counts them", async () => {
    const path = write("skip.jsonl", `nonsense\n${three()}[1]\n"text"\n`);
    const { source, n } = await document(path, "--skip-bad");
    expect(n).toBe(3);
    expect(source.responses).toBe(6);
    expect(source.skipped.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    const nothing = write("nothing.jsonl", "nonsense\nmore\n");
    expect(await refused(nothing, "--skip-bad")).toContain("no line can be used");
  });

  it.each([
    ["empty.jsonl", "", "is empty"],
    ["blank.jsonl", "\n \n", "is empty"],
    ["latin.jsonl", new Uint8Array([0x7b, 0xe9, 0x7d]), "no UTF-8 text"],
    ["cut.jsonl.gz", gzipSync("{}".repeat(99)).subarray(0, 20), "not a whole gzip file"],
    ["a.parquet", "PAR1....", "is a Parquet file"],
  ])("refuses %s", async (name, content, reason) => {
    expect(await refused(write(name, content))).toContain(reason);
  });

  it.each([
    [["--fit", "cal.json"], "--fit needs labels"],
    [["--policy", "p.json", "--correct", "ok"], "--policy needs --max-error"],
    [["--score", "lenghtNormalised"], "did you mean lengthNormalised?"],
    [["--score", "judge"], "--score judge needs --judge"],
    [["--judge", "choice:A"], "expected two or more different choices"],
    [["--judge", "scale:9-1"], "expected the ends of the scale"],
    [["--out", "scores.xlsx"], "expected a name in .csv"],
    [["--html", "-"], "--html needs the name of a file"],
    [["--correct", "ok"], "no line has"],
  ])("refuses %s", async (flags, reason) => {
    expect(await refused(write("flags.jsonl", three()), ...flags)).toContain(reason);
  });

  it("refuses a missing file, a folder and no file", async () => {
    expect(await refused(join(folder, "absent.jsonl"))).toContain("no such file");
    expect(await refused(folder)).toContain("is a folder");
    expect(await refused()).toContain("no file to score");
    expect(await refused(write("same.jsonl", three()), "--json", join(folder, "same.jsonl"))).toContain("is an input");
  });
});

describe("candor llm --out", () => {
  const table = async (name: string, ...args: string[]): Promise<CliResult & { text: string }> => {
    const path = join(folder, name);
    const source = write(
      `${name}.jsonl`,
      jsonl({ id: "q1", 'a "b", c': "x,\ny", response: chat("c", unsure) }, { response: message("m", "Hi") }),
    );
    const result = await candor(["llm", source, "--out", path, ...args]);
    const bytes = readFileSync(path);
    return { ...result, text: (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8") };
  };

  it("writes all scores and own columns as CSV, TSV, JSONL and JSON, packed or not", async () => {
    const csv = await table("t.csv");
    expect(csv.stdout).toContain("wrote ");
    const head =
      "line,id,index,provider,model,evidence,sequence,lengthNormalised,perplexity,minToken,minWindow,meanEntropy,maxEntropy,meanMargin,minMargin,firstToken,decisionToken";
    expect(csv.text.split("\n")[0]).toBe(`${head},"a ""b"", c"`);
    expect(csv.text).toContain('"x,\ny"');
    expect((await table("t.csv.gz")).text).toBe(csv.text);
    expect((await table("t.tsv")).text.startsWith("line\tid\t")).toBe(true);
    const rows = (await table("t.jsonl")).text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toEqual(JSON.parse((await table("t.json")).text));
    expect(rows[0]).toMatchObject({ id: "q1", 'a "b", c': "x,\ny", firstToken: expect.closeTo(0.99, 12) });
    expect(rows[1].lengthNormalised).toBeNull();
  });

  it("has a column for a field's probability that is scored by", async () => {
    const path = write("path.jsonl", jsonl({ total_ok: true, response: chat("c", invoice) }));
    const out = join(folder, "path.csv");
    await candor(["llm", path, "--score", "$.total", "--out", out]);
    const [head = "", row = ""] = readFileSync(out, "utf8").split("\n");
    expect(Number(row.split(",")[head.split(",").indexOf("$.total")])).toBeCloseTo(0.31, 12);
  });
});
