import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Random } from "@candor/core";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candor } from "../../cli/run.ts";
import { chromiumPages, noChromium } from "./open-in-chromium.ts";
import { expectAccessible, expectBothSchemes, expectPictures, expectTables, expectToFitPhone } from "./page-checks.ts";

/** A name of the data that needs room. */
const LONG = "W".repeat(60);
const animals = ["cat", "dog", "owl"];

const round = (value: number): string => value.toFixed(4);

function lines(header: readonly string[], count: number, row: (i: number) => readonly (string | number)[]): string {
  const rows = Array.from({ length: count }, (_, i) => row(i).join(","));
  return `${[header.join(","), ...rows].join("\n")}\n`;
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function drawn(random: Random, shares: readonly number[]): number {
  let left = random.uniform();
  return Math.max(
    0,
    shares.findIndex((share) => {
      left -= share;
      return left < 0;
    }),
  );
}

function unlikeRows(random: Random, count: number, isOutside: boolean): string {
  return lines(["f_0", "f_1", "f_2", "logit_cat", "logit_dog", "label"], count, () => {
    const label = random.uniform() < 0.5 ? 0 : 1;
    const f = [0, 1, 2].map((j) => random.normal() + (j === label ? 2 : 0) + (isOutside && j === 2 ? 4 : 0));
    const [first = 0, second = 0] = f;
    return [...f.map(round), round(2 * first), round(2 * second), animals[label] ?? "cat"];
  });
}

function memberRows(random: Random): string {
  const header = ["light", ...[1, 2, 3].flatMap((m) => animals.map((name) => `m${m}_${name}`)), "label"];
  return lines(header, 160, (i) => {
    const light = i % 2 === 0 ? "day" : LONG;
    const truth = animals.map(() => 2 * random.normal());
    const label = animals[drawn(random, softmax(truth))] ?? "cat";
    const stated = [1, 2, 3].flatMap(() =>
      softmax(truth.map((logit) => 1.5 * (logit + (light === LONG ? 1.5 : 0.3) * random.normal()))),
    );
    return [light, ...stated.map((share) => share.toFixed(6)), label];
  });
}

function outputRows(random: Random): string {
  return lines([...animals.map((name) => `z_${name}`), "label"], 160, () => {
    const logits = animals.map(() => 2 * random.normal());
    return [...logits.map(round), animals[drawn(random, softmax(logits.map((logit) => logit / 1.6)))] ?? "cat"];
  });
}

function scoredRows(random: Random): string {
  return lines(["score", "correct"], 600, () => {
    const score = 0.5 + random.uniform() / 2;
    return [round(score), random.uniform() < score - 0.1 ? 1 : 0];
  });
}

function boxes(random: Random): { truth: unknown; detections: unknown } {
  const images: { id: number; width: number; height: number }[] = [];
  const annotations: { id: number; image_id: number; category_id: number; bbox: number[]; area: number }[] = [];
  const detections: { image_id: number; category_id: number; bbox: number[]; score: number }[] = [];
  for (let image = 1; image <= 60; image++) {
    images.push({ id: image, width: 640, height: 480 });
    for (let k = 0; k < 4; k++) {
      const side = 15 + 200 * random.uniform() ** 2;
      const [x, y] = [400 * random.uniform(), 250 * random.uniform()];
      const place = { image_id: image, category_id: random.uniform() < 0.5 ? 1 : 2 };
      const score = Number(random.uniform().toFixed(3));
      const off = random.uniform() < (side > 60 ? score : score / 3) ? 0.1 : 0.9;
      annotations.push({ id: annotations.length + 1, ...place, bbox: [x, y, side, side], area: side * side });
      detections.push({ ...place, bbox: [x + off * side, y, side, side], score });
    }
  }
  const categories = [
    { id: 1, name: "cat" },
    { id: 2, name: LONG },
  ];
  return { truth: { images, annotations, categories }, detections };
}

describe.skipIf(noChromium)("the pages of reports in Chromium", () => {
  const open = chromiumPages();
  let folder = "";
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "candor-pages-"));
    const random = createRandom(7);
    writeFileSync(at("train.csv"), unlikeRows(random, 150, false));
    writeFileSync(at("held-out.csv"), unlikeRows(random, 100, false));
    writeFileSync(at("test.csv"), unlikeRows(random, 100, false));
    writeFileSync(at("other.csv"), unlikeRows(random, 60, true));
    writeFileSync(at("members.csv"), memberRows(random));
    writeFileSync(at("outputs.csv"), outputRows(random));
    writeFileSync(at("pool.csv"), scoredRows(random));
    const { truth, detections } = boxes(random);
    writeFileSync(at("truth.json"), JSON.stringify(truth));
    writeFileSync(at("detections.json"), JSON.stringify(detections));
    const columns = ["--features", "f_*", "--logits", "logit_*", "--labels", "label"];
    await run(
      "ood",
      "fit",
      at("train.csv"),
      ...columns,
      "--calibration",
      at("held-out.csv"),
      "-o",
      at("detector.json"),
    );
    await run("sample", at("pool.csv"), "--confidence", "score", "--budget", "150", "-o", at("to-label.csv"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...args: string[]): Promise<void> {
    const { code, stderr } = await candor(args);
    expect(stderr.replace(/^(wrote|next:|\s).*\n?/gm, "")).toBe("");
    expect(code).toBe(0);
  }

  async function opened(...args: string[]): Promise<{ page: Page; events: string[] }> {
    await run(...args, "--html", at("page.html"));
    return open(readFileSync(at("page.html"), "utf8"));
  }

  const inside = (): string[] => [
    ...["ood", "report", at("test.csv"), "--features", "f_*", "--logits", "logit_*", "--labels", "label"],
    ...["--detector", at("detector.json")],
  ];
  const kinds: Readonly<Record<string, { args: () => string[]; pictures: number }>> = {
    "ood report --outside": { args: () => [...inside(), "--outside", at("other.csv")], pictures: 3 },
    "ood report": { args: inside, pictures: 1 },
    "report --members": {
      args: () => ["report", at("members.csv"), "--members", "m*_*", "--label", "label", "--by", "light"],
      pictures: 9,
    },
    "report --ground-truth": {
      args: () => ["report", at("detections.json"), "--ground-truth", at("truth.json")],
      pictures: 6,
    },
    "report --population": {
      args: () => [
        ...["report", at("to-label.csv"), "--confidence", "score", "--correct", "correct"],
        ...["--population", at("pool.csv"), "--width", "0.05"],
      ],
      pictures: 8,
    },
    "report --compare-scores": {
      args: () => ["report", at("outputs.csv"), "--confidence-from", "energy", "--compare-scores"],
      pictures: 4,
    },
  };

  it.each(Object.entries(kinds))("candor %s --html reads well on any screen and on paper", async (_, kind) => {
    const { page, events } = await opened(...kind.args());
    expect(events).toEqual([]);
    expect(await page.locator("script, img, iframe, object, form, [onload], [onerror]").count()).toBe(0);
    await expectPictures(page, kind.pictures);
    await expectTables(page);
    await expectBothSchemes(page);
    await expectToFitPhone(page);
    await expectPictures(page, kind.pictures);
    await expectAccessible(page);
    expect(events).toEqual([]);
    await page.close();
  });
});
