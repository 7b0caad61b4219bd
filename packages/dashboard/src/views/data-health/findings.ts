import type { DataHealth, Project } from "../../api/api-types.ts";
import { countText, valueText } from "../../parts/numbers.ts";
import type { Tone } from "../../parts/status.tsx";
import { durationText } from "./durations.ts";

/** One thing that is looked at: how it is, what it means, and what to do about it. */
export interface Finding {
  readonly name: string;
  readonly tone: Tone;
  /** In a word or two. */
  readonly state: string;
  /** How it is. */
  readonly sentence: string;
  /** What it means, and what to do. */
  readonly advice: string;
}

const hourMs = 3_600_000;
const items = (count: number, one: string): string => `${countText(count)} ${one}${count === 1 ? "" : "s"}`;

function queueFinding({ queue }: DataHealth): Finding {
  const { pendingEvents, lagMs, setAside, writable, problem } = queue;
  const name = "Taking data in";
  const backlog = `${items(pendingEvents, "event")} on disk and not counted yet, the oldest for ${durationText(lagMs)}.`;
  if (!writable)
    return {
      name,
      tone: "bad",
      state: "Stopped",
      sentence: `Nothing can be taken: ${problem ?? "the disk refuses"}.`,
      advice: "Give the disk of the server some room. What was acknowledged is safe; clients get 503 and send again.",
    };
  if (setAside > 0)
    return {
      name,
      tone: "bad",
      state: "Some set aside",
      sentence: `${items(setAside, "event")} could not be loaded since the server started. ${backlog}`,
      advice: "They are kept in set-aside.ndjson in the data folder. candor doctor says why.",
    };
  if (lagMs > 60_000)
    return {
      name,
      tone: "unsure",
      state: "Behind",
      sentence: backlog,
      advice: "Pages are that far behind. It catches up by itself unless more comes in than the machine can load.",
    };
  return {
    name,
    tone: "good",
    state: "In time",
    sentence: pendingEvents === 0 ? "Everything that was acknowledged is counted." : backlog,
    advice: "Of all projects of this server together.",
  };
}

function rejectedFinding({ rejected }: DataHealth): Finding {
  const count = rejected.reduce((sum, one) => sum + one.count, 0);
  return {
    name: "Rejected",
    tone: count === 0 ? "good" : "bad",
    state: count === 0 ? "None" : countText(count),
    sentence:
      count === 0
        ? "Every prediction and outcome since the server started was taken."
        : `${items(count, "item")} since the server started could not be taken: the table below says why.`,
    advice:
      count === 0 ? "" : "They are not kept. Correct what sends them and send them again: ids make that harmless.",
  };
}

function orphansFinding({ orphans, oldestOrphan, asOf }: DataHealth): Finding {
  const name = "Outcomes without a prediction";
  if (orphans === 0)
    return { name, tone: "good", state: "None", sentence: "Every outcome found its prediction.", advice: "" };
  const age = oldestOrphan === null ? 0 : asOf - oldestOrphan;
  return {
    name,
    tone: age > 24 * hourMs ? "bad" : "unsure",
    state: countText(orphans),
    sentence: `${items(orphans, "outcome")} ${orphans === 1 ? "waits" : "wait"} for a prediction of the same id, the oldest for ${durationText(age)}.`,
    advice:
      "They are kept and join when the prediction comes. If it should be here already, the ids of the two senders differ, or predictions are lost on the way.",
  };
}

function repeatedFinding({ duplicates, conflicts, predictions }: DataHealth): Finding {
  const name = "Sent more than once";
  const again = `${items(duplicates - conflicts, "prediction")} came again with the same content, ${countText(conflicts)} with another.`;
  if (conflicts > 0)
    return {
      name,
      tone: "bad",
      state: `${countText(conflicts)} differ`,
      sentence: again,
      advice:
        "The first is kept. An id must name one prediction only: look for a counter that starts again, or an id of the request used for all its answers.",
    };
  if (duplicates > predictions / 10 && duplicates > 0)
    return {
      name,
      tone: "unsure",
      state: countText(duplicates),
      sentence: again,
      advice: "It does no harm and costs time: the sender tries again too soon, or sends the same file every time.",
    };
  const state = duplicates === 0 ? "None" : countText(duplicates);
  return { name, tone: "good", state, sentence: again, advice: "Sending again is harmless." };
}

function confidenceFinding({ withoutConfidence, predictions }: DataHealth): Finding {
  const name = "Without a confidence";
  const share = predictions === 0 ? 0 : withoutConfidence / predictions;
  if (withoutConfidence === 0)
    return { name, tone: "good", state: "None", sentence: "Every prediction carries one.", advice: "" };
  return {
    name,
    tone: share > 0.05 ? "bad" : "unsure",
    state: valueText(share, "share"),
    sentence: `${items(withoutConfidence, "prediction")} of ${countText(predictions)} came without evidence for a confidence.`,
    advice:
      "They count as traffic and never as certain; no estimate rests on them. Often a provider sent no log-probabilities, or a score was not a number.",
  };
}

function lagFinding({ lag }: DataHealth): Finding {
  const name = "Arrival";
  if (lag === null)
    return { name, tone: "note", state: "Nothing yet", sentence: "No prediction has arrived.", advice: "" };
  const sentence = `Half of the newest predictions arrive within ${durationText(lag.median)} of being made, 99 of 100 within ${durationText(lag.p99)}.`;
  if (lag.median > 24 * hourMs)
    return {
      name,
      tone: "note",
      state: "Late",
      sentence,
      advice: "As history does that is imported from files. If it should be live, the sender holds predictions back.",
    };
  if (lag.median < -60_000)
    return {
      name,
      tone: "bad",
      state: "From the future",
      sentence,
      advice: "The clock of the sender is ahead of that of this server: set one of them right.",
    };
  return {
    name,
    tone: lag.p99 > hourMs ? "unsure" : "good",
    state: durationText(lag.median),
    sentence,
    advice: lag.p99 > hourMs ? "Some are held back by the sender: batches, retries, or a machine that was off." : "",
  };
}

function refusedFinding({ refused }: DataHealth): Finding[] {
  if (refused === 0) return [];
  return [
    {
      name: "Left out",
      tone: "note",
      state: countText(refused),
      sentence: `${items(refused, "event")} named predictions that were erased, or were older than what the project keeps.`,
      advice: "As Settings ask for: days that predictions are kept.",
    },
  ];
}

/** How the data of a project is, point by point, what needs somebody first. */
export function findingsOf(health: DataHealth): Finding[] {
  const all = [
    queueFinding(health),
    rejectedFinding(health),
    orphansFinding(health),
    repeatedFinding(health),
    confidenceFinding(health),
    lagFinding(health),
    ...refusedFinding(health),
  ];
  const rank: Readonly<Record<Tone, number>> = { bad: 0, unsure: 1, note: 2, good: 3 };
  return all.sort((a, b) => rank[a.tone] - rank[b.tone]);
}

/** What there is to say of the horizon of a project, given how late outcomes are. */
export function horizonWords(
  { settings: { maturityHours } }: Pick<Project, "settings">,
  observed: { readonly p90: number; readonly p99: number } | null,
): { readonly tone: Tone; readonly words: string } {
  if (observed === null) return { tone: "note", words: "No labels yet" };
  const horizon = maturityHours * hourMs;
  if (observed.p99 <= Math.max(horizon, 60_000)) {
    const isFar = horizon > 3 * Math.max(observed.p99, hourMs);
    return { tone: "good", words: horizon === 0 ? "At once" : isFar ? "Within it by far" : "Within it" };
  }
  if (observed.p90 <= horizon) return { tone: "unsure", words: "A few come later" };
  const needed = durationText(Math.ceil(observed.p99 / hourMs) * hourMs);
  return { tone: "bad", words: `Late: set the horizon to ${needed} or more` };
}
