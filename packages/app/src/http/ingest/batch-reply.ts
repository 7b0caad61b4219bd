import { z } from "@hono/zod-openapi";
import { isRecord, nameLength, type Rejection } from "./rejection.ts";

/** What became of one item of a batch. */
export interface ItemReply {
  readonly index: number;
  /** Of the prediction; null where the item did not name it. */
  readonly id: string | null;
  readonly status: "accepted" | "rejected";
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string | undefined } | undefined;
  /** The item came with content, and the project does not keep any. */
  readonly content?: "not kept" | undefined;
}

/** What became of a batch: 200 where all was taken, 207 where some was, 422 where nothing was. */
export interface BatchReply {
  readonly accepted: number;
  readonly rejected: number;
  readonly items: readonly ItemReply[];
}

/** The status of a batch reply. */
export function batchStatus({ accepted, rejected }: BatchReply): 200 | 207 | 422 {
  return rejected === 0 ? 200 : accepted === 0 ? 422 : 207;
}

/** The reply to an item that was not taken. */
export function rejectedItem(index: number, item: unknown, rejection: Rejection, idField: string): ItemReply {
  const { code, message, field } = rejection;
  return {
    index,
    id: idOf(item, idField),
    status: "rejected",
    error: { code, message, ...(field === "" || field === "the item" ? {} : { field }) },
  };
}

function idOf(item: unknown, field: string): string | null {
  const id = isRecord(item) ? item[field] : null;
  return typeof id === "string" ? id.slice(0, nameLength) : null;
}

/** Describes `BatchReply`. */
export const batchReplySchema: z.ZodType<BatchReply> = z
  .object({
    accepted: z.number().int(),
    rejected: z.number().int(),
    items: z.array(
      z.object({
        index: z.number().int().openapi({ description: "Position in the batch, from 0" }),
        id: z.string().nullable(),
        status: z.enum(["accepted", "rejected"]),
        error: z
          .object({ code: z.string(), message: z.string(), field: z.string().optional() })
          .optional()
          .openapi({ description: "Why it was rejected" }),
        content: z.literal("not kept").optional(),
      }),
    ),
  })
  .openapi("BatchReply", {
    example: {
      accepted: 1,
      rejected: 1,
      items: [
        { index: 0, id: "p-1", status: "accepted" },
        {
          index: 1,
          id: "p-2",
          status: "rejected",
          error: {
            code: "out-of-range",
            message: "confidence must be a number in [0, 1] or null, got 1.2",
            field: "confidence",
          },
        },
      ],
    },
  });
