import type { Models, ModelTraffic } from "../../api/api-types.ts";
import { countText } from "../../parts/numbers.ts";
import type { Tone } from "../../parts/status.tsx";
import { timeText } from "../../parts/times.ts";

/** How a model version stands, in the order of what needs attention first. */
export const standings = ["wrong", "unproven", "unknown", "fine", "idle"] as const;

/**
 * `wrong`: its confidences are not what happens. `unproven`: they are, but what decides with them is missing or not certified.
 * `unknown`: too few outcomes to tell. `fine`: nothing to do. `idle`: no predictions lately.
 */
export type Standing = (typeof standings)[number];

/** What to do next. */
export interface NextStep {
  /** A short sentence. */
  readonly text: string;
  /** A command that does it, or begins with it. */
  readonly command?: string;
  /** A view where it is done or looked at, with changes of the filters. */
  readonly link?: { readonly to: string; readonly name: string; readonly from?: string };
}

/** A model version, judged. */
export interface Judged {
  readonly row: ModelTraffic;
  readonly standing: Standing;
  readonly tone: Tone;
  /** The status in a word or two. */
  readonly word: string;
  readonly next: NextStep;
}

const day = 86_400_000;

/** Without predictions for longer than this a version is no longer in use. */
const idleMs = 3 * day;

/** A window that ended longer ago than this is of the past. */
const pastMs = 2 * day;

/** The status in a word or two: of binary models it is the probability of the positive class that is too high or too low. */
function wordOf({ verdict, task }: ModelTraffic): string {
  if (verdict === null) return "No outcomes yet";
  const what = task === "binary" ? "Probabilities" : "Confidence";
  const words: Readonly<Record<typeof verdict.status, string>> = {
    calibrated: "Calibrated",
    overconfident: `${what} too high`,
    underconfident: `${what} too low`,
    miscalibrated: `${what} too high and too low`,
    "too-few-labels": "Too few outcomes",
  };
  return words[verdict.status];
}

/** Where the time of a reply ends. */
export function endOf({ asOf, window }: Models): number {
  return Math.min(window.to ?? Infinity, asOf);
}

/** Whether a reply is about now. */
export function isToday(models: Models): boolean {
  return models.asOf - endOf(models) < pastMs;
}

/** How a model version stands and what to do next: the first rule that fits. */
export function judge(row: ModelTraffic, models: Models, project: string): Judged {
  const { verdict } = row;
  const word = wordOf(row);
  const lastSeen = Math.min(row.lastTime, (row.traffic.at(-1)?.day ?? row.lastTime) + day);
  const isIdle = endOf(models) - lastSeen > idleMs;
  if (isIdle) {
    const text = `Nothing: it has had no predictions since ${timeText(lastSeen, "day")}.`;
    return { row, standing: "idle", tone: "note", word: "Not in use", next: { text } };
  }
  if (verdict === null || verdict.status === "too-few-labels")
    return { row, standing: "unknown", tone: "unsure", word, next: nextWithout(row, models) };
  if (verdict.status !== "calibrated")
    return { row, standing: "wrong", tone: "bad", word, next: nextRepair(row, models, project) };
  const next = nextDecision(row);
  return next === null
    ? { row, standing: "fine", tone: "good", word, next: nothingToDo(row, isToday(models)) }
    : { row, standing: "unproven", tone: "good", word, next };
}

function nextWithout(
  { predictions, withoutConfidence, labelled, verdict, matureMaturity }: ModelTraffic,
  models: Models,
): NextStep {
  if (predictions === withoutConfidence) return { text: "Send a confidence with its predictions: none has one." };
  if (labelled === 0)
    return { text: "Send outcomes: none has come.", link: { to: "/data-health", name: "Data health" } };
  if (verdict !== null && (matureMaturity ?? 1) > 0.9)
    return { text: "Take a longer time above, or wait: too few predictions are old enough." };
  if (verdict !== null)
    return {
      text: "Label more: the outcomes there are leave it open.",
      link: { to: "/data-health", name: "Data health" },
    };
  const { matureBefore } = models.window;
  const why = matureBefore === null ? "" : `: those before ${timeText(matureBefore, "day")} would be old enough`;
  return { text: `Wait for outcomes${why}.` };
}

function nextRepair(row: ModelTraffic, models: Models, project: string): NextStep {
  const { recalibratedAt, active, version, model, task, weighted } = row;
  const { from, matureBefore } = models.window;
  if (recalibratedAt !== null && active?.calibratorId != null) {
    if (matureBefore !== null && recalibratedAt >= matureBefore)
      return {
        text: `Wait for outcomes: what came before the recalibration of ${timeText(recalibratedAt, "day")} says nothing of it.`,
      };
    if (from === null || recalibratedAt > from + day)
      return {
        text: `Look at what came after the recalibration of ${timeText(recalibratedAt, "day")}: this is of both.`,
        link: {
          to: "/calibration",
          name: "Since then",
          from: dateOf(recalibratedAt + day),
        },
      };
  }
  const column = active?.calibratorId == null ? "confidence" : "raw_confidence";
  const { to } = models.window;
  const since = from === null ? "" : ` --from ${dateOf(from)}`;
  const until =
    matureBefore === null ? (to === null ? "" : ` --until ${dateOf(to)}`) : ` --until ${dateOf(matureBefore)}`;
  const file = "labelled.parquet";
  const scores = task === "binary" ? `--score ${column} --label outcome` : `--confidence ${column} --correct outcome`;
  const weights = weighted ? " --weight label_weight" : "";
  const command = [
    `npx candor export --project ${project} --model ${quoted(model)} --model-version ${quoted(version)}${since}${until} -o ${file}`,
    `npx candor fit ${file} ${scores}${weights} --skip-bad -o cal.json --card card.md`,
  ].join("\n");
  const again = active?.calibratorId == null ? "Calibrate it" : "Recalibrate it";
  return {
    text: `${again}; see first whether one segment is to blame.`,
    command,
    link: { to: "/segments", name: "Segments" },
  };
}

const decide = { to: "/decisions", name: "Decisions" };

/** What is missing of the decisions of a calibrated version; null where nothing is, or where it decides nothing. */
function nextDecision({ active, decisions }: ModelTraffic): NextStep | null {
  if (active?.policyId == null)
    return decisions.none < 1
      ? { text: "Activate a policy: what decides now is not known here, so nothing is proven of it.", link: decide }
      : null;
  if (active.certificate?.status === "not-certified")
    return { text: "Choose another target, or label more: the target of its policy was not certified.", link: decide };
  if (active.uncertified !== null)
    return { text: `Make a policy for this version: ${active.uncertified}.`, link: decide };
  return null;
}

function nothingToDo({ active }: ModelTraffic, today: boolean): NextStep {
  const fine = `Fine${today ? " today" : ""}`;
  return active?.policyId == null
    ? { text: `${fine}. A policy could decide by these confidences.`, link: decide }
    : { text: `${fine}: nothing to do.` };
}

/** A day as the command line and the URL write it (UTC). */
function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** A name as a word of a shell. */
function quoted(name: string): string {
  return /^[\w.@:/-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

/** The answer in one sentence: how many versions can be trusted. */
export function headline(judged: readonly Judged[], today: boolean): string {
  const count = (...which: Standing[]): number => judged.filter(({ standing }) => which.includes(standing)).length;
  const all = judged.length - count("idle");
  const [trusted, wrong, unknown, idle] = [count("fine", "unproven"), count("wrong"), count("unknown"), count("idle")];
  const versions = (n: number): string => `${countText(n)} model version${n === 1 ? "" : "s"}`;
  const when = today ? " today" : "";
  if (all === 0) return `No model version is in use${when}; ${countText(idle)} ${idle === 1 ? "was" : "were"} before.`;
  const rest = idle > 0 ? ` ${countText(idle)} more ${idle === 1 ? "is" : "are"} no longer in use.` : "";
  if (all === 1) {
    const only =
      trusted > 0 ? `can be trusted${when}` : wrong > 0 ? `cannot be trusted${when}` : "has too few outcomes to tell";
    return `The one model version ${only}.${rest}`;
  }
  const can =
    trusted === all
      ? `All ${versions(all)} can be trusted${when}`
      : `${trusted === 0 ? "None" : countText(trusted)} of ${versions(all)} can be trusted${when}`;
  const parts = [
    ...(wrong > 0 ? [`${countText(wrong)} cannot`] : []),
    ...(unknown > 0 ? [`${countText(unknown)} ${unknown === 1 ? "has" : "have"} too few outcomes to tell`] : []),
  ];
  return `${[can, ...parts].join("; ")}.${rest}`;
}
