import { calibratorSchema } from "../artefact/calibrator-schema.ts";
import type { JsonSchema } from "../artefact/json-schema.ts";
import type { Calibrator } from "../calibrator.ts";

function kindsOf(schema: JsonSchema): readonly unknown[] {
  return schema.properties?.["scoreKind"]?.enum ?? [];
}

/** The JSON Schema of calibrators of one method, kind of score and list of classes. */
export function toJsonSchema({ method, scoreKind, classNames, segments }: Calibrator): string {
  const { anyOf = [], $schema, $defs, title } = calibratorSchema;
  const general = anyOf.find((schema) => kindsOf(schema).includes(scoreKind)) ?? {};
  const properties: Record<string, JsonSchema> = {
    ...general.properties,
    method: { const: method },
    scoreKind: { const: scoreKind },
    classNames: { const: classNames },
    ...(segments === null ? { segments: { type: "null" } } : {}),
  };
  const schema = { $schema, title, description: `Calibrators of method ${method}`, ...general, properties, $defs };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
