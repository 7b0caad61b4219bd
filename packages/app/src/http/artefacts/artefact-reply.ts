import type { Calibrator, PolicyDocument } from "@candor/core";
import { z } from "@hono/zod-openapi";
import { artefactId } from "../../serving/active.ts";
import type { Artefact } from "../../store/state-store.ts";

/** What is said of an artefact without its document. */
export interface ArtefactReply extends Omit<Artefact, "document" | "project"> {
  readonly fingerprint: string;
  readonly scoreKind: Calibrator["scoreKind"];
  readonly classNames: readonly string[];
  /** Segments that it reads. */
  readonly segments: readonly string[];
  /** In a few words: the method of a calibrator, the verdict of a policy. */
  readonly summary: string;
  /** Rows it was made from. */
  readonly n: number;
  /** Of policies with a target. */
  readonly isTargetCertified: boolean | null;
  /** Of policies that bring one. */
  readonly ownCalibratorId: string | null;
}

function isPolicy(document: Artefact["document"]): document is PolicyDocument {
  return document.schema === "candor.policy/1";
}

/** What is said of an artefact. */
export function artefactReply({ document, project: _, ...rest }: Artefact): ArtefactReply {
  const { fingerprint, scoreKind, classNames, n } = document;
  const shared = { ...rest, fingerprint, scoreKind, classNames, n };
  if (!isPolicy(document))
    return {
      ...shared,
      segments: document.segments?.columns ?? [],
      summary: document.method,
      isTargetCertified: null,
      ownCalibratorId: null,
    };
  const { rule, verdict, certificate, calibrator } = document;
  return {
    ...shared,
    segments: rule.kind === "threshold-per-segment" ? rule.columns : [],
    summary: verdict.sentence,
    isTargetCertified: certificate?.certified ?? null,
    ownCalibratorId: calibrator === null ? null : artefactId("calibrator", calibrator.fingerprint),
  };
}

/** Describes `ArtefactReply`. */
export const artefactSchema: z.ZodType<ArtefactReply> = z
  .object({
    id: z.string().openapi({ example: "cal_0123456789abcdef" }),
    kind: z.enum(["calibrator", "policy"]),
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().nullable().openapi({ description: "Null: of no version in particular", example: "2026-02-01" }),
    createdAt: z.number().openapi({ description: "When it was uploaded, milliseconds since 1970" }),
    createdBy: z.string().openapi({ description: "Id of the key, or cli" }),
    note: z.string().nullable(),
    fingerprint: z.string(),
    scoreKind: z.enum(["probability", "confidence", "probabilities", "logits"]),
    classNames: z.array(z.string()).readonly(),
    segments: z
      .array(z.string())
      .readonly()
      .openapi({ description: "Segments that every request to decide must have" }),
    summary: z.string(),
    n: z.number().openapi({ description: "Labelled rows it was made from" }),
    isTargetCertified: z.boolean().nullable().openapi({ description: "Null without a risk target" }),
    ownCalibratorId: z.string().nullable().openapi({ description: "Of the calibrator that a policy brings" }),
  })
  .openapi("Artefact");
