import type { FitDocument } from "@candor/core";
import { formatName } from "@candor/pages";
import { type Block, cardContent, type Run, type Runs } from "./card-content.ts";

const NAME_LIMIT = 80;
const SENTENCE_LIMIT = 800;

/** Text as CommonMark (with GitHub's tables, strike-through, formulas and automatic links) that shows just these characters. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|~$&]/g, "\\$&")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/\b(www)\./gi, "$1\\.");
}

/** A paragraph or an item that begins neither a heading nor a list. */
function lineStart(text: string): string {
  return text.replace(/^(\s*)([#+=-])/, "$1\\$2").replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}

/** Text as a code span with a longer fence than any run of backticks inside; in tables, where code cannot hold pipes, as text. */
function codeSpan(text: string, inTable: boolean): string {
  if (inTable && text.includes("|")) return escapeMarkdown(text);
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

function runText(run: Run, inTable: boolean): string {
  if (typeof run === "string") return run;
  if ("said" in run) return escapeMarkdown(formatName(run.said, SENTENCE_LIMIT));
  return codeSpan("name" in run ? formatName(run.name, NAME_LIMIT) : run.code, inTable);
}

function runsText(runs: Runs, inTable = false): string {
  return runs.map((run) => runText(run, inTable)).join("");
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function blockText(block: Block): string[] {
  switch (block.kind) {
    case "paragraph":
      return [lineStart(runsText(block.runs))];
    case "list":
      return [block.items.map((item) => `- ${lineStart(runsText(item))}`).join("\n")];
    case "facts":
      return [block.items.map(([term, value]) => `- **${term}:** ${runsText(value)}`).join("\n")];
    case "table":
      return [
        [
          row(block.columns.map(({ title }) => title)),
          row(block.columns.map(({ numeric }) => (numeric ? "--:" : "---"))),
          ...block.rows.map((cells) => row(cells.map((cell) => runsText(cell, true)))),
        ].join("\n"),
      ];
    case "command":
      return [fenced(block.text)];
    case "reliability":
      return [];
  }
}

/**
 * The calibration card of a fit as Markdown (CommonMark with tables): what was calibrated, whether it helps, how, for whom, under
 * which assumptions, and when to check again. Whatever came with the data is escaped or set as code.
 *
 * @param document a `candor.fit/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderCardMarkdown(document: FitDocument): string {
  const { subject, status, sentence, sections } = cardContent(document);
  const parts = [
    `# Calibration card: ${codeSpan(formatName(subject, NAME_LIMIT), false)}`,
    `**${status.symbol} ${status.word}.** ${runText({ said: sentence }, false)}`,
    ...sections.flatMap(({ title, blocks }) => [`## ${title}`, ...blocks.flatMap(blockText)]),
    "---",
    `Made by Candor ${escapeMarkdown(formatName(document.version, 40))} from a ${document.schema} document.`,
  ];
  return `${parts.join("\n\n")}\n`;
}
