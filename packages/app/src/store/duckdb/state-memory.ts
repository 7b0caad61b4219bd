import type { DuckDBConnection } from "@duckdb/node-api";
import type { Activation, ApiKey, Artefact, Project } from "../state-store.ts";
import { numberIn, rowsOf, textIn } from "./row-values.ts";
import { activationOf, artefactOf, documentOf, keyOf, projectOf, type StoredArtefact } from "./state-rows.ts";

/** All state but the audit, as the tables hold it. Documents are parsed and checked when they are first asked for. */
export class StateMemory {
  readonly projects: Map<string, Project> = new Map();
  /** By id, oldest first. */
  readonly keys: Map<string, ApiKey> = new Map();
  readonly #keyOfHash = new Map<string, string>();
  /** Of each project by id, oldest first. */
  readonly #artefacts = new Map<string, Map<string, StoredArtefact>>();
  readonly #opened = new Map<StoredArtefact, Artefact>();
  /** Of each project, newest last. */
  readonly #activations = new Map<string, readonly Activation[]>();
  /** Of the newest audit entry. */
  sequence = 0;

  addKey(key: ApiKey, hash: string): void {
    this.keys.set(key.id, key);
    this.#keyOfHash.set(hash, key.id);
  }

  hasHash(hash: string): boolean {
    return this.#keyOfHash.has(hash);
  }

  keyOfHash(hash: string): ApiKey | null {
    const id = this.#keyOfHash.get(hash);
    return id === undefined ? null : (this.keys.get(id) ?? null);
  }

  addArtefact(stored: StoredArtefact): void {
    const known = this.#artefacts.get(stored.project);
    if (known === undefined) this.#artefacts.set(stored.project, new Map([[stored.id, stored]]));
    else known.set(stored.id, stored);
  }

  storedArtefact(project: string, id: string): StoredArtefact | undefined {
    return this.#artefacts.get(project)?.get(id);
  }

  storedArtefacts(project: string): readonly StoredArtefact[] {
    return [...(this.#artefacts.get(project)?.values() ?? [])];
  }

  /** @throws {InputError} where the document is damaged */
  opened(stored: StoredArtefact): Artefact {
    const known = this.#opened.get(stored);
    if (known !== undefined) return known;
    const { json, ...rest } = stored;
    const artefact = Object.freeze({ ...rest, document: documentOf(stored.kind, json) });
    this.#opened.set(stored, artefact);
    return artefact;
  }

  activations(project: string): readonly Activation[] {
    return this.#activations.get(project) ?? [];
  }

  addActivation(activation: Activation): void {
    this.#activations.set(activation.project, [...this.activations(activation.project), activation]);
  }

  removeProject(id: string): void {
    this.projects.delete(id);
    for (const [hash, key] of [...this.#keyOfHash]) {
      if (this.keys.get(key)?.project !== id) continue;
      this.#keyOfHash.delete(hash);
      this.keys.delete(key);
    }
    for (const stored of this.storedArtefacts(id)) this.#opened.delete(stored);
    this.#artefacts.delete(id);
    this.#activations.delete(id);
  }
}

/**
 * Reads the state into memory.
 *
 * @throws {StoreError} `damaged` for rows that are not what the tables should hold
 */
export async function readState(connection: DuckDBConnection): Promise<StateMemory> {
  const memory = new StateMemory();
  for (const row of await rowsOf(connection, "SELECT * FROM projects ORDER BY created_at, id"))
    memory.projects.set(textIn(row, "id"), projectOf(row));
  for (const row of await rowsOf(connection, "SELECT * FROM keys ORDER BY created_at, id"))
    memory.addKey(keyOf(row), textIn(row, "hash"));
  for (const row of await rowsOf(connection, "SELECT * FROM artefacts ORDER BY sequence"))
    memory.addArtefact(artefactOf(row));
  for (const row of await rowsOf(connection, "SELECT * FROM activations ORDER BY sequence"))
    memory.addActivation(activationOf(row));
  const [newest] = await rowsOf(connection, "SELECT coalesce(max(sequence), 0) AS sequence FROM audit");
  if (newest !== undefined) memory.sequence = numberIn(newest, "sequence");
  return memory;
}
