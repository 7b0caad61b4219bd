import { visibleText } from "@candor/core";
import type { Activation, Artefact } from "../../api/api-types.ts";

/** What an activation is for, such as `version 2, route eu`. */
export function scopeWords({ version, route }: Pick<Activation, "version" | "route">): string {
  const versions = version === null ? "all versions" : `version ${visibleText(version, 60)}`;
  return route === null ? `${versions}, all routes` : `${versions}, route ${visibleText(route, 60)}`;
}

/** Whether an activation lets anything decide; one without ids ended its scope. */
export function isActive({ calibratorId, policyId }: Activation): boolean {
  return calibratorId !== null || policyId !== null;
}

/** Where an artefact is active now: by itself, or a calibrator with the policy that brings it. */
export function activeIn(
  { id, kind }: Pick<Artefact, "id" | "kind">,
  current: readonly Activation[],
  policies: readonly Artefact[],
): Activation[] {
  const bringing = new Set(policies.flatMap((policy) => (policy.ownCalibratorId === id ? [policy.id] : [])));
  return current.filter(({ calibratorId, policyId }) => {
    if (kind === "policy") return policyId === id;
    return calibratorId === id || (policyId !== null && bringing.has(policyId));
  });
}

/** What counts for a scope when its own activation is gone: the most specific of the wider ones. */
export function widerOf(scope: Activation, current: readonly Activation[]): Activation | null {
  const fits = current.filter(
    (one) =>
      isActive(one) &&
      one.model === scope.model &&
      (one.version === null || one.version === scope.version) &&
      (one.route === null || one.route === scope.route) &&
      !(one.version === scope.version && one.route === scope.route),
  );
  const rank = ({ version, route }: Activation): number => (version === null ? 0 : 2) + (route === null ? 0 : 1);
  return fits.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** What was active before for exactly this scope, else for a wider one. */
export function inEffect(
  scope: Pick<Activation, "model" | "version" | "route">,
  current: readonly Activation[],
): Activation | null {
  const own = current.find(
    (one) => one.model === scope.model && one.version === scope.version && one.route === scope.route && isActive(one),
  );
  const ended: Activation = { ...scope, calibratorId: null, policyId: null, activatedAt: 0, activatedBy: "" };
  return own ?? widerOf(ended, current);
}

/** Who did it, as the API names them. */
export function actorWords(actor: string): string {
  return actor === "cli" ? "the command line" : `key ${actor}`;
}
