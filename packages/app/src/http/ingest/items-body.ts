import { z } from "@hono/zod-openapi";
import { type JsonContent, jsonReply } from "../json-content.ts";
import { batchReplySchema } from "./batch-reply.ts";

interface ItemsBody<S extends z.ZodType> {
  readonly required: true;
  readonly content: JsonContent<z.ZodUnion<readonly [S, z.ZodArray<S>]>>["content"] & {
    "application/x-ndjson": { schema: z.ZodString };
  };
}

/** A body of items: one object, a list of at most `most`, or one object per line. */
export function itemsBody<S extends z.ZodType>(one: S, most: number): ItemsBody<S> {
  return {
    required: true,
    content: {
      "application/json": { schema: z.union([one, z.array(one).max(most)]) },
      "application/x-ndjson": { schema: z.string() },
    },
  };
}

type BatchReply = { readonly description: string } & JsonContent<typeof batchReplySchema>;

/** What a route that takes items replies, by how many of them it took. */
export const batchReplies: Readonly<Record<200 | 207 | 422, BatchReply>> = {
  200: jsonReply("All items were taken", batchReplySchema),
  207: jsonReply("Some items were rejected; each says why", batchReplySchema),
  422: jsonReply("All items were rejected; each says why", batchReplySchema),
};
