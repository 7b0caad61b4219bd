import { createWriteStream, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import {
  createSummary,
  type DocumentJudgement,
  type LlmEntry,
  makeEntries,
  type SummaryCounter,
  type Trace,
} from "@candor/llm";
import type { OpenedResponses, OwnValue } from "../input/index.ts";
import { createGroupCollector, type GroupCollector } from "./llm-groups.ts";
import { type ChosenScore, judgedValue } from "./llm-scores.ts";
import { UsageError } from "./usage-error.ts";

/** What is kept of each entry while all pass. */
export interface Collected {
  /** Of the chosen score; NaN where it is missing. */
  readonly values: number[];
  /** Smallest and largest possible value of that score. */
  readonly lower: number[];
  readonly upper: number[];
  /** 1 right, 0 wrong, −1 not known. */
  readonly correct: number[];
  /** Which answers belong to the same question; null where that is not known. */
  readonly keys: (string | null)[];
  /** Why the score is missing: index into `reasonTexts`, −1 where it is not. */
  readonly reasons: number[];
  readonly reasonTexts: string[];
  /** The least sure entries, first first, with their positions among all. */
  readonly leastSure: readonly PlacedEntry[];
  readonly groups: GroupCollector;
  readonly summary: SummaryCounter;
  /** Names of the users' own columns. */
  readonly columns: ReadonlySet<string>;
  /** Paths of fields, the first few that came. */
  readonly paths: ReadonlySet<string>;
  /** Whether any answer has a confidence. */
  readonly hasEvidence: boolean;
  /** Answers whose id an earlier response had too. */
  readonly repeatedIds: number;
  /** Whether any response is a decision model's; and how many of these answer several questions. */
  readonly hasDecisions: boolean;
  readonly severalAnswers: number;
}

/** An entry and where it stands among all. */
export interface PlacedEntry {
  readonly position: number;
  readonly entry: LlmEntry;
}

/** How entries are made and what is kept of them. */
export interface CollectOptions {
  readonly score: ChosenScore;
  /** Entries kept whole: the least sure. */
  readonly keep: number;
  /** Column whose value answers to the same question have in common; undefined for answers of one response only. */
  readonly groupBy: string | undefined;
  /** Coverage of the intervals of agreement. */
  readonly level: number;
  readonly judge: ((trace: Trace) => DocumentJudgement) | undefined;
  /** Whether an answer was right. */
  readonly correctOf: (saved: {
    readonly id: string | null;
    readonly columns: Readonly<Record<string, OwnValue>>;
    readonly line: number;
  }) => boolean | null;
  /** Files that each entry goes to, one JSON value per line; undefined for none. */
  readonly entries: string | undefined;
  readonly rows: string | undefined;
  readonly signal: AbortSignal;
}

/** Own columns that a table can have. */
const MOST_COLUMNS = 500;
/** Paths of fields that are named where a path is nowhere. */
const MOST_PATHS = 12;

/** The table's row of an entry, before anything is known of the others. */
function rowOf(entry: LlmEntry): string {
  const { line, id, index, provider, model, evidence, scores, judgement, answers, columns, correct } = entry;
  const known = answers.flatMap(({ probability }) => (probability === null ? [] : [probability]));
  const decision = known.length === 0 ? null : Math.min(...known);
  const verdict = judgement === null || judgement.verdict === null ? null : String(judgement.verdict);
  const judge = judgement?.probability ?? null;
  const judged = judgement === null ? null : judgedValue(judgement);
  return JSON.stringify([
    line,
    id,
    index,
    provider,
    model,
    evidence.kind,
    scores,
    decision,
    [verdict, judge, judged],
    columns,
    correct,
  ]);
}

/** A list of the least sure so far. */
class LeastSure {
  readonly kept: (PlacedEntry & { readonly rank: number })[] = [];
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(position: number, entry: LlmEntry, rank: number): void {
    const { kept } = this;
    const last = kept.at(-1);
    if (kept.length >= this.#keep && (last === undefined || rank >= last.rank)) return;
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((kept[middle]?.rank ?? Infinity) <= rank) low = middle + 1;
      else high = middle;
    }
    kept.splice(low, 0, { position, entry, rank });
    if (kept.length > this.#keep) kept.pop();
  }
}

/** Resolves when more can be written, or never will be. */
function drained(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      stream.off("drain", goOn);
      stream.off("close", goOn);
      resolve();
    };
    stream.on("drain", goOn);
    stream.on("close", goOn);
  });
}

/** Writes lines to a file, waiting where the disk is slower. */
function lineWriter(path: string | undefined): { write(line: string): Promise<void>; close(): Promise<void> } {
  if (path === undefined) return { write: async () => undefined, close: async () => undefined };
  const stream: WriteStream = createWriteStream(path);
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure = error;
  });
  const check = (): void => {
    if (failure !== undefined) throw new UsageError(`cannot write temporary files: ${failure.message}`);
  };
  return {
    async write(line) {
      check();
      if (!stream.write(`${line}\n`)) await drained(stream);
    },
    async close() {
      if (failure === undefined) {
        stream.end();
        await finished(stream).catch(() => undefined);
      }
      check();
    },
  };
}

/**
 * Makes entries of all responses, one after the other, and keeps of each only what is needed later.
 *
 * @throws {BadInput} as the responses do
 */
export async function collectEntries(opened: OpenedResponses, options: CollectOptions): Promise<Collected> {
  const { score, keep, groupBy, judge, correctOf, signal } = options;
  const least = new LeastSure(keep);
  const groups = createGroupCollector(groupBy, options.level);
  const summary = createSummary();
  const columnNames = new Set<string>();
  const paths = new Set<string>();
  const reasonCodes = new Map<string, number>();
  const ids = new Set<string>();
  let [repeatedIds, severalAnswers, hasDecisions, hasEvidence] = [0, 0, false, false];
  const values: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const correct: number[] = [];
  const reasons: number[] = [];
  const keys: (string | null)[] = [];
  const entries = lineWriter(options.entries);
  const rows = lineWriter(options.rows);
  try {
    for await (const { line, id, columns, response } of opened.responses()) {
      signal.throwIfAborted();
      for (const name of Object.keys(columns)) if (columnNames.size < MOST_COLUMNS) columnNames.add(name);
      const known = id ?? response.id;
      if (known !== null && ids.has(known)) repeatedIds++;
      else if (known !== null) ids.add(known);
      if (response.answers.length > 0) hasDecisions = true;
      if (response.answers.length > 1) severalAnswers++;
      const truth = correctOf({ id: known, columns, line });
      const context = { line, id, columns, correct: truth, stated: score.name === "stated" };
      for (const entry of makeEntries(response, judge === undefined ? context : { ...context, judge })) {
        const position = values.length;
        const value = score.valueOf(entry);
        if (entry.evidence.kind !== "none") hasEvidence = true;
        for (const { path } of entry.fields) if (paths.size < MOST_PATHS) paths.add(path);
        const bounds = score.boundsOf(entry);
        values.push(value ?? Number.NaN);
        lower.push(bounds?.[0] ?? value ?? Number.NaN);
        upper.push(bounds?.[1] ?? value ?? Number.NaN);
        correct.push(truth === null ? -1 : truth ? 1 : 0);
        reasons.push(value === null ? codeOf(reasonCodes, score.reasonOf(entry)) : -1);
        const rank = value ?? (score.name === "agreement" ? entry.scores.lengthNormalised : middleOf(bounds));
        least.add(position, entry, rank === null ? Infinity : score.growsWithConfidence ? rank : -rank);
        keys.push(groups.add(position, entry, response.choices.length));
        summary.add(entry);
        if (options.entries !== undefined) await entries.write(JSON.stringify(entry));
        if (options.rows !== undefined) await rows.write(rowOf(entry));
      }
    }
  } finally {
    await entries.close();
    await rows.close();
  }
  return {
    values,
    lower,
    upper,
    correct,
    reasons,
    keys,
    reasonTexts: [...reasonCodes.keys()],
    leastSure: least.kept,
    groups,
    summary,
    columns: columnNames,
    paths,
    hasEvidence,
    repeatedIds,
    hasDecisions,
    severalAnswers,
  };
}

/** Where a score that is only known within bounds stands among others; null where they say nothing. */
function middleOf(bounds: readonly [number, number] | null): number | null {
  return bounds === null || (bounds[0] <= 0 && bounds[1] >= 1) ? null : (bounds[0] + bounds[1]) / 2;
}

function codeOf(codes: Map<string, number>, text: string): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  const code = codes.size;
  codes.set(text, code);
  return code;
}
