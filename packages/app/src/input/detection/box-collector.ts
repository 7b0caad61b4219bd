import { BadInput, nameList, printable } from "@candor/input";
import type { BoxRow } from "./box-row.ts";
import type { BoxFile } from "./box-rows.ts";
import { GrowingColumn } from "./growing-column.ts";
import type { BoxLayout } from "./known-box-columns.ts";

/** Rows left out, by reason. */
export type Skipped = readonly { readonly reason: string; readonly count: number }[];

/** Boxes read so far, and rows that are bad. */
export class BoxCollector {
  readonly image: GrowingColumn = new GrowingColumn();
  readonly category: GrowingColumn = new GrowingColumn();
  readonly score: GrowingColumn = new GrowingColumn();
  readonly x: GrowingColumn = new GrowingColumn();
  readonly y: GrowingColumn = new GrowingColumn();
  readonly width: GrowingColumn = new GrowingColumn();
  readonly height: GrowingColumn = new GrowingColumn();
  readonly area: GrowingColumn = new GrowingColumn();
  readonly crowd: GrowingColumn = new GrowingColumn();
  readonly ignore: GrowingColumn = new GrowingColumn();
  readonly row: GrowingColumn = new GrowingColumn();
  rows = 0;
  readonly #skipped = new Map<string, number>();
  readonly #file: string;
  readonly #skipBad: boolean;
  readonly #layout: BoxLayout;
  readonly #hasScore: boolean;
  readonly #unknown = new Map<string, Map<string, number>>();
  readonly #ids = new Set<string>();

  constructor({ file, layout }: BoxFile, hasScore: boolean, skipBad: boolean) {
    this.#file = file;
    this.#layout = layout;
    this.#hasScore = hasScore;
    this.#skipBad = skipBad;
  }

  get skipped(): Skipped {
    return [...this.#skipped].map(([reason, count]) => ({ reason, count }));
  }

  #bad({ place }: BoxRow, reason: string, what: string): void {
    if (!this.#skipBad)
      throw new BadInput(`${this.#file}: ${place}: ${what}`, {
        file: this.#file,
        hint: "--skip-bad leaves such rows out",
      });
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  /** What is wrong with a row by itself. */
  #problem(row: BoxRow, width: number, height: number): { reason: string; what: string } | undefined {
    const { image, category, score, corners, id } = row;
    if (image === null) return { reason: "no image", what: "expected the image of the box, got nothing" };
    if (category === null) return { reason: "no class", what: "expected the class of the box, got nothing" };
    if (!corners.every(Number.isFinite))
      return {
        reason: "box without four numbers",
        what: `expected four numbers for the box, got ${corners.join(", ")}`,
      };
    if (this.#hasScore && !(score >= 0 && score <= 1))
      return {
        reason: Number.isNaN(score) ? "missing score" : "score outside 0 to 1",
        what: `expected a score from 0 to 1, got ${Number.isNaN(score) ? "no number" : score}`,
      };
    if (!(width > 0 && height > 0))
      return {
        reason: "box without width or height",
        what: `expected a box with width and height above 0, got ${width} x ${height} (read as ${this.#layout})`,
      };
    if (id === null || this.#hasScore) return undefined;
    if (this.#ids.has(id))
      return { reason: "annotation id twice", what: `the annotation id ${printable(id)} occurs twice` };
    this.#ids.add(id);
    return undefined;
  }

  /** Boxes of images or classes that nobody knows: all of them are counted before anything is said. */
  #unknownTo(what: "image" | "class", name: string): void {
    const counts = this.#unknown.get(what) ?? new Map<string, number>();
    counts.set(name, (counts.get(name) ?? 0) + 1);
    this.#unknown.set(what, counts);
    const reason = what === "image" ? "image not in the ground truth" : "class not in the ground truth";
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  /** @param image code of an image, @param category of a class; undefined where they are not known */
  add(row: BoxRow, image: (id: string) => number | undefined, category: (id: string) => number | undefined): void {
    this.rows++;
    const { image: imageId, category: categoryId, score } = row;
    const [a, b, c, d] = row.corners;
    const [x, y, right, bottom] = this.#layout === "yxyx" ? [b, a, d, c] : [a, b, c, d];
    const width = this.#layout === "xywh" ? right : right - x;
    const height = this.#layout === "xywh" ? bottom : bottom - y;
    const problem = this.#problem(row, width, height);
    if (problem !== undefined || imageId === null || categoryId === null) {
      this.#bad(row, problem?.reason ?? "", problem?.what ?? "");
      return;
    }
    const imageCode = image(imageId);
    const categoryCode = category(categoryId);
    if (imageCode === undefined) {
      this.#unknownTo("image", imageId);
      return;
    }
    if (categoryCode === undefined) {
      this.#unknownTo("class", categoryId);
      return;
    }
    this.row.push(this.rows - 1);
    this.image.push(imageCode);
    this.category.push(categoryCode);
    this.score.push(score);
    this.x.push(x);
    this.y.push(y);
    this.width.push(width);
    this.height.push(height);
    this.area.push(row.area >= 0 ? row.area : Number.NaN);
    this.crowd.push(row.crowd === 1 ? 1 : 0);
    this.ignore.push(row.ignore === 1 ? 1 : 0);
  }

  /** Says which images and classes nobody knows, unless they are to be left out. */
  finish(images: string, classes: string): void {
    if (this.#skipBad) return;
    for (const [what, counts] of this.#unknown) {
      const total = [...counts.values()].reduce((sum, x) => sum + x, 0);
      const names = nameList([...counts.keys()], 5);
      const isImage = what === "image";
      throw new BadInput(
        `${this.#file}: ${total.toLocaleString("en")} ${this.#hasScore ? "detection" : "true box"}${total === 1 ? " is" : this.#hasScore ? "s are" : "es are"} of ${isImage ? "images" : "classes"} that ${isImage ? images : classes} does not have: ${names}`,
        {
          file: this.#file,
          hint: isImage
            ? "--images FILE names images without true boxes, --skip-bad leaves such detections out"
            : "--skip-bad leaves such detections out",
        },
      );
    }
  }
}
