import { type DecisionScore, timeGrid } from "@candor/core";
import { type Active, artefactId } from "../../serving/active.ts";
import type { Serving } from "../../serving/create-serving.ts";
import type { PredictionFilter } from "../../store/event-store.ts";
import type { Activation, StateStore } from "../../store/state-store.ts";
import { type DecisionsView, decisionsView } from "../../views/decisions-view.ts";
import type { RouteDeps } from "../server-app.ts";
import { cellFilter } from "./cell-filter.ts";
import { matureScope } from "./mature-scope.ts";

/** What was asked for. */
export interface DecisionsQuery {
  readonly filter: PredictionFilter & { readonly model: string; readonly version: string };
  /** Undefined: what the policy in effect reads. */
  readonly on: DecisionScore | undefined;
  readonly immature: boolean;
}

/** The view, and what decides. */
export interface ReadDecisions {
  readonly view: DecisionsView;
  readonly active: Active;
  /** When the calibrator in effect came into effect; null without one. */
  readonly calibratorSince: number | null;
}

/**
 * The cells of a model version as thresholds see them, with what decides for it.
 *
 * @throws {HttpError} 400 where nothing is old enough, or several segments are named
 * @throws {InputError} as `decisionsView`
 */
export async function readDecisions(deps: RouteDeps, serving: Serving, query: DecisionsQuery): Promise<ReadDecisions> {
  const { filter: wanted, on, immature } = query;
  const { project, model, version, route = null } = wanted;
  const now = deps.now();
  const { maturityHours } = (await deps.projectOf(project)).settings;
  const { filter, notes, checkRows } = matureScope(wanted, now, maturityHours, immature);
  const cells = cellFilter(filter);
  const [table, days, opened, activations] = await Promise.all([
    deps.events.cells({ ...cells, bucket: "all" }),
    deps.events.cells({ ...cells, bucket: "day", groups: new Int16Array(timeGrid.size + 1) }),
    serving.open(project),
    deps.state.activations(project, { model }),
  ]);
  checkRows(table.rows);
  const active = opened.active(model, version, route);
  const own = active.policy === null || active.policy.rule.kind === "least-cost" ? "confidence" : active.policy.rule.on;
  const view = decisionsView({
    table,
    days,
    on: on ?? own,
    from: filter.from,
    to: filter.to,
    now,
    notes,
  });
  const since = await calibratorSince(deps.state, activations, active);
  const isMixed = since !== null && since > view.from;
  const changed = `The calibrator in effect came on ${new Date(since ?? 0).toISOString().slice(0, 10)} UTC, within these days: predictions before it were scored otherwise.`;
  const unseen = `The policy in effect also has rows reviewed that are not in distribution (p-value of ${active.demand?.level ?? 0} or less), whatever their score: what thresholds lead to is counted here by the score alone, and a policy kept from here demands nothing of the kind.`;
  const more = [...(isMixed ? [changed] : []), ...(active.demand === null ? [] : [unseen])];
  return {
    view: { ...view, notes: [...view.notes, ...more] },
    active,
    calibratorSince: since,
  };
}

/** Since when the calibrator in effect has been without a break, by the activations of its scope, newest last. */
async function calibratorSince(
  state: StateStore,
  activations: readonly Activation[],
  { calibratorId, scope }: Active,
): Promise<number | null> {
  if (calibratorId === null || scope === null) return null;
  const own = activations.filter((one) => one.version === scope.version && one.route === scope.route);
  let since = scope.activatedAt;
  for (const one of own.toReversed()) {
    if ((await calibratorOf(state, one)) !== calibratorId) break;
    since = one.activatedAt;
  }
  return since;
}

async function calibratorOf(
  state: StateStore,
  { project, calibratorId, policyId }: Activation,
): Promise<string | null> {
  if (calibratorId !== null) return calibratorId;
  const policy = policyId === null ? null : await state.artefact(project, policyId);
  if (policy === null || policy.document.schema !== "candor.policy/1") return null;
  const own = policy.document.calibrator;
  return own === null ? null : artefactId("calibrator", own.fingerprint);
}
