import { describe, expect, it } from "vitest";
import { countRejections, type Rejected } from "../../src/http/rejections.ts";

const item: Rejected = { project: "a", kind: "prediction", code: "missing", message: "id is missing", at: 1 };

describe("countRejections()", () => {
  it("countRejections() counts by kind and reason, most first, with what the newest was told", () => {
    const rejections = countRejections();
    rejections.add(item);
    rejections.add({ ...item, kind: "outcome", at: 2 });
    rejections.add({ ...item, message: "model is missing", at: 3, count: 4 });
    expect(rejections.of("a")).toEqual([
      { kind: "prediction", reason: "missing", count: 5, message: "model is missing", at: 3 },
      { kind: "outcome", reason: "missing", count: 1, message: "id is missing", at: 2 },
    ]);
  });

  it("countRejections() keeps projects apart and forgets one with its project", () => {
    const rejections = countRejections();
    rejections.add(item);
    rejections.add({ ...item, project: "b" });
    rejections.forget("a");
    expect([rejections.of("a"), rejections.of("b").length, rejections.of("constructor")]).toEqual([[], 1, []]);
  });

  it("countRejections() counts a thousand projects and no more", () => {
    const rejections = countRejections();
    for (let i = 0; i < 1001; i++) rejections.add({ ...item, project: `p${i}` });
    rejections.add({ ...item, project: "p0" });
    expect([rejections.of("p0")[0]?.count, rejections.of("p1000")]).toEqual([2, []]);
  });
});
