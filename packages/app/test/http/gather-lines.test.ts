import { afterEach, describe, expect, it, vi } from "vitest";
import { gatherLines } from "../../src/http/gather-lines.ts";
import { openLog } from "../../src/http/log.ts";

describe("gatherLines(write)", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("writes lines together after a moment, in their order", () => {
    vi.useFakeTimers();
    const written: string[] = [];
    const lines = gatherLines((text) => written.push(text));
    lines.write('{"level":30,"a":1}\n');
    lines.write('{"level":30,"a":2}\n');
    expect(written).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(written).toEqual(['{"level":30,"a":1}\n{"level":30,"a":2}\n']);
  });

  it("writes at once what warns of something, with what waited before it", () => {
    const written: string[] = [];
    const log = openLog(gatherLines((text) => written.push(text)));
    log.info({ n: 1 }, "first");
    expect(written).toEqual([]);
    log.error({ n: 2 }, "second");
    expect(written.join("").match(/"msg":"\w+"/g)).toEqual(['"msg":"first"', '"msg":"second"']);
  });

  it("writes when so many characters wait, and the rest when told to", () => {
    const written: string[] = [];
    const lines = gatherLines((text) => written.push(text), 10);
    lines.write("12345\n");
    lines.write("67890\n");
    lines.write("rest\n");
    expect(written).toEqual(["12345\n67890\n"]);
    lines.flush();
    lines.flush();
    expect(written).toEqual(["12345\n67890\n", "rest\n"]);
  });
});
