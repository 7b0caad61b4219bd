import { visibleText } from "@candor/core";
import type { TimeChange } from "@candor/plots";
import type { Activation } from "../../api/api-types.ts";

/** Something that was changed, with all that is known of it. */
export interface Change extends TimeChange {
  /** Null: all versions. */
  readonly version: string | null;
  /** What happened, for the table. */
  readonly what: string;
  /** Ids of what became active. */
  readonly calibratorId: string | null;
  readonly policyId: string | null;
}

/** A version with its first prediction. */
interface KnownVersion {
  readonly model: string;
  readonly version: string;
  readonly firstTime: number;
}

/** First predictions of the versions of a model. */
export function deploysOf(versions: readonly KnownVersion[], model: string): Change[] {
  return versions
    .filter((one) => one.model === model)
    .map(({ version, firstTime }) => ({
      time: firstTime,
      kind: "deploy",
      label: visibleText(version, 40),
      version,
      what: `First prediction of version ${visibleText(version, 60)}`,
      calibratorId: null,
      policyId: null,
    }));
}

/** What became active when, each against what was active for the same versions and routes before. */
export function promotionsOf(history: readonly Activation[], model: string): Change[] {
  const before = new Map<string, Activation>();
  const oldestFirst = history.filter((one) => one.model === model).sort((a, b) => a.activatedAt - b.activatedAt);
  return oldestFirst.map((one): Change => {
    const scope = JSON.stringify([one.version, one.route]);
    const last = before.get(scope);
    before.set(scope, one);
    const label = labelOf(one, last);
    const of = one.version === null ? "all versions" : `version ${visibleText(one.version, 60)}`;
    const route = one.route === null ? "" : `, route ${visibleText(one.route, 60)}`;
    return {
      time: one.activatedAt,
      kind: "promotion",
      label,
      version: one.version,
      what: `${label === "ended" ? "What was active ended" : `New ${label}`} for ${of}${route}`,
      calibratorId: one.calibratorId,
      policyId: one.policyId,
    };
  });
}

function labelOf(now: Activation, before: Activation | undefined): string {
  if (now.calibratorId === null && now.policyId === null) return "ended";
  const calibrator = now.calibratorId !== null && now.calibratorId !== before?.calibratorId;
  const policy = now.policyId !== null && now.policyId !== before?.policyId;
  if (calibrator && policy) return "calibrator, policy";
  return calibrator ? "calibrator" : "policy";
}

/** A stretch of one version between two changes. */
export interface Era {
  readonly version: string;
  readonly start: number;
  readonly end: number;
  /** What it began with; null: the window. */
  readonly began: Change | null;
}

/** Changes closer than this are one. */
const TOGETHER = 3_600_000;

/**
 * The stretches between changes of each version, oldest first: chosen by what was done and not by what is seen, so that the
 * intervals of their numbers hold.
 *
 * @param versions with the stretch that each has predictions in
 * @param changes oldest first
 */
export function erasOf(
  versions: readonly { readonly version: string; readonly start: number; readonly end: number }[],
  changes: readonly Change[],
): Era[] {
  return versions.flatMap(({ version, start, end }) => {
    const mine = changes.filter(
      (one) =>
        (one.version === version || (one.kind === "promotion" && one.version === null)) &&
        one.time < end &&
        one.time >= start - TOGETHER,
    );
    const cuts: Era[] = [{ version, start, end, began: null }];
    for (const change of mine) {
      const last = cuts.at(-1);
      if (last === undefined) break;
      if (change.time - last.start < TOGETHER) cuts[cuts.length - 1] = { ...last, began: change };
      else
        cuts.splice(
          cuts.length - 1,
          1,
          { ...last, end: change.time },
          { version, start: change.time, end, began: change },
        );
    }
    return cuts;
  });
}
