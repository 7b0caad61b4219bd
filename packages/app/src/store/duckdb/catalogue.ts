import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import type { PredictionEvent, SpineTask } from "../events.ts";
import { type KeyHash, keyHash } from "./key-hash.ts";
import { numberIn, numberOrNullIn, rowsOf, textIn, textOrNullIn } from "./row-values.ts";

/** A project as the spine knows it. */
export interface SpineProject {
  readonly number: number;
  readonly id: string;
  /** Name of the outcomes that count. */
  counted: string;
  /** Predictions from before are refused, milliseconds since 1970; null: all are kept. */
  keptFrom: number | null;
  /** Of its predictions, by what names them; `cohortLimit` of them at most. */
  cohorts: number;
}

/** Distinct combinations of model, version, route, task and segments that a project may have before values become "(other)". */
export const cohortLimit = 50_000;

/** What stands for the values of segments beyond the limit. */
export const otherValue = "(other)";

const mostShortcuts = 200_000;

export interface NewCohort {
  readonly cohort: number;
  readonly project: number;
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  readonly task: SpineTask;
  /** JSON, keys in ascending order. */
  readonly segments: string;
}

export interface NewStream {
  readonly stream: number;
  readonly project: number;
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly key: string | null;
  readonly value: string | null;
}

/** What a load has named for the first time. */
export interface Additions {
  readonly projects: SpineProject[];
  readonly cohorts: NewCohort[];
  readonly streams: NewStream[];
  /** Pairs of cohort and stream. */
  readonly cohortStreams: (readonly [cohort: number, stream: number])[];
}

const none = (): Additions => ({ projects: [], cohorts: [], streams: [], cohortStreams: [] });

/**
 * The numbers of projects, cohorts and streams, in memory. It is right only as long as every change it made has been
 * committed: after a failed transaction it is thrown away and read again.
 */
export class Catalogue {
  readonly hash: KeyHash;
  position: number;
  nextPrediction: number;
  nextOutcome: number;
  hasErased: boolean;
  added: Additions = none();
  readonly #projects = new Map<string, SpineProject>();
  readonly #cohorts = new Map<string, number>();
  readonly #streams = new Map<string, number>();
  readonly #shortcuts = new Map<string, number>();
  #nextCohort = 1;
  #nextStream = 1;
  #nextProject = 1;

  private constructor(meta: ReadonlyMap<string, string>) {
    const salt = meta.get("salt");
    if (salt === undefined || !/^[0-9a-f]{32}$/.test(salt)) throw new StoreError("damaged", "the store has no salt");
    this.hash = keyHash(salt);
    this.position = Number(meta.get("position"));
    this.nextPrediction = 1;
    this.nextOutcome = 1;
    this.hasErased = false;
  }

  /** Reads it from the tables, in the transaction of the caller. */
  static async read(connection: DuckDBConnection): Promise<Catalogue> {
    const meta = await rowsOf(connection, "SELECT name, value FROM meta");
    const catalogue = new Catalogue(new Map(meta.map((row) => [textIn(row, "name"), textIn(row, "value")])));
    for (const row of await rowsOf(connection, "SELECT project, id, counted, kept_from FROM spine_projects"))
      catalogue.#keepProject({
        number: numberIn(row, "project"),
        id: textIn(row, "id"),
        counted: textIn(row, "counted"),
        keptFrom: numberOrNullIn(row, "kept_from"),
        cohorts: 0,
      });
    const byNumber = new Map([...catalogue.#projects.values()].map((project) => [project.number, project]));
    for (const row of await rowsOf(connection, "SELECT * FROM cohorts")) {
      const project = numberIn(row, "project");
      const cohort = numberIn(row, "cohort");
      const names = [textIn(row, "model"), textIn(row, "version"), textOrNullIn(row, "route"), textIn(row, "task")];
      catalogue.#cohorts.set(keyOf(project, ...names, textIn(row, "segments")), cohort);
      catalogue.#nextCohort = Math.max(catalogue.#nextCohort, cohort + 1);
      const owner = byNumber.get(project);
      if (owner) owner.cohorts++;
    }
    for (const row of await rowsOf(connection, "SELECT * FROM streams")) {
      const stream = numberIn(row, "stream");
      const names = [textIn(row, "model"), textIn(row, "version"), textIn(row, "task")];
      const segment = [textOrNullIn(row, "segment_key"), textOrNullIn(row, "segment_value")];
      catalogue.#streams.set(keyOf(numberIn(row, "project"), ...names, ...segment), stream);
      catalogue.#nextStream = Math.max(catalogue.#nextStream, stream + 1);
    }
    const [counts] = await rowsOf(
      connection,
      `SELECT (SELECT coalesce(max(seq), 0) FROM predictions) AS predictions,
        (SELECT coalesce(max(seq), 0) FROM outcomes) AS outcomes,
        (SELECT count(*) FROM (FROM erased LIMIT 1)) AS erased`,
    );
    if (counts === undefined) throw new StoreError("damaged", "the store has no counts");
    catalogue.nextPrediction = numberIn(counts, "predictions") + 1;
    catalogue.nextOutcome = numberIn(counts, "outcomes") + 1;
    catalogue.hasErased = numberIn(counts, "erased") > 0;
    return catalogue;
  }

  /** What has been named since the last call; the caller writes it into the tables. */
  takeAdditions(): Additions {
    const added = this.added;
    this.added = none();
    return added;
  }

  knownProject(id: string): SpineProject | undefined {
    return this.#projects.get(id);
  }

  projects(): Iterable<SpineProject> {
    return this.#projects.values();
  }

  /** The project of this id, named now where it was not known. */
  project(id: string): SpineProject {
    const known = this.#projects.get(id);
    if (known) return known;
    const project = { number: this.#nextProject, id, counted: "outcome", keptFrom: null, cohorts: 0 };
    this.#keepProject(project);
    this.added.projects.push(project);
    return project;
  }

  #keepProject(project: SpineProject): void {
    this.#projects.set(project.id, project);
    this.#nextProject = Math.max(this.#nextProject, project.number + 1);
  }

  /**
   * The cohort of a prediction, named now where it was not known.
   *
   * @returns negative when the limit is reached: then it is that of "(other)" and the prediction keeps its own segments
   */
  cohort(project: SpineProject, event: PredictionEvent): number {
    let shortcut = `${project.number}\n${event.model}\n${event.version}\n${event.route ?? "\r"}\n${event.task}`;
    for (const key in event.segments) shortcut += `\n${key}\r${event.segments[key]}`;
    const known = this.#shortcuts.get(shortcut);
    if (known !== undefined) return known;
    const cohort = this.#findCohort(project, event);
    if (this.#shortcuts.size >= mostShortcuts) this.#shortcuts.clear();
    // A name with a line break could be read in two ways.
    if (!hasBreak(event)) this.#shortcuts.set(shortcut, cohort);
    return cohort;
  }

  #findCohort(project: SpineProject, event: PredictionEvent): number {
    const { model, version, route, task } = event;
    const sorted = Object.entries(event.segments).sort(([a], [b]) => (a < b ? -1 : 1));
    const find = (ofRoute: string | null, segments: readonly (readonly [string, string])[], isBounded: boolean) => {
      const json = JSON.stringify(Object.fromEntries(segments));
      const key = keyOf(project.number, model, version, ofRoute, task, json);
      const known = this.#cohorts.get(key);
      if (known !== undefined) return known;
      if (isBounded && project.cohorts >= cohortLimit) return undefined;
      const cohort = this.#nextCohort++;
      project.cohorts++;
      this.#cohorts.set(key, cohort);
      this.added.cohorts.push({
        cohort,
        project: project.number,
        model,
        version,
        route: ofRoute,
        task,
        segments: json,
      });
      const pairs =
        ofRoute === null ? segments : [...segments.filter(([name]) => name !== "route"), ["route", ofRoute]];
      for (const [name, value] of [[null, null] as const, ...pairs]) {
        const stream = this.#stream(project.number, model, version, task, name ?? null, value ?? null);
        this.added.cohortStreams.push([cohort, stream]);
      }
      return cohort;
    };
    const own = find(route, sorted, true);
    if (own !== undefined) return own;
    const others = sorted.map(([name]) => [name, otherValue] as const);
    const other = find(route === null ? null : otherValue, others, true) ?? find(null, [], false);
    return other === undefined ? 0 : -other;
  }

  #stream(
    project: number,
    model: string,
    version: string,
    task: SpineTask,
    key: string | null,
    value: string | null,
  ): number {
    const name = keyOf(project, model, version, task, key, value);
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const stream = this.#nextStream++;
    this.#streams.set(name, stream);
    this.added.streams.push({ stream, project, model, version, task, key, value });
    return stream;
  }
}

function keyOf(...parts: readonly (string | number | null)[]): string {
  return JSON.stringify(parts);
}

function hasBreak({ model, version, route, segments }: PredictionEvent): boolean {
  const isBroken = (text: string) => text.includes("\n") || text.includes("\r");
  if (isBroken(model) || isBroken(version) || (route !== null && isBroken(route))) return true;
  return Object.entries(segments).some(([key, value]) => isBroken(key) || isBroken(value));
}
