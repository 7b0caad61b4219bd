import type { ReportDocument, ReportVerdict } from "@candor/core";
import { formatCount, formatLevel } from "@candor/pages";
import { displayWidth, wrapText } from "./display-width.ts";
import { type Pen, type Style, safeName } from "./pen.ts";

function verdictSign(status: ReportVerdict["status"], { signs }: Pen): { sign: string; style: Style } {
  if (status === "calibrated") return { sign: signs.calibrated, style: "good" };
  if (status === "too-few-labels" || status === "not-a-probability") return { sign: signs.unknown, style: "doubt" };
  return { sign: signs.notCalibrated, style: "bad" };
}

function taskWords({ task, classes, classNames }: ReportDocument): string {
  if (task === "confidence") return "confidence and correctness";
  if (task === "multiclass") return `${formatCount(classes)} classes`;
  return `probability of "${safeName(classNames[1] ?? "1", 24)}"`;
}

/** The verdict in words, and what it was reached from. */
export function headLines(document: ReportDocument, pen: Pen): string[] {
  const { source, verdict, n, effectiveN, weighted, metrics } = document;
  const { sign, style } = verdictSign(verdict.status, pen);
  const indent = " ".repeat(displayWidth(sign) + 1);
  const sentence = wrapText(safeName(verdict.sentence, 1000), pen.columns - indent.length).map((line, i) =>
    i === 0 ? `${pen.style(style, sign)} ${pen.style("bold", line)}` : indent + pen.style("bold", line),
  );

  const left = source.rows - n;
  const facts = [
    `${formatCount(n)} rows${left > 0 ? ` (${formatCount(left)} left out)` : ""}`,
    taskWords(document),
    ...(weighted ? [`weighted, worth ${formatCount(effectiveN)} rows`] : []),
    `intervals at ${formatLevel(metrics.ece.level)}`,
  ];
  const name = safeName(source.name, pen.columns - 2);
  return [
    ...sentence,
    "",
    `  ${name}`,
    ...joinLines(facts, ` ${pen.signs.bullet} `, pen.columns - 2).map((line) => pen.style("dim", `  ${line}`)),
  ];
}

/** Joins the parts, starting a new line rather than breaking one of them. */
function joinLines(parts: readonly string[], separator: string, columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ""}${separator}${part}`;
    if (lines.length > 0 && displayWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
