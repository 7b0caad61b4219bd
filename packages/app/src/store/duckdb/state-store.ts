import { InputError } from "@candor/core";
import type { DuckDBValue } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import type {
  Activation,
  ApiKey,
  Artefact,
  ArtefactKind,
  AuditEntry,
  Project,
  ProjectSettings,
  StateStore,
} from "../state-store.ts";
import type { Database } from "./database.ts";
import { rowsOf } from "./row-values.ts";
import { readState, type StateMemory } from "./state-memory.ts";
import { auditEntryOf, documentOf, type StoredArtefact } from "./state-rows.ts";

/** One statement with the values of its parameters. */
type Statement = readonly [sql: string, values: DuckDBValue[]];

/** A change that is allowed: what it writes, what the audit says of it, and what becomes of the memory afterwards. */
interface Change {
  readonly statements: readonly Statement[];
  readonly entry: Omit<AuditEntry, "sequence">;
  apply(): void;
}

/** The state of an engine that can be closed. */
export interface DuckStateStore extends StateStore {
  /** Waits for the change under way and takes no other; the database stays open. */
  close(): Promise<void>;
}

function whole(value: number, what: string): bigint {
  if (!Number.isSafeInteger(value))
    throw new InputError("out-of-range", `${what} is ${value}, expected whole milliseconds`);
  return BigInt(value);
}

const mostEntries = 1000;

function closed(): StoreError {
  return new StoreError("closed", "the store was closed");
}

class State implements DuckStateStore {
  readonly #database: Database;
  readonly #memory: StateMemory;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(database: Database, memory: StateMemory, now: () => number) {
    this.#database = database;
    this.#memory = memory;
    this.#now = now;
  }

  get revision(): number {
    return this.#memory.sequence;
  }

  async projects(): Promise<readonly Project[]> {
    return [...this.#memory.projects.values()];
  }

  async project(id: string): Promise<Project | null> {
    return this.#memory.projects.get(id) ?? null;
  }

  createProject(project: Project, actor: string): Promise<void> {
    return this.#change(() => {
      const { id, name, createdAt, demo, settings } = project;
      if (!/^[a-z0-9_-]{1,64}$/.test(id))
        throw new InputError("incompatible", `project id ${JSON.stringify(id)} is not 1 to 64 of a-z, 0-9, - and _`);
      if (this.#memory.projects.has(id)) throw new StoreError("exists", `there is a project ${id} already`);
      const kept = Object.freeze({ id, name, createdAt, demo, settings: Object.freeze({ ...settings }) });
      return {
        statements: [
          [
            "INSERT INTO projects (id, name, created_at, demo, settings) VALUES ($1, $2, $3, $4, $5)",
            [id, name, whole(createdAt, "createdAt"), demo, JSON.stringify(settings)],
          ],
        ],
        entry: {
          at: createdAt,
          actor,
          project: id,
          action: "project.create",
          subject: id,
          details: { name, demo, settings },
        },
        apply: () => this.#memory.projects.set(id, kept),
      };
    });
  }

  async updateProject(
    id: string,
    change: { name?: string; settings?: Partial<ProjectSettings> },
    actor: string,
  ): Promise<Project> {
    let after: Project | undefined;
    await this.#change(() => {
      const before = this.#known(id);
      const name = change.name ?? before.name;
      const settings = Object.freeze({ ...before.settings, ...change.settings });
      const changed = Object.freeze({ ...before, name, settings });
      after = changed;
      return {
        statements: [
          ["UPDATE projects SET name = $2, settings = $3 WHERE id = $1", [id, name, JSON.stringify(settings)]],
        ],
        entry: {
          at: this.#now(),
          actor,
          project: id,
          action: "project.update",
          subject: id,
          details: { before: { name: before.name, settings: before.settings }, after: { name, settings } },
        },
        apply: () => this.#memory.projects.set(id, changed),
      };
    });
    return after ?? this.#known(id);
  }

  removeProject(id: string, actor: string): Promise<void> {
    return this.#change(() => {
      const { name } = this.#known(id);
      return {
        statements: [
          ["DELETE FROM activations WHERE project = $1", [id]],
          ["DELETE FROM artefacts WHERE project = $1", [id]],
          ["DELETE FROM keys WHERE project = $1", [id]],
          ["DELETE FROM projects WHERE id = $1", [id]],
        ],
        entry: { at: this.#now(), actor, project: id, action: "project.remove", subject: id, details: { name } },
        apply: () => this.#memory.removeProject(id),
      };
    });
  }

  async keys(project?: string): Promise<readonly ApiKey[]> {
    const keys = [...this.#memory.keys.values()];
    return project === undefined ? keys : keys.filter((key) => key.project === project);
  }

  createKey(key: ApiKey, hash: string, actor: string): Promise<void> {
    return this.#change(() => {
      const { id, name, project, roles, createdAt, lastFour, expiresAt, revokedAt } = key;
      if (!/^[0-9a-f]{64}$/.test(hash)) throw new InputError("incompatible", "a key hash has 64 hexadecimal digits");
      if (lastFour.length !== 4)
        throw new InputError("incompatible", `lastFour has ${lastFour.length} characters, not 4`);
      if (project !== null) this.#known(project);
      if (this.#memory.keys.has(id)) throw new StoreError("exists", `there is a key ${id} already`);
      if (this.#memory.hasHash(hash)) throw new StoreError("exists", "there is a key with this secret already");
      const kept = Object.freeze({ ...key, roles: Object.freeze([...roles]) });
      const values = [
        id,
        hash,
        name,
        project,
        roles.join(","),
        whole(createdAt, "createdAt"),
        lastFour,
        expiresAt === null ? null : whole(expiresAt, "expiresAt"),
        revokedAt === null ? null : whole(revokedAt, "revokedAt"),
      ];
      return {
        statements: [["INSERT INTO keys VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", values]],
        entry: {
          at: createdAt,
          actor,
          project,
          action: "key.create",
          subject: id,
          details: { name, roles, lastFour, expiresAt },
        },
        apply: () => this.#memory.addKey(kept, hash),
      };
    });
  }

  async keyOfHash(hash: string): Promise<ApiKey | null> {
    return this.#memory.keyOfHash(hash);
  }

  revokeKey(id: string, at: number, actor: string): Promise<void> {
    return this.#change(() => {
      const key = this.#memory.keys.get(id);
      if (key === undefined) throw new StoreError("unknown", `there is no key ${id}`);
      if (key.revokedAt !== null) return null;
      const { name, project, lastFour } = key;
      return {
        statements: [["UPDATE keys SET revoked_at = $2 WHERE id = $1", [id, whole(at, "at")]]],
        entry: { at, actor, project, action: "key.revoke", subject: id, details: { name, lastFour } },
        apply: () => this.#memory.keys.set(id, Object.freeze({ ...key, revokedAt: at })),
      };
    });
  }

  async artefacts(project: string, kind?: ArtefactKind): Promise<readonly Artefact[]> {
    return this.#memory
      .storedArtefacts(project)
      .filter((stored) => kind === undefined || stored.kind === kind)
      .map((stored) => this.#memory.opened(stored));
  }

  async artefact(project: string, id: string): Promise<Artefact | null> {
    const stored = this.#memory.storedArtefact(project, id);
    return stored === undefined ? null : this.#memory.opened(stored);
  }

  async addArtefact(artefact: Artefact): Promise<Artefact> {
    const { document, ...rest } = artefact;
    const json = JSON.stringify(document);
    const { fingerprint } = documentOf(artefact.kind, json);
    let stored: StoredArtefact = Object.freeze({ ...rest, json });
    await this.#change(() => {
      const { id, project, kind, model, version, createdAt, createdBy, note } = stored;
      this.#known(project);
      const there = this.#memory.storedArtefact(project, id);
      if (there !== undefined) {
        if (there.kind !== kind || this.#memory.opened(there).document.fingerprint !== fingerprint)
          throw new StoreError("exists", `there is another document ${id} already`);
        stored = there;
        return null;
      }
      const values = [
        BigInt(this.#memory.sequence + 1),
        id,
        project,
        kind,
        model,
        version,
        whole(createdAt, "createdAt"),
        createdBy,
        note,
        json,
      ];
      return {
        statements: [["INSERT INTO artefacts VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", values]],
        entry: {
          at: createdAt,
          actor: createdBy,
          project,
          action: `${kind}.upload`,
          subject: id,
          details: { model, version, note, fingerprint },
        },
        apply: () => this.#memory.addArtefact(stored),
      };
    });
    return this.#memory.opened(stored);
  }

  async activations(project: string, filter: { model?: string } = {}): Promise<readonly Activation[]> {
    const { model } = filter;
    const all = this.#memory.activations(project);
    return model === undefined ? all : all.filter((activation) => activation.model === model);
  }

  activate(activation: Activation): Promise<void> {
    return this.#change(() => {
      const { project, model, version, route, calibratorId, policyId, activatedAt, activatedBy } = activation;
      this.#known(project);
      this.#knownArtefact(project, "calibrator", calibratorId);
      this.#knownArtefact(project, "policy", policyId);
      const kept = Object.freeze({ ...activation });
      const values = [
        BigInt(this.#memory.sequence + 1),
        project,
        model,
        version,
        route,
        calibratorId,
        policyId,
        whole(activatedAt, "activatedAt"),
        activatedBy,
      ];
      return {
        statements: [["INSERT INTO activations VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", values]],
        entry: {
          at: activatedAt,
          actor: activatedBy,
          project,
          action: calibratorId === null && policyId === null ? "activation.clear" : "activation.set",
          subject: model,
          details: { version, route, calibratorId, policyId },
        },
        apply: () => this.#memory.addActivation(kept),
      };
    });
  }

  async audit(filter: { project?: string; limit: number; before?: number }): Promise<readonly AuditEntry[]> {
    const { project, limit, before } = filter;
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= mostEntries))
      throw new InputError("out-of-range", `limit is ${limit}, expected 1 to ${mostEntries}`);
    if (before !== undefined && !Number.isSafeInteger(before))
      throw new InputError("out-of-range", `before is ${before}, expected the sequence of an entry`);
    if (this.#isClosed) throw closed();
    const sql = `SELECT * FROM audit
      WHERE ($1::VARCHAR IS NULL OR project = $1) AND ($2::BIGINT IS NULL OR sequence < $2)
      ORDER BY sequence DESC LIMIT $3`;
    const values = [project ?? null, before === undefined ? null : BigInt(before), limit];
    const rows = await this.#database.read((connection) => rowsOf(connection, sql, values));
    return rows.map(auditEntryOf);
  }

  record(entry: Omit<AuditEntry, "sequence">): Promise<void> {
    return this.#change(() => ({ statements: [], entry, apply: () => {} }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  #known(id: string): Project {
    const project = this.#memory.projects.get(id);
    if (project === undefined) throw new StoreError("unknown", `there is no project ${id}`);
    return project;
  }

  #knownArtefact(project: string, kind: ArtefactKind, id: string | null): void {
    if (id !== null && this.#memory.storedArtefact(project, id)?.kind !== kind)
      throw new StoreError("unknown", `project ${project} has no ${kind} ${id}`);
  }

  /**
   * Changes the state, one change at a time.
   *
   * @param decide checks the change against the state as it then is; null: there is nothing to do
   */
  #change(decide: () => Change | null): Promise<void> {
    const change = this.#last.then(() => {
      if (this.#isClosed) throw closed();
      const decided = decide();
      return decided === null ? undefined : this.#write(decided);
    });
    this.#last = change.catch(() => {});
    return change;
  }

  async #write({ statements, entry, apply }: Change): Promise<void> {
    const sequence = this.#memory.sequence + 1;
    const { at, actor, project, action, subject, details } = entry;
    const values = [BigInt(sequence), whole(at, "at"), actor, project, action, subject, JSON.stringify(details)];
    await this.#database.write(async (connection) => {
      for (const [sql, parameters] of statements) await connection.run(sql, parameters);
      await connection.run("INSERT INTO audit VALUES ($1, $2, $3, $4, $5, $6, $7)", values);
    });
    this.#memory.sequence = sequence;
    apply();
  }
}

/**
 * The state of a database whose tables are up to date, held in memory.
 *
 * @param now milliseconds since 1970, of changes that bring no time of their own
 * @throws {StoreError} `damaged`
 */
export async function openState(database: Database, now: () => number): Promise<DuckStateStore> {
  return new State(database, await database.read(readState), now);
}
