import { z } from "@hono/zod-openapi";

/** A moment in a reply. */
export function momentSchema(description: string): z.ZodNumber {
  return z
    .number()
    .openapi({ description: `${description}; milliseconds since 1970, UTC`, example: 1_772_366_400_000 });
}

/** A number of things in a reply. */
export function countSchema(description: string): z.ZodNumber {
  return z.number().nonnegative().openapi({ description, example: 1200 });
}

/** A share, a probability or a confidence. */
export function shareSchema(description: string): z.ZodNumber {
  return z.number().min(0).max(1).openapi({ description, example: 0.93 });
}

/** What is in a reply. */
export const asOfSchema: z.ZodNumber = momentSchema("Everything acknowledged before this moment is in the reply");

/** What a confidence is a probability of. */
export const taskSchema: z.ZodEnum<{ binary: "binary"; confidence: "confidence" }> = z
  .enum(["binary", "confidence"])
  .openapi({
    description: "What a confidence is a probability of: of the positive class, or that the prediction is right",
    example: "confidence",
  });

/** What a policy said. */
export const decisionSchema: z.ZodEnum<{ act: "act"; review: "review"; abstain: "abstain" }> = z
  .enum(["act", "review", "abstain"])
  .openapi({ example: "act" });
