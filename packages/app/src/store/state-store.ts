import type { Calibrator, PolicyDocument } from "@candor/core";

/** What a key may do: `admin` everything, `review` reading and outcomes, `write` predictions, outcomes and decisions. */
export const roles = ["read", "write", "review", "admin"] as const;

export type Role = (typeof roles)[number];

export interface ProjectSettings {
  /** Hours after which the outcomes of a prediction can be expected to be in; younger cohorts are immature. Default 0. */
  readonly maturityHours: number;
  /** The outcome that counts. Default `outcome`. */
  readonly outcomeName: string;
  /** Days that predictions and outcomes are kept; null (default): for ever. Cells stay. */
  readonly retentionDays: number | null;
  /** Days that prompts, answers and features are kept; null (default): they are not kept at all. */
  readonly contentDays: number | null;
  /** What becomes of `act` under a calibrator that does not belong to the model version. Default `review`. */
  readonly whenUncertified: "review" | "as-is";
}

export const defaultSettings: ProjectSettings = {
  maturityHours: 0,
  outcomeName: "outcome",
  retentionDays: null,
  contentDays: null,
  whenUncertified: "review",
};

export interface Project {
  /** 1 to 64 of a–z, 0–9, `-` and `_`. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** Made-up data of `candor demo`: shown as such, removable. */
  readonly demo: boolean;
  readonly settings: ProjectSettings;
}

/** An API key without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Null: all projects. */
  readonly project: string | null;
  readonly roles: readonly Role[];
  readonly createdAt: number;
  /** Its last four characters, to tell keys apart. */
  readonly lastFour: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** What kinds of documents a project holds. */
export type ArtefactKind = "calibrator" | "policy";

/** A document of `candor fit` or `candor decide`, as it was uploaded. */
export interface Artefact {
  /** `cal_` or `pol_` and 16 hexadecimal digits of its fingerprint. */
  readonly id: string;
  readonly project: string;
  readonly kind: ArtefactKind;
  /** The model and version whose scores it was made from; a null version belongs to none. */
  readonly model: string;
  readonly version: string | null;
  readonly createdAt: number;
  /** Id of the key, or `cli`. */
  readonly createdBy: string;
  readonly note: string | null;
  readonly document: Calibrator | PolicyDocument;
}

/** What decides for which predictions, from a moment on. Null narrows nothing: all versions, all routes. */
export interface Activation {
  readonly project: string;
  readonly model: string;
  readonly version: string | null;
  readonly route: string | null;
  /**
   * Both null: the scope has nothing of its own from here on, and what is active for a wider one counts. A policy brings its own
   * calibrator where it has one.
   */
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  readonly activatedAt: number;
  readonly activatedBy: string;
}

/** Something that a person or a key did. Append-only. */
export interface AuditEntry {
  readonly sequence: number;
  readonly at: number;
  readonly actor: string;
  readonly project: string | null;
  /** `key.create`, `calibrator.upload`, `activation.set`, … */
  readonly action: string;
  /** What it was done to, without secrets and content. */
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Projects, keys, artefacts and what is active. Small; an engine may hold all of it in memory. When a promise resolves, the
 * change is on disk. Every change writes its audit entry in the same transaction.
 */
export interface StateStore {
  /** Grows with every change; what was derived from the state can be kept while it stays. */
  readonly revision: number;

  projects(): Promise<readonly Project[]>;
  project(id: string): Promise<Project | null>;
  /** @throws {StoreError} `exists` */
  createProject(project: Project, actor: string): Promise<void>;
  /** @throws {StoreError} `unknown` */
  updateProject(
    id: string,
    change: { name?: string; settings?: Partial<ProjectSettings> },
    actor: string,
  ): Promise<Project>;
  /** Removes the project with its keys, artefacts and activations; its audit entries stay. */
  removeProject(id: string, actor: string): Promise<void>;

  keys(project?: string): Promise<readonly ApiKey[]>;
  /** @param hash SHA-256 of the secret, 64 hexadecimal digits */
  createKey(key: ApiKey, hash: string, actor: string): Promise<void>;
  keyOfHash(hash: string): Promise<ApiKey | null>;
  /** @throws {StoreError} `unknown` */
  revokeKey(id: string, at: number, actor: string): Promise<void>;

  artefacts(project: string, kind?: ArtefactKind): Promise<readonly Artefact[]>;
  artefact(project: string, id: string): Promise<Artefact | null>;
  /** The same document again is not added twice: returns the one that is there. */
  addArtefact(artefact: Artefact): Promise<Artefact>;

  /** Newest last. */
  activations(project: string, filter?: { model?: string }): Promise<readonly Activation[]>;
  /** @throws {StoreError} `unknown` for artefacts that are not there */
  activate(activation: Activation): Promise<void>;

  /** Newest first. */
  audit(filter: { project?: string; limit: number; before?: number }): Promise<readonly AuditEntry[]>;
  record(entry: Omit<AuditEntry, "sequence">): Promise<void>;
}
