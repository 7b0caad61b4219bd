import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Calibrator, calibrationMethods, createRandom, type FitDocument, type ReportDocument } from "@candor/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, candor } from "../cli/run.ts";
import { data } from "./class-data.ts";
import { agree, reference } from "./reference-json.ts";

const present = existsSync(data);
if (!present) console.warn(`${data} is absent: fits of DenseNet-40 through the command line are not checked`);

it("the real predictions are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
});

let folder = "";
let work = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-fit-"));
});
beforeEach(() => {
  work = mkdtempSync(join(folder, "t-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(work, name);
const text = (path: string): string => readFileSync(path, "utf8");
const read = <T>(path: string): T => JSON.parse(text(path));

function write(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

interface Row {
  readonly p: number;
  readonly y: 0 | 1;
}

/** Scores with logits of spread 1.5 that are `steep` times what they should be. */
function rows(n: number, steep: number, seed = 1): Row[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => {
    const logit = 1.5 * random.normal();
    const y = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    return { p: 1 / (1 + Math.exp(-steep * logit)), y };
  });
}

function csv(name: string, drawn: readonly Row[], further: Readonly<Record<string, (row: number) => unknown>> = {}) {
  const names = Object.keys(further);
  const lines = drawn.map(({ p, y }, i) => [p, y, ...names.map((column) => further[column]?.(i))].join(","));
  return write(name, [["score", "label", ...names].join(","), ...lines]);
}

async function ok(...args: readonly string[]): Promise<CliResult> {
  const result = await candor(args);
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  return result;
}

async function fitted(...args: readonly string[]): Promise<FitDocument> {
  return JSON.parse((await ok("fit", ...args, "--json")).stdout);
}

async function reported(...args: readonly string[]): Promise<ReportDocument> {
  return JSON.parse((await ok("report", ...args, "--json")).stdout);
}

/** What a command says that is refused; nothing is left behind. */
async function refusal(...args: readonly string[]): Promise<string> {
  const before = readdirSync(work);
  const { code, stdout, stderr } = await candor(["fit", ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(readdirSync(work)).toEqual(before);
  return stderr.replaceAll(`${work}/`, "");
}

/** The same figures, where one of them was computed from probabilities that were written and read again. */
function sameFigures(one: ReportDocument, other: ReportDocument): void {
  expect(other.n).toBe(one.n);
  for (const name of ["ece", "eceEqualMass", "logLoss", "brier", "auroc", "mce"]) {
    const [a, b] = [one, other].map(({ metrics }) => metrics[name]);
    agree(name, b?.value, a?.value, 1e-12);
  }
  agree("accuracy", other.accuracy.value, one.accuracy.value, 1e-15);
}

describe.skipIf(!present)("candor fit, DenseNet-40 on CIFAR-10", () => {
  const densenet = "c10_densenet40_logits";
  const file = (name: string): string => join(data, densenet, name);

  it("--method temperature has the published T = 2.8826; report --calibrator and apply the ECE 0.0094632", async () => {
    const cal = at("cal.json");
    const flags = ["--logits", file("logits_val.npy"), "--labels", file("labels_val.npy")];
    const document = await fitted(...flags, "--method", "temperature", "-o", cal);
    const temperature = Number(document.parameters["temperature"]);
    expect(temperature.toFixed(4)).toBe("2.8826");
    agree("T", temperature, reference(densenet, "methods", "temperature", "params")["T"], 1e-11);
    agree("before", document.before.logLoss.value, reference(densenet, "uncalibrated_cal")["nll"], 1e-10);
    expect(document).toMatchObject({ method: "temperature", scoreKind: "logits", n: 5000 });
    expect(document.verdict.status).toBe("improved");
    expect(document.calibrator).toEqual(read<Calibrator>(cal));

    const figures = reference(densenet, "methods", "temperature", "test");
    const truth = ["--labels", file("labels_test.npy")];
    const after = await reported("--logits", file("logits_test.npy"), ...truth, "--calibrator", cal);
    expect(after.metrics.ece.value.toFixed(7)).toBe("0.0094632");
    agree("ece15", after.metrics.ece.value, figures["ece15"], 1e-10);
    agree("ece15_left", after.metrics.eceLeft.value, figures["ece15_left"], 1e-10);
    agree("nll", after.metrics.logLoss.value, figures["nll"], 1e-10);
    agree("brier", after.metrics.brier.value, figures["brier"], 1e-10);
    agree("cwece15", after.metrics.classwiseEce?.value, figures["cwece15"], 1e-10);
    agree("accuracy", after.accuracy.value, figures["accuracy"], 1e-15);

    await ok("apply", cal, "--logits", file("logits_test.npy"), "-o", at("probabilities.npy"));
    sameFigures(after, await reported("--probs", at("probabilities.npy"), ...truth));
  });

  it("the figures held out cost no more than a fold's fit differs from that of all rows", async () => {
    const flags = ["--logits", file("logits_val.npy"), "--labels", file("labels_val.npy")];
    const { after, improvement, validation } = await fitted(...flags, "--method", "temperature");
    const optimum = Number(reference(densenet, "methods", "temperature", "params")["nll_cal"]);
    expect(after.logLoss.value).toBeGreaterThan(optimum);
    expect(after.logLoss.value).toBeLessThan(optimum + 1e-3);
    expect(improvement.logLoss.lower).toBeGreaterThan(0.1);
    expect(validation).toEqual({ scheme: "random", folds: 5, heldOut: 5000, seed: 0, by: null });
  });
});

describe("candor fit FILE --json", () => {
  it("has method, before, after, improvement, candidates, parameters and the calibrator", async () => {
    const document = await fitted(csv("a.csv", rows(1500, 2)));
    expect(document.schema).toBe("candor.fit/1");
    expect(document.verdict.status).toBe("improved");
    expect(document.candidates.filter(({ chosen }) => chosen).map(({ method }) => method)).toEqual([document.method]);
    expect(document.candidates.length).toBeGreaterThan(5);
    for (const { reason } of document.candidates) expect(reason).toMatch(/\w/);
    expect(Object.keys(document.parameters).length).toBeGreaterThan(0);
    const { before, after, improvement, calibrator } = document;
    agree("improvement", improvement.logLoss.value, before.logLoss.value - after.logLoss.value, 1e-12);
    agree("improvement", improvement.brier.value, before.brier.value - after.brier.value, 1e-12);
    expect(improvement.logLoss.lower).toBeGreaterThan(0);
    expect(calibrator).toMatchObject({
      schema: "candor.calibrator/1",
      method: document.method,
      parameters: document.parameters,
      scoreKind: "probability",
      classNames: ["0", "1"],
      n: 1500,
      created: "2026-01-02T03:04:05.000Z",
    });
    expect(calibrator.data.name).toBe("a.csv");
  });

  it("writes --json FILE and --out FILE, and says what was written and what is next", async () => {
    const { stdout } = await ok("fit", csv("a.csv", rows(400, 2)), "-o", at("cal.json"), "--json", at("fit.json"));
    expect(stdout).toContain("wrote ");
    expect(stdout).toContain("next: candor apply");
    expect(read<FitDocument>(at("fit.json")).calibrator).toEqual(read<Calibrator>(at("cal.json")));
    expect(readdirSync(work).sort()).toEqual(["a.csv", "cal.json", "fit.json"]);
  });

  it("gives the same bytes for the same rows, seed and --created, and others for another seed", async () => {
    const file = csv("a.csv", rows(300, 1.6));
    const once = async (name: string, ...flags: string[]): Promise<string> => {
      const args = ["--created", "2026-11-22", "-o", at(name), "--json", at(`fit-${name}`), ...flags];
      const { stdout } = await ok("fit", file, ...args);
      return stdout.replaceAll(name, "NAME");
    };
    expect(await once("one.json")).toBe(await once("two.json"));
    expect(text(at("one.json"))).toBe(text(at("two.json")));
    expect(text(at("fit-one.json"))).toBe(text(at("fit-two.json")));
    expect(read<Calibrator>(at("one.json")).created).toBe("2026-11-22");
    await once("three.json", "--seed", "7");
    expect(text(at("fit-three.json"))).not.toBe(text(at("fit-one.json")));
  });

  it("--group holds groups out together, --time predicts each fold from what came before it", async () => {
    const drawn = rows(900, 2);
    const file = csv("a.csv", drawn, {
      customer: (i) => `c${i % 60}`,
      day: (i) => new Date(Date.UTC(2026, 0, 1) + 3_600_000 * i).toISOString(),
    });
    const flags = ["--score", "score", "--label", "label", "--method", "platt"];
    const plain = await fitted(file, ...flags, "--folds", "4");
    expect(plain.validation).toEqual({ scheme: "random", folds: 4, heldOut: 900, seed: 0, by: null });
    const grouped = await fitted(file, ...flags, "--folds", "4", "--group", "customer");
    expect(grouped.validation).toMatchObject({ scheme: "grouped", folds: 4, heldOut: 900, by: "customer" });
    const ordered = await fitted(file, ...flags, "--time", "day");
    expect(ordered.validation).toMatchObject({ scheme: "time", by: "day" });
    expect(ordered.validation.heldOut).toBeLessThan(900);
    expect(ordered.before.logLoss.n).toBe(ordered.validation.heldOut);
    expect(grouped.after.logLoss.value).not.toBe(plain.after.logLoss.value);
    expect(grouped.calibrator.spec).toMatchObject({ scheme: "grouped", folds: 4 });
    for (const { parameters } of [grouped, ordered]) expect(parameters).toEqual(plain.parameters);
  });

  it("reads confidences with whether they were correct, from JSONL", async () => {
    const lines = rows(1200, 2.5).map(({ p, y }, i) => JSON.stringify({ id: i, conf: p, ok: y === 1 }));
    const file = write("answers.jsonl", lines);
    const flags = ["--confidence", "conf", "--correct", "ok"];
    const document = await fitted(file, ...flags, "-o", at("cal.json"));
    expect(document).toMatchObject({ scoreKind: "confidence", classNames: [], verdict: { status: "improved" } });
    const after = await reported(file, ...flags, "--calibrator", at("cal.json"));
    await ok("apply", at("cal.json"), file, "--confidence", "conf", "-o", at("out.jsonl"));
    const again = await reported(at("out.jsonl"), "--confidence", "confidence", "--correct", "ok");
    sameFigures(after, again);
    expect(after.metrics.logLoss.value).toBeLessThan((await reported(file, ...flags)).metrics.logLoss.value);
  });
});

/** Logits of three classes with a bias towards the last, and classes drawn from what they should be. */
function classRows(n: number): string[] {
  const random = createRandom(11);
  return Array.from({ length: n }, () => {
    const right = [random.normal(), random.normal(), random.normal()].map((z) => 1.5 * z);
    const exps = right.map(Math.exp);
    let u = random.uniform() * exps.reduce((total, value) => total + value, 0);
    let label = 0;
    while (label < 2 && u > (exps[label] ?? 0)) u -= exps[label++] ?? 0;
    return [...right.map((z, k) => 2 * z + (k === 2 ? 1.5 : 0)), ["cat", "dog", "bird"][label]].join(",");
  });
}

describe("candor fit, apply and report --calibrator", () => {
  it.each(["platt", "isotonic", "venn-abers", "histogram-mass"])(
    "agree on the rows of a CSV file: %s",
    async (name) => {
      const file = csv("a.csv", rows(600, 2));
      await ok("fit", file, "--method", name, "-o", at("cal.json"), "--anyway");
      const after = await reported(file, "--calibrator", at("cal.json"));
      await ok("apply", at("cal.json"), file, "-o", at("out.csv"));
      const [header, ...lines] = text(at("out.csv")).trimEnd().split("\n");
      expect(header).toBe("score,label,confidence");
      expect(lines.length).toBe(600);
      sameFigures(after, await reported(at("out.csv"), "--score", "confidence", "--label", "label"));
    },
  );

  it("agree on logits of three classes; --keep-order keeps every predicted class", async () => {
    const file = write("z.csv", ["z_cat,z_dog,z_bird,label", ...classRows(1200)]);
    const before = await reported(file, "--logits", "z_*");
    for (const flags of [
      ["--method", "vector"],
      ["--method", "vector", "--keep-order"],
    ]) {
      const document = await fitted(file, "--logits", "z_*", ...flags, "-o", at("cal.json"));
      expect(document).toMatchObject({ scoreKind: "logits", classNames: ["cat", "dog", "bird"] });
      const after = await reported(file, "--logits", "z_*", "--calibrator", at("cal.json"));
      await ok("apply", at("cal.json"), file, "--logits", "z_*", "-o", at("out.csv"));
      const [header] = text(at("out.csv")).split("\n");
      expect(header).toBe("z_cat,z_dog,z_bird,label,prediction,confidence,p_cat,p_dog,p_bird");
      sameFigures(after, await reported(at("out.csv"), "--probs", "p_*", "--label", "label"));
      expect(after.metrics.logLoss.value).toBeLessThan(before.metrics.logLoss.value);
      if (flags.includes("--keep-order")) expect(after.accuracy.value).toBe(before.accuracy.value);
      else expect(after.accuracy.value).toBeGreaterThan(before.accuracy.value);
    }
  });
});

describe("candor fit --method", () => {
  it("list names every method of both kinds, without a file", async () => {
    const { stdout } = await ok("fit", "--method", "list");
    for (const task of ["binary", "multiclass"] as const)
      for (const { method, label } of calibrationMethods(task)) {
        const wrapper = /^(one-vs-rest|top-label)-/.exec(method);
        if (wrapper) expect(stdout).toContain(`  ${wrapper[0]}NAME `);
        else expect(stdout).toContain(`  ${method} `);
        if (!wrapper) expect(stdout).toContain(label);
      }
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("does what was asked by name: every binary method makes a calibrator that opens", async () => {
    const file = csv("a.csv", rows(100, 2));
    for (const { method } of calibrationMethods("binary")) {
      const document = await fitted(file, "--method", method, "--anyway", "-o", at(`${method}.json`));
      expect(document.method).toBe(method);
      expect(document.candidates.find(({ chosen }) => chosen)?.method).toBe(method);
      await ok("apply", at(`${method}.json`), file, "-o", at("out.csv"));
    }
  });

  it("NAME that makes the scores worse exits 1 without --out, and with it under --anyway", async () => {
    const random = createRandom(3);
    const sharp = Array.from({ length: 3000 }, (): Row => {
      const p = 1 / (1 + Math.exp(-6 * random.normal()));
      return { p, y: random.uniform() < p ? 1 : 0 };
    });
    const file = csv("sharp.csv", sharp);
    const flags = ["--method", "histogram-width", "-o", at("cal.json"), "--json", at("fit.json")];
    const { code, stdout, stderr } = await candor(["fit", file, ...flags]);
    expect(code).toBe(1);
    expect(stderr).toContain("was not written: the scores are worse after this method");
    expect(stdout).toContain("makes the scores worse");
    expect(readdirSync(work).sort()).toEqual(["fit.json", "sharp.csv"]);
    expect(read<FitDocument>(at("fit.json")).verdict.status).toBe("worse");
    await ok("fit", file, ...flags, "--anyway");
    expect(read<Calibrator>(at("cal.json")).method).toBe("histogram-width");
    const auto = await fitted(file);
    expect(auto.verdict.status).not.toBe("worse");
    expect(auto.after.logLoss.value).toBeLessThanOrEqual(auto.before.logLoss.value);
  });
});

describe("candor fit refuses", () => {
  it("one class, in words", async () => {
    const drawn = rows(100, 2).map(({ p }): Row => ({ p, y: 1 }));
    const file = csv("a.csv", drawn);
    expect(await refusal(file, "-o", at("cal.json"))).toContain('expected both classes, but every label is "1"');
    const lines = drawn.map(({ p }) => JSON.stringify({ confidence: p, correct: true }));
    expect(await refusal(write("b.jsonl", lines), "--method", "platt")).toContain(
      "needs both outcomes, but every outcome is 1",
    );
  });

  it("too few rows for the method asked for, and no rows", async () => {
    const few = csv("few.csv", [
      { p: 0.4, y: 1 },
      { p: 0.3, y: 0 },
      { p: 0.2, y: 1 },
    ]);
    expect(await refusal(few, "--method", "platt", "-o", at("cal.json"))).toContain(
      "platt fits all rows, but not without a fold: Platt scaling with hard targets needs both outcomes",
    );
    expect(await refusal(csv("none.csv", []), "-o", at("cal.json"))).toContain("no rows");
    const { verdict, method } = await fitted(few);
    expect({ status: verdict.status, method }).toEqual({ status: "too-few-labels", method: "identity" });
  });

  it("scores that separate the classes, and scores that are all the same, where the method has no answer", async () => {
    const apart = [0.1, 0.2, 0.3, 0.7, 0.8, 0.9].map((p): Row => ({ p, y: p > 0.5 ? 1 : 0 }));
    expect(await refusal(csv("a.csv", apart), "--method", "platt")).toContain(
      "outcomes 0 and 1 are separated by the scores",
    );
    const same = [0, 1, 0, 1, 0, 1].map((y): Row => ({ p: 0.5, y: y === 1 ? 1 : 0 }));
    expect(await refusal(csv("b.csv", same), "--method", "platt")).toContain("2 different scores, but there is 1: 0.5");
  });

  it("to write over an input, into a folder that is not there, and a card of another kind", async () => {
    const file = csv("a.csv", rows(100, 2));
    const before = text(file);
    expect(await refusal(file, "-o", file)).toContain("input");
    expect(text(file)).toBe(before);
    expect(await refusal(file, "-o", at("missing/cal.json"))).toContain("the folder does not exist");
    expect(await refusal(file, "--card", at("card.pdf"))).toContain(
      "--card needs a name in .md or .html, got card.pdf",
    );
    expect(await refusal(file, "-o", "-")).toContain("--out needs the name of a file");
    expect(await refusal(file, "--html", "-")).toContain("--html needs the name of a file");
  });

  it("a method that does not exist, before it looks at the file, and one for scores of another kind", async () => {
    expect(await refusal(at("missing.csv"), "--method", "plat")).toContain(
      "no method is called plat (did you mean platt?); `--method list` names all",
    );
    const file = csv("a.csv", rows(100, 2));
    expect(await refusal(file, "--method", "svs")).toContain(
      "svs is a method for one score per class, and these are one per row",
    );
    const classes = write("p.csv", [
      "p_a,p_b,p_c,label",
      ...Array.from({ length: 60 }, (_, i) => `0.5,0.3,0.2,${"abc"[i % 3]}`),
    ]);
    expect(await refusal(classes, "--method", "platt")).toContain("one-vs-rest-platt or top-label-platt");
  });

  it("numbers and dates that are none", async () => {
    const file = csv("a.csv", rows(100, 2));
    expect(await refusal(file, "--folds", "1")).toContain("expected a whole number from 2 to 50");
    expect(await refusal(file, "--folds", "51")).toContain("expected a whole number from 2 to 50");
    expect(await refusal(file, "--seed", "-1")).toContain("expected a whole number");
    expect(await refusal(file, "--created", "yesterday")).toContain("expected a date");
    expect(await refusal(file, "--level", "1.5")).toContain("level");
    expect(await refusal(at("nothing.csv"))).toContain("no such file");
  });

  it("to go on after Ctrl-C: exit 130 and no file", async () => {
    const file = csv("a.csv", rows(5000, 2));
    const before = readdirSync(work);
    const early = await candor(["fit", file, "-o", at("cal.json")], { signal: AbortSignal.abort() });
    expect(early.code).toBe(130);
    const controller = new AbortController();
    const running = candor(["fit", file, "-o", at("cal.json")], { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    expect((await running).code).toBe(130);
    expect(readdirSync(work)).toEqual(before);
  });
});
