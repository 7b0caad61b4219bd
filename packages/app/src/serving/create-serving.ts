import { StoreError } from "../store/errors.ts";
import type { Activation, Artefact, ProjectSettings, StateStore } from "../store/state-store.ts";
import { type Active, activeOf, type OpenedArtefact, openArtefact } from "./active.ts";

/** Models, versions and routes are the client's: no more of them than this are remembered. */
const REMEMBERED = 10_000;

/** What is active in one project, as of one revision of the state. */
export interface ProjectServing {
  readonly project: string;
  readonly settings: ProjectSettings;
  /**
   * What decides for a model, version and route: the activation of the most specific scope that has one, of version and
   * route, then version, then route, then the model.
   *
   * @throws {StoreError} `damaged`
   */
  active(model: string, version: string, route: string | null): Active;
  /** The newest activation of every scope that has one. */
  readonly scopes: readonly Activation[];
}

/** What is active, kept while the state stays as it is. */
export interface Serving {
  /** @throws {StoreError} `unknown` for a project that is not there */
  open(project: string): Promise<ProjectServing>;
}

function scopeKey(model: string, version: string | null, route: string | null): string {
  return JSON.stringify([model, version, route]);
}

/**
 * The newest activation of every scope, those that were ended left out.
 *
 * @param activations newest last; their order counts, not their times, which a clock may have set back
 */
export function newestByScope(activations: readonly Activation[]): ReadonlyMap<string, Activation> {
  const newest = new Map<string, Activation>();
  for (const activation of activations) {
    const key = scopeKey(activation.model, activation.version, activation.route);
    newest.delete(key);
    if (activation.calibratorId !== null || activation.policyId !== null) newest.set(key, activation);
  }
  return newest;
}

/** The activation that counts for a model, version (null: any) and route; null where none does. */
export function mostSpecific(
  scopes: ReadonlyMap<string, Activation>,
  model: string,
  version: string | null,
  route: string | null,
): Activation | null {
  const candidates = [
    route === null ? undefined : scopes.get(scopeKey(model, version, route)),
    scopes.get(scopeKey(model, version, null)),
    route === null ? undefined : scopes.get(scopeKey(model, null, route)),
    scopes.get(scopeKey(model, null, null)),
  ];
  return candidates.find((activation) => activation !== undefined) ?? null;
}

interface Loaded extends ProjectServing {
  readonly opened: Map<string, OpenedArtefact>;
}

function idsOf({ calibratorId, policyId }: Activation): string[] {
  return [calibratorId, policyId].filter((id) => id !== null);
}

async function load(state: StateStore, project: string, known: Loaded["opened"]): Promise<Loaded> {
  const found = await state.project(project);
  if (found === null) throw new StoreError("unknown", `there is no project ${project}`);
  const { settings } = found;
  const scopes = newestByScope(await state.activations(project));
  const artefacts = new Map<string, Artefact>();
  const opened: Loaded["opened"] = new Map();
  for (const id of new Set([...scopes.values()].flatMap(idsOf))) {
    const before = known.get(id);
    const artefact = await state.artefact(project, id);
    if (artefact === null) throw new StoreError("damaged", `${id} is active in ${project} but is not there`);
    artefacts.set(id, artefact);
    if (before !== undefined && before.artefact.version === artefact.version) opened.set(id, before);
  }
  const openedOf = (id: string): OpenedArtefact[] => {
    const artefact = artefacts.get(id);
    if (artefact === undefined) return [];
    const one = opened.get(id) ?? openArtefact(artefact);
    opened.set(id, one);
    return [one];
  };
  const remembered = new Map<string, Active>();
  return {
    project,
    settings,
    scopes: [...scopes.values()],
    opened,
    active(model, version, route) {
      const key = `${model.length}:${model}${version.length}:${version}${route === null ? "" : `:${route}`}`;
      const before = remembered.get(key);
      if (before !== undefined) return before;
      const activation = mostSpecific(scopes, model, version, route);
      const artefactsOfIt = activation === null ? [] : idsOf(activation).flatMap(openedOf);
      const active = activeOf({ model, version, route }, activation, artefactsOfIt, settings);
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(key, active);
      return active;
    },
  };
}

/**
 * What is active in every project: looked up again when the revision of the state has changed, and documents are
 * checked once.
 *
 * @param state read only
 */
export function createServing(state: StateStore): Serving {
  const projects = new Map<string, { readonly revision: number; readonly loaded: Promise<Loaded> }>();
  const opened = new Map<string, Loaded["opened"]>();
  return {
    open(project) {
      const before = projects.get(project);
      const { revision } = state;
      if (before?.revision === revision) return before.loaded;
      const loaded = load(state, project, opened.get(project) ?? new Map());
      projects.set(project, { revision, loaded });
      loaded.then(
        (done) => opened.set(project, done.opened),
        () => {
          if (projects.get(project)?.loaded === loaded) projects.delete(project);
          opened.delete(project);
        },
      );
      return loaded;
    },
  };
}
