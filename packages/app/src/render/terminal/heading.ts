import type { Pen } from "./pen.ts";

/** The line above a section. */
export function heading(pen: Pen, title: string, detail = ""): string[] {
  return [detail === "" ? pen.style("bold", title) : `${pen.style("bold", title)}  ${pen.style("dim", detail)}`];
}
