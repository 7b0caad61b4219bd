import type { GroupReport, ReportDocument, Task } from "@candor/core";
import { sampleDocument } from "../sample-document.ts";

/** Names that break pages that treat data as markup. */
export const hostileNames: readonly string[] = [
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  "</style><script>alert(2)</script>",
  "</title><svg onload=alert(3)>",
  "'; alert(4); //",
  "&lt;b&gt; &amp; &quot;",
  "<!-- comment",
  "]]>",
  "javascript:alert(5)",
  "\u202Eright to left override",
  "שלום עולם",
  "مرحبا بالعالم",
  "👩‍👩‍👧‍👦 family",
  "half a pair \ud83d",
  "line\nbreak\u0000null",
  "",
  "   ",
  "a".repeat(5000),
  "W".repeat(60),
  "__proto__",
];

/** A document in which `name` stands wherever text from the data can stand. */
export function documentWith(name: string, task: Task = "multiclass"): ReportDocument {
  const document = sampleDocument(task);
  const rename = (groups: readonly GroupReport[]) => groups.map((group) => ({ ...group, name, by: name }));
  const spec = { metric: name, [name === "metric" ? "choice" : name]: name };
  return {
    ...document,
    source: {
      ...document.source,
      name,
      columns: { [name]: name, label: name },
      skipped: [{ reason: name, count: 1 }],
      notes: [name],
    },
    classNames: document.classNames.map(() => name),
    segments: rename(document.segments),
    perClass: rename(document.perClass),
    overTime: rename(document.overTime),
    metrics: { ...document.metrics, [name]: { ...document.metrics.ece, spec } },
    presets: document.presets.map((preset) => ({ ...preset, preset: name, difference: name, spec })),
    versus: document.versus && {
      ...document.versus,
      name,
      sentence: name,
      metrics: Object.fromEntries(
        Object.entries(document.versus.metrics).map(([key, value]) => [`${key}${name}`, value]),
      ),
    },
    verdict: { ...document.verdict, sentence: name },
    version: name,
  };
}
