import {
  type Calibrator,
  type InDistributionDemand,
  InputError,
  openCalibrator,
  openPolicy,
  type PolicyDocument,
  type ScoreKind,
  sealPolicy,
} from "@candor/core";
import { StoreError } from "../store/errors.ts";
import type { Activation, Artefact, ProjectSettings } from "../store/state-store.ts";
import { whyForeign, whyUnproven } from "./belonging.ts";
import { type DecisionSentences, decisionSentences } from "./decision-sentences.ts";

/** An artefact whose document was checked in full. */
export type OpenedArtefact =
  | { readonly artefact: Artefact; readonly kind: "calibrator"; readonly calibrator: Calibrator }
  | { readonly artefact: Artefact; readonly kind: "policy"; readonly policy: PolicyDocument };

/** What decides for one model, version and route, ready to be applied. */
export interface Active {
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  /** Which activation counts; null where none does. */
  readonly scope: Pick<Activation, "version" | "route" | "activatedAt"> | null;
  /** The policy's own where it has one. */
  readonly calibrator: Calibrator | null;
  readonly calibratorId: string | null;
  readonly policy: PolicyDocument | null;
  readonly policyId: string | null;
  /** The policy without what it demands besides a score. */
  readonly byScore: PolicyDocument | null;
  /** Rows outside are reviewed whatever their score; null where nothing of the kind is demanded. */
  readonly demand: InDistributionDemand | null;
  /** What scores have to be; null where nothing is active. */
  readonly scoreKind: ScoreKind | null;
  readonly classNames: readonly string[];
  /** Segments without which nothing can be applied. */
  readonly columns: readonly string[];
  /** Why a decision is not certified; null where it is. */
  readonly uncertified: string | null;
  readonly whenUncertified: ProjectSettings["whenUncertified"];
  readonly sentences: DecisionSentences;
}

/** Id of an artefact: its kind and the first digits of its fingerprint. */
export function artefactId(kind: Artefact["kind"], fingerprint: string): string {
  const digits = fingerprint.slice("sha256:".length, "sha256:".length + 16);
  return `${kind === "calibrator" ? "cal" : "pol"}_${digits}`;
}

/**
 * Checks the document of an artefact, as it was when it was uploaded.
 *
 * @throws {StoreError} `damaged` where the store gave back something else
 */
export function openArtefact(artefact: Artefact): OpenedArtefact {
  try {
    return artefact.kind === "calibrator"
      ? { artefact, kind: "calibrator", calibrator: openCalibrator(artefact.document) }
      : { artefact, kind: "policy", policy: openPolicy(artefact.document) };
  } catch (cause) {
    if (!InputError.is(cause)) throw cause;
    throw new StoreError("damaged", `the ${artefact.kind} ${artefact.id} is damaged: ${cause.message}`, { cause });
  }
}

/** Segment columns that a calibrator and a rule read, each once. */
export function columnsOf(calibrator: Calibrator | null, policy: PolicyDocument | null): string[] {
  const columns = [...(calibrator?.segments?.columns ?? [])];
  const own = policy?.rule.kind === "threshold-per-segment" ? policy.rule.columns : [];
  return [...columns, ...own.filter((name) => !columns.includes(name))];
}

/** A policy without what it demands besides a score, or itself. */
export function byScoreAlone(policy: PolicyDocument): PolicyDocument {
  if (policy.rule.inDistribution === undefined) return policy;
  const { fingerprint: _, inDistribution: __, ...draft } = policy;
  const { inDistribution: ___, ...rule } = policy.rule;
  return sealPolicy({ ...draft, rule });
}

/** For whom something is active. */
export interface Place {
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
}

/** What an activation makes active for a model, version and route. */
export function activeOf(
  place: Place,
  activation: Activation | null,
  opened: readonly OpenedArtefact[],
  { whenUncertified }: Pick<ProjectSettings, "whenUncertified">,
): Active {
  const policyArtefact = opened.find((one) => one.kind === "policy");
  const beside = opened.find((one) => one.kind === "calibrator");
  const policy = policyArtefact?.policy ?? null;
  const own = policy?.calibrator ?? null;
  const calibrator = own ?? beside?.calibrator ?? null;
  const applied = policy ?? calibrator;
  const foreign = [policyArtefact, own === null ? beside : undefined]
    .flatMap((one) => (one === undefined ? [] : [whyForeign(one.artefact, place.model, place.version)]))
    .find((why) => why !== null);
  return {
    ...place,
    scope: activation,
    calibrator,
    calibratorId: calibrator === null ? null : artefactId("calibrator", calibrator.fingerprint),
    policy,
    policyId: policyArtefact?.artefact.id ?? null,
    byScore: policy === null ? null : byScoreAlone(policy),
    demand: policy?.rule.inDistribution ?? null,
    scoreKind: applied?.scoreKind ?? null,
    classNames: calibrator?.classNames ?? policy?.classNames ?? [],
    columns: columnsOf(calibrator, policy),
    uncertified: foreign ?? (policy === null ? null : whyUnproven(policy, calibrator !== null)),
    whenUncertified,
    sentences: decisionSentences(policy),
  };
}
