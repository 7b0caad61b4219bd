import { artefactId } from "../../serving/active.ts";
import type { Artefact } from "../../store/state-store.ts";
import { HttpError } from "../http-error.ts";
import type { RouteDeps } from "../server-app.ts";

/**
 * Keeps a document for a model version; the same document again is kept once.
 *
 * @throws {HttpError} 409 where it is kept for another model version
 */
export async function keepArtefact(
  { state }: RouteDeps,
  artefact: Omit<Artefact, "id">,
): Promise<{ readonly kept: Artefact; readonly isNew: boolean }> {
  const { project, kind, model, version, document } = artefact;
  const id = artefactId(kind, document.fingerprint);
  const before = await state.artefact(project, id);
  const kept = await state.addArtefact({ id, ...artefact });
  if (kept.model !== model || kept.version !== version)
    throw new HttpError(
      409,
      "exists",
      `this ${kind} is kept as ${id} for ${kept.version === null ? "no version" : `version ${kept.version}`} of ${kept.model}: one document belongs to one model version`,
    );
  return { kept, isNew: before === null };
}
