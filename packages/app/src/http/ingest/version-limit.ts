import type { EventStore } from "../../store/event-store.ts";
import type { Project } from "../../store/state-store.ts";
import type { Rejection } from "./rejection.ts";

/** Model versions that a project may have; a hostile or a broken client names a new one with every prediction. */
export const versionLimit = 20_000;

/** Whether predictions of a model version are taken: null, or why not. What is taken is known from then on. */
export type AdmitVersion = (model: string, version: string) => Rejection | null;

/**
 * Bounds the model versions of every project.
 *
 * @param limit per project
 * @returns for one project what admits its versions
 */
export function limitVersions(
  events: Pick<EventStore, "models">,
  limit: number = versionLimit,
): (project: Project) => Promise<AdmitVersion> {
  // A project that was removed and made again starts anew.
  const known = new Map<string, { readonly createdAt: number; readonly admit: Promise<AdmitVersion> }>();
  const open = async (project: string): Promise<AdmitVersion> => {
    const versions = new Set((await events.models(project)).map(({ model, version }) => nameOf(model, version)));
    return (model, version) => {
      const name = nameOf(model, version);
      if (versions.has(name)) return null;
      if (versions.size >= limit)
        return {
          kind: "rejected",
          code: "too-many",
          field: "version",
          message: `version must be one of the ${limit} that project ${project} has already: there is no room for more`,
        };
      versions.add(name);
      return null;
    };
  };
  return ({ id, createdAt }) => {
    const before = known.get(id);
    if (before?.createdAt === createdAt) return before.admit;
    const admit = open(id);
    known.set(id, { createdAt, admit });
    admit.catch(() => known.delete(id));
    return admit;
  };
}

function nameOf(model: string, version: string): string {
  return `${model}\n${version}`;
}
