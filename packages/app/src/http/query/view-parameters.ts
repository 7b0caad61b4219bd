import { z } from "@hono/zod-openapi";
import { queryNumber } from "./schemas.ts";
import type { RepeatedSchema } from "./scope.ts";

/** Parameters that say how numbers are made. */
export const levelParameter: { readonly level: z.ZodDefault<z.ZodType<number, unknown>> } = {
  level: queryNumber(z.number().gt(0.5).lt(1))
    .default(0.95)
    .openapi({ description: "Of all intervals", example: 0.95 }),
};

/** Parameter that lets predictions in whose outcomes are not all there yet. */
export const immatureParameter: {
  readonly immature: z.ZodOptional<z.ZodEnum<{ true: "true"; false: "false" }>>;
} = {
  immature: z
    .enum(["true", "false"])
    .optional()
    .openapi({
      description:
        "`true`: estimates rest on predictions younger than the maturity of the project too. The outcomes that come first " +
        "are not like those that come later, so such estimates mislead. Default: they are left out",
      example: "false",
    }),
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
