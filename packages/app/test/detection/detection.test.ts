import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BoxCalibrator, DetectionDocument, FitDocument, PolicyDocument, VerificationDocument } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { displayWidth } from "../../src/render/terminal/display-width.ts";
import { candor } from "../cli/run.ts";

interface Annotation {
  id: number;
  image_id: number;
  category_id: number;
  bbox: number[];
  iscrowd: number;
  area: number;
}

interface Result {
  image_id: number;
  category_id: number;
  bbox: number[];
  score: number;
}

const table: {
  truth: {
    images: { id: number; width: number; height: number }[];
    categories: { id: number; name: string }[];
    annotations: Annotation[];
  };
  detections: Result[];
  stats: Record<string, number>;
} = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../../../fixtures/detection/coco.json", import.meta.url)), "utf8"),
);

let folder = "";
const path = (name: string): string => join(folder, name);
const write = (name: string, content: unknown): string => {
  writeFileSync(path(name), typeof content === "string" ? content : JSON.stringify(content));
  return path(name);
};

let truth = "";
let detections = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-detection-"));
  truth = write("truth.json", table.truth);
  detections = write("detections.json", table.detections);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function report(...args: string[]): Promise<DetectionDocument> {
  const { code, stdout, stderr } = await candor(["report", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await candor(args);
  expect(code, stderr).toBe(2);
  return stderr;
}

function csv(layout: "xywh" | "xyxy" | "yxyx", header: string, rows: readonly Result[], relative: boolean): string {
  const size = new Map(table.truth.images.map(({ id, width, height }) => [id, [width, height]]));
  const lines = rows.map(({ image_id, category_id, bbox: [x = 0, y = 0, w = 0, h = 0], score }) => {
    const [wide = 1, high = 1] = relative ? (size.get(image_id) ?? []) : [];
    const [left, top, right, bottom] = [x / wide, y / high, (x + w) / wide, (y + h) / high];
    const box =
      layout === "xywh"
        ? [left, top, w / wide, h / high]
        : layout === "xyxy"
          ? [left, top, right, bottom]
          : [top, left, bottom, right];
    return [image_id, category_id, score, ...box].join(",");
  });
  return `${header}\n${lines.join("\n")}\n`;
}

describe("candor report DETECTIONS --ground-truth TRUTH in a terminal", () => {
  it("keeps to 80 columns", async () => {
    const { code, stdout } = await candor(["report", detections, "--ground-truth", truth]);
    expect(code).toBe(0);
    expect(stdout).toContain("precision wanted");
    expect(stdout.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
  });
});

describe("candor report DETECTIONS --ground-truth TRUTH", () => {
  it("candor report of COCO JSON is what pycocotools finds", async () => {
    const document = await report(detections, "--ground-truth", truth);
    expect(document).toMatchObject({ schema: "candor.detection/1", images: 40, classes: 5, iou: 0.5, units: "pixels" });
    for (const [key, value] of Object.entries(table.stats)) {
      const own = Object.entries(document.averagePrecision).find(([name]) => name === key)?.[1];
      expect(Math.abs((own?.value ?? Number.NaN) - value), key).toBeLessThan(1e-12);
    }
  });

  it("candor report reads boxes as columns in every layout, in pixels and relative to the image", async () => {
    const expected = await report(detections, "--ground-truth", truth);
    const images = write(
      "images.csv",
      `image_id,width,height\n${table.truth.images.map(({ id, width, height }) => `${id},${width},${height}`).join("\n")}\n`,
    );
    for (const [layout, header, relative] of [
      ["xywh", "image_id,category_id,score,x,y,width,height", false],
      ["xyxy", "image,class,confidence,x1,y1,x2,y2", false],
      ["yxyx", "image_id,class,score,ymin,xmin,ymax,xmax", false],
      ["xyxy", "image_id,class,score,xmin,ymin,xmax,ymax", true],
    ] as const) {
      const file = write(`${layout}-${relative}.csv`, csv(layout, header, table.detections, relative));
      const document = await report(file, "--ground-truth", truth, ...(relative ? ["--images", images] : []));
      expect(document.averagePrecision.ap?.value ?? 0).toBeCloseTo(expected.averagePrecision.ap?.value ?? 1, 9);
      expect(document.calibration?.laece.error.value ?? 0).toBeCloseTo(expected.calibration?.laece.error.value ?? 1, 9);
    }
    const odd = write("odd.csv", csv("yxyx", "image_id,class,score,a,b,c,d", table.detections, false));
    const named = await report(odd, "--ground-truth", truth, "--box", "yxyx:a,b,c,d");
    expect(named.averagePrecision.ap?.value ?? 0).toBeCloseTo(expected.averagePrecision.ap?.value ?? 1, 9);
    expect(await refused("report", odd, "--ground-truth", truth)).toContain("no column for the box (detections)");
  });

  it("candor report without --json prints the table of COCO, cutoffs, errors and groups; --html writes a page", async () => {
    const page = path("page.html");
    const { code, stdout } = await candor(["report", detections, "--ground-truth", truth, "--html", page]);
    expect(code).toBe(0);
    for (const text of ["AP 0.50:0.95", "largest F1", "D-ECE by score", "LaECE", "Sizes and classes", "only 40 images"])
      expect(stdout).toContain(text);
    expect(stdout.split("\n").every((line) => line.length <= 100)).toBe(true);
    const html = readFileSync(page, "utf8");
    for (const text of ["Against the cutoff", "By size of the box", "Class by class", "Precision wanted"])
      expect(html).toContain(text);
    expect(html).not.toContain("NaN");
  });
});

describe("candor report of a small ground truth on one line", () => {
  it("candor report reads it as COCO JSON, not as a line of many", async () => {
    const small = write("small.json", {
      images: [{ id: 1, width: 640, height: 480 }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 10, 50, 50], area: 2500, iscrowd: 0 }],
      categories: [{ id: 1, name: "cat" }],
    });
    const found = write("found.json", [{ image_id: 1, category_id: 1, bbox: [10, 10, 50, 50], score: 0.9 }]);
    const document = await report(found, "--ground-truth", small);
    expect(document.averagePrecision.ap?.value).toBe(1);
    const table = write("found.csv", "image_id,category,score,x,y,w,h\n1,cat,0.9,10,10,50,50\n");
    expect((await report(table, "--ground-truth", small)).averagePrecision.ap?.value).toBe(1);
  });
});

describe("candor report of bad boxes", () => {
  const [first, second, third] = table.detections;
  const bad = (name: string, change: Partial<Record<keyof Result, unknown>>) =>
    write(`${name}.json`, [first, second, { ...third, ...change }]);

  it("candor report names images and classes that the ground truth does not have, and counts them", async () => {
    const image = bad("image", { image_id: 999 });
    const message = await refused("report", image, "--ground-truth", truth);
    expect(message).toContain("1 detection is of images that");
    expect(message).toContain("does not have: 999; --images FILE names images without true boxes");
    const category = bad("category", { category_id: 77 });
    expect(await refused("report", category, "--ground-truth", truth)).toContain("of classes that");
    const document = await report(image, "--ground-truth", truth, "--skip-bad");
    expect(document.source.skipped).toEqual([{ reason: "image not in the ground truth", count: 1 }]);
    expect(document.n).toBe(2);
  });

  it("candor report names the row of a bad box or score", async () => {
    for (const [name, change, words] of [
      ["score", { score: 1.5 }, "row 3: expected a score from 0 to 1, got 1.5"],
      ["text", { score: "high" }, "row 3: expected a score from 0 to 1, got no number"],
      ["zero", { bbox: [1, 2, 0, 4] }, "row 3: expected a box with width and height above 0, got 0 x 4 (read as xywh)"],
      ["negative", { bbox: [1, 2, -3, 4] }, "got -3 x 4"],
      ["short", { bbox: [1, 2, 3] }, "row 3: expected four numbers for the box"],
      ["none", { image_id: null }, "row 3: expected the image of the box, got nothing"],
    ] as const)
      expect(await refused("report", bad(name, change), "--ground-truth", truth)).toContain(words);
    const nan = write(
      "nan.json",
      JSON.stringify([first, { ...second, score: 0 }]).replace('"score":0}', '"score":NaN}'),
    );
    expect(await refused("report", nan, "--ground-truth", truth)).toContain(
      "row 2: expected a score from 0 to 1, got no number",
    );
  });

  it("candor report refuses files of another kind and damaged ones", async () => {
    const cut = write("cut.json", JSON.stringify(table.detections).slice(0, 5000));
    expect(await refused("report", cut, "--ground-truth", truth)).toContain("the JSON is cut off");
    expect(await refused("report", truth, "--ground-truth", detections)).toContain('no list "images"');
    expect(await refused("report", detections, "--ground-truth", path("missing.json"))).toContain("no such file");
    const [one, ...rest] = table.truth.annotations;
    const twice = write("twice.json", { ...table.truth, annotations: [one, one, ...rest] });
    expect(await refused("report", detections, "--ground-truth", twice)).toContain(
      "annotations 2: the annotation id 1 occurs twice",
    );
    const list = write("list.json", [1, 2]);
    expect(await refused("report", list, "--ground-truth", truth)).toContain("expected objects in the list");
  });

  it("candor report refuses flags that do not go with boxes", async () => {
    expect(await refused("report", detections, "--iou", "0.5")).toContain("expected --ground-truth FILE too");
    expect(await refused("report", detections, "--ground-truth", truth, "--iou", "2")).toContain("at most 1");
    expect(await refused("report", detections, "--ground-truth", truth, "--weight", "w")).toContain(
      "exclude each other",
    );
    expect(await refused("report", detections, "--ground-truth", truth, "--box", "corners")).toContain(
      "expected one of xywh, xyxy, yxyx",
    );
  });
});

describe("candor fit, apply and decide on detections", () => {
  it("candor fit DETECTIONS, candor apply: the same JSON with calibrated scores", async () => {
    const out = path("cal.json");
    const { code, stdout } = await candor([
      ...["fit", detections, "--ground-truth", truth, "--method", "platt", "--by", "box_size", "-o", out, "--json"],
    ]);
    expect(code).toBe(0);
    const document: FitDocument = JSON.parse(stdout);
    expect(document.calibrator.spec).toMatchObject({ task: "detection", iou: 0.5, maxDets: 100 });
    const calibrated = path("calibrated.json");
    const applied = await candor(["apply", out, detections, "-o", calibrated]);
    expect(applied.stdout).toContain("427 detections, added raw_score");
    const rows: (Result & { raw_score: number })[] = JSON.parse(readFileSync(calibrated, "utf8"));
    expect(rows.length).toBe(table.detections.length);
    expect(
      rows.map(({ raw_score: score, bbox, image_id, category_id }) => ({ image_id, category_id, bbox, score })),
    ).toEqual(table.detections);
    expect(rows.every(({ score }) => score > 0 && score < 1)).toBe(true);
    expect(await refused("apply", out, detections, "-o", path("calibrated.csv"))).toContain("written as JSON");
    const again = await report(calibrated, "--ground-truth", truth);
    const direct = await report(detections, "--ground-truth", truth, "--calibrator", out);
    expect(again.calibration?.ece.error.value).toBe(direct.calibration?.ece.error.value);
  });

  it("candor fit --method box reads place and size, and candor apply asks for sizes it does not have", async () => {
    const out = path("box.json");
    const { code, stdout } = await candor(["fit", detections, "--ground-truth", truth, "--method", "box", "-o", out]);
    expect(code).toBe(0);
    expect(stdout).toContain("by score, place, size");
    const box: BoxCalibrator = JSON.parse(readFileSync(out, "utf8"));
    expect(box.schema).toBe("candor.box-calibrator/1");
    expect(await refused("apply", out, detections, "-o", path("boxed.json"))).toContain(
      "expected the width and height of each image",
    );
    const applied = await candor(["apply", out, detections, "--ground-truth", truth, "-o", path("boxed.json")]);
    expect(applied.code, applied.stderr).toBe(0);
    writeFileSync(out, JSON.stringify({ ...box, clip: 0.1 }));
    expect(await refused("apply", out, detections, "--ground-truth", truth, "-o", path("boxed2.json"))).toContain(
      "was altered",
    );
  });

  it("candor decide counts images, and candor apply adds decisions to a table beside everything else", async () => {
    const out = path("policy.json");
    const file = write(
      "table.csv",
      csv("xywh", "image_id,category_id,score,x,y,width,height", table.detections, false),
    );
    const made = await candor([
      ...["decide", file, "--ground-truth", truth, "--cost-error", "5", "--cost-review", "1", "-o", out, "--json"],
    ]);
    expect(made.code, made.stderr).toBe(0);
    const policy: PolicyDocument = JSON.parse(made.stdout);
    expect(policy.expected?.error?.spec["clustered"]).toBe("images");
    const decided = path("decided.csv");
    const applied = await candor(["apply", out, file, "-o", decided]);
    expect(applied.code, applied.stderr).toBe(0);
    const [header, line] = readFileSync(decided, "utf8").split("\n");
    expect(header).toBe("image_id,category_id,score,x,y,width,height,decision");
    expect(line).toMatch(/^1,2,0\.63,.*,(act|review)$/);
  });

  it("candor decide --max-error certifies by image, and says when the rows do not suffice", async () => {
    const { code, stdout, stderr } = await candor([
      ...["decide", detections, "--ground-truth", truth, "--max-error", "5%", "--per-image", "200", "--json"],
    ]);
    expect(code).toBe(1);
    const { certificate, verdict }: PolicyDocument = JSON.parse(stdout);
    expect(certificate).toMatchObject({
      certified: false,
      method: "selective-risk-by-group/1",
      spec: { mostRows: 200 },
    });
    expect(verdict.status).toBe("not-certified");
    expect(stderr).toContain("not certified");
    expect(await refused("decide", detections, "--ground-truth", truth, "--max-error", "5%")).toContain("image 3 has");
  });

  it("candor verify derives a policy of detections again, and counts images on other ones", async () => {
    const out = path("verify-policy.json");
    const made = ["decide", detections, "--ground-truth", truth, "--cost-error", "3", "--cost-review", "1", "-o", out];
    expect((await candor(made)).code).toBe(0);
    const same = await candor(["verify", out, detections, "--ground-truth", truth, "--json"]);
    expect(same.code, same.stderr).toBe(0);
    expect(JSON.parse(same.stdout)).toMatchObject({ status: "holds", sameData: true, differences: [] });
    const half = write("half.json", table.detections.slice(0, Math.floor(table.detections.length / 2)));
    const other: VerificationDocument = JSON.parse(
      (await candor(["verify", out, half, "--ground-truth", truth, "--json"])).stdout,
    );
    expect(other.sameData).toBe(false);
    expect(other.found.coverage.spec["clustered"]).toBe("images");
    expect(await refused("verify", out, detections)).toContain("expected the true boxes too: --ground-truth FILE");
  });

  it("candor apply refuses classes of which none is known to the corrections by class, and names some", async () => {
    const out = path("by-class.json");
    const images = Array.from({ length: 120 }, (_, i) => ({ id: i + 1, width: 100, height: 100 }));
    const boxes = images.flatMap(({ id }) =>
      [1, 2].map((category_id) => ({ image_id: id, category_id, bbox: [10 * category_id, 10, 8, 8] })),
    );
    const categories = [
      { id: 1, name: "cat" },
      { id: 2, name: "dog" },
    ];
    const pets = write("pets.json", { images, categories, annotations: boxes.map((box, i) => ({ ...box, id: i })) });
    // Cats are found in 9 of 10 images, dogs in 3 of 10.
    const found = boxes.map((box, i) => {
      const isRight = (i * 7) % 10 < (box.category_id === 1 ? 9 : 3);
      return { ...box, bbox: isRight ? box.bbox : [60, 60, 8, 8], score: 0.4 + ((i * 13) % 20) / 100 };
    });
    const file = write("found.json", found);
    const fitted = await candor([
      ...["fit", file, "--ground-truth", pets, "--by", "class", "--method", "platt", "-o", out, "--anyway"],
    ]);
    expect(fitted.code, fitted.stderr).toBe(0);
    expect(fitted.stdout).toContain(`next: candor apply ${out} DETECTIONS -o calibrated.json`);
    expect(await refused("apply", out, file, "-o", path("no.json"))).toMatch(
      /the calibrator knows the classes cat, dog, and all detections are of others: 1, 2; --ground-truth FILE/,
    );
    const named = await candor(["apply", out, file, "--ground-truth", pets, "-o", path("named.json")]);
    expect(named.code, named.stderr).toBe(0);
    const rows = found.map((row, i) => ({ ...row, category_id: i === 0 ? "yeti" : i % 2 === 0 ? "cat" : "dog" }));
    const partly = await candor(["apply", out, write("partly.json", rows), "-o", path("partly-out.json")]);
    expect(partly.code, partly.stderr).toBe(0);
    expect(partly.stderr).toContain("1 detection is of a class that the calibrator does not know: yeti");
    const scoresIn = (name: string): number[] =>
      JSON.parse(readFileSync(path(name), "utf8")).map(({ score }: Result) => score);
    expect(scoresIn("partly-out.json").slice(1)).toEqual(scoresIn("named.json").slice(1));
  });

  it("candor report reads a ground truth without categories by their ids, and says where there are no true boxes", async () => {
    const { images, annotations } = table.truth;
    const nameless = await report(
      detections,
      "--ground-truth",
      write("nameless.json", { images, annotations }),
      "--skip-bad",
    );
    expect(nameless.source.notes).toEqual([]);
    expect(nameless.averagePrecision.ap?.value).toBeGreaterThan(0);
    const bare = write("bare.json", { ...table.truth, annotations: [] });
    expect((await report(detections, "--ground-truth", bare)).source.notes).toContain(
      "the ground truth has no true boxes: every detection counts as wrong",
    );
  });
});
