import { z } from "@hono/zod-openapi";
import type { RepeatedSchema } from "./scope.ts";

/** Parameters that say how numbers are made. */
export const levelParameter: { readonly level: z.ZodDefault<z.ZodType<number, unknown>> } = {
  level: z.coerce.number().gt(0.5).lt(1).default(0.95).openapi({ description: "Of all intervals", example: 0.95 }),
};

/** A parameter that names segment keys, once or several times. */
export const keysParameter: { readonly by: z.ZodOptional<RepeatedSchema> } = {
  by: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (typeof value === "string" ? [value] : value))
    .pipe(z.array(z.string().min(1).max(200)).max(16))
    .optional()
    .openapi({
      description: "Segment keys, `route` among them; may come several times. Default: those with at most 100 values",
      example: ["country"],
      type: "array",
      items: { type: "string", minLength: 1, maxLength: 200 },
      maxItems: 16,
      param: { style: "form", explode: true },
    }),
};
