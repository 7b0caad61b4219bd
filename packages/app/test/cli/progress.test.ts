import { expect, it } from "vitest";
import { createProgress } from "../../src/cli/progress.ts";

function terminal(isTTY: boolean): { isTTY: boolean; write: (text: string) => void; text: () => string } {
  let written = "";
  return {
    isTTY,
    write: (text) => {
      written += text;
    },
    text: () => written,
  };
}

it("createProgress(output) shows a bar after half a second, at most ten times a second, and takes it away", () => {
  const output = terminal(true);
  let time = 0;
  const progress = createProgress(output, () => time);
  progress.update("reading", 0.1, 1000);
  expect(output.text()).toBe("");
  time = 600;
  progress.update("reading", 0.5, 1_234_567);
  time = 650;
  progress.update("reading", 0.6, 2_000_000);
  expect(output.text()).toBe("\r\x1b[Kreading ████████████░░░░░░░░░░░░  50 % 1,234,567 rows");
  progress.clear();
  expect(output.text().endsWith("\r\x1b[K")).toBe(true);
});

it("createProgress(output) is silent where nobody is watching", () => {
  const output = terminal(false);
  let time = 0;
  const progress = createProgress(output, () => time);
  time = 10_000;
  progress.update("reading", 0.5, 10);
  progress.clear();
  expect(output.text()).toBe("");
});
