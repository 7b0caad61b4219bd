import { displayWidth, wrapText } from "./display-width.ts";
import { type Pen, type Style, safeName } from "./pen.ts";

/** Good news, bad news, or none; `warn` is bad news too. */
export type VerdictTone = "good" | "neutral" | "warn" | "bad";

/** What a report begins with. */
export interface VerdictHead {
  readonly sentence: string;
  readonly tone: VerdictTone;
  /** Of the file it is about. */
  readonly name: string;
  /** What it was reached from, in a few words each. */
  readonly facts: readonly string[];
}

function signOf(tone: VerdictTone, { signs }: Pen): readonly [sign: string, style: Style] {
  if (tone === "good") return [signs.calibrated, "good"];
  return tone === "neutral" ? [signs.unknown, "doubt"] : [signs.notCalibrated, "bad"];
}

/** The sentence of a verdict behind its sign, wrapped. */
export function verdictLines(sentence: string, tone: VerdictTone, pen: Pen): string[] {
  const [sign, style] = signOf(tone, pen);
  const indent = " ".repeat(displayWidth(sign) + 1);
  return wrapText(safeName(sentence, 1000), pen.columns - indent.length).map((line, i) =>
    i === 0 ? `${pen.style(style, sign)} ${pen.style("bold", line)}` : indent + pen.style("bold", line),
  );
}

/** Text of a second rank, wrapped. */
export function dimLines(text: string, pen: Pen): string[] {
  return wrapText(text, pen.columns - 2).map((line) => pen.style("dim", `  ${line}`));
}

/** Facts side by side: a new line starts rather than break one of them. */
export function factLines(facts: readonly string[], { columns, signs, style }: Pen): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const longer = `${lines.at(-1) ?? ""} ${signs.bullet} ${fact}`;
    if (lines.length > 0 && displayWidth(longer) <= columns - 2) lines[lines.length - 1] = longer;
    else lines.push(fact);
  }
  return lines.map((line) => style("dim", `  ${line}`));
}

/** The verdict in words, the file, and what it was reached from. */
export function verdictHead({ sentence, tone, name, facts }: VerdictHead, pen: Pen): string[] {
  return [
    ...verdictLines(sentence, tone, pen),
    "",
    `  ${safeName(name, pen.columns - 2)}`,
    ...dimLines(facts.join(` ${pen.signs.bullet} `), pen),
  ];
}
