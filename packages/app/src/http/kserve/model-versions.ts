import type { ProjectServing } from "../../serving/create-serving.ts";
import { KserveError } from "./kserve-error.ts";

/**
 * Versions of a model that something is active for, newest activation last. @throws {KserveError} 404 for another model
 */
export function versionsOf({ scopes }: ProjectServing, model: string): string[] {
  const own = scopes.filter((activation) => activation.model === model);
  if (own.length === 0) throw new KserveError(`nothing is active for a model ${model.slice(0, 200)}`, 404);
  const versions = own.flatMap(({ version }) => (version === null ? [] : [version]));
  return [...new Set(versions.toReversed())].toReversed();
}

/**
 * The version that a request means: the one it names, else the one of the newest activation that names one.
 *
 * @throws {KserveError} where there is none to choose
 */
export function chosenVersion(serving: ProjectServing, model: string, named: string | undefined): string {
  if (named !== undefined) return named;
  const newest = versionsOf(serving, model).at(-1);
  if (newest !== undefined) return newest;
  throw new KserveError(
    `what is active for ${model.slice(0, 200)} names no version: say it, /v2/models/{model}/versions/{version}/infer`,
  );
}
