import { checkJsonSchema, type JsonSchema } from "../../calibration/artefact/json-schema.ts";
import { AMOUNT, COUNT, fields, kind, listOf, TEXT, TRUTH } from "../../calibration/artefact/schema-parts.ts";
import { InputError } from "../../errors.ts";
import type { ConformalSets } from "../conformal-document.ts";
import { checkParts } from "./check-parts.ts";
import { BASE, PART, TESTED, WEIGHTED_PART } from "./conformal-schema.ts";

const SETS: JsonSchema = fields(
  {
    ...BASE,
    task: { const: "classification" },
    scoreKind: { enum: ["probability", "probabilities", "logits"] },
    classNames: listOf(TEXT, 2),
    score: {
      anyOf: [
        kind("lac"),
        kind("margin"),
        kind("top-k"),
        kind("aps"),
        kind("raps", { penalty: AMOUNT, freeRanks: COUNT }),
        kind("saps", { weight: AMOUNT }),
      ],
    },
    randomised: TRUTH,
    seed: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    emptySets: { enum: ["keep", "top-class"] },
    condition: {
      anyOf: [
        kind("none"),
        fields({ kind: { const: "class" } }, { borrowed: { type: "integer", minimum: 1 } }),
        kind("clusters", { clusters: listOf(COUNT, 2) }),
        kind("groups", { columns: listOf(TEXT, 1) }),
      ],
    },
    parts: listOf(fields(PART, WEIGHTED_PART), 1),
  },
  TESTED,
);

function wrong(path: string, expected: string, got: unknown): never {
  throw new InputError("incompatible", `${path}: expected ${expected}, got ${got}`);
}

function checkCondition({ condition, parts, classNames }: ConformalSets): void {
  const classes = classNames.length;
  if (condition.kind === "none" && parts.length !== 1) wrong("parts", "one part for all rows", parts.length);
  if (condition.kind === "class") {
    if (parts.length !== classes) wrong("parts", `one part per class (${classes})`, parts.length);
    parts.forEach(({ values }, k) => {
      if (values[0] !== classNames[k]) wrong(`parts[${k}].values[0]`, `class ${classNames[k]}`, values[0]);
    });
  }
  if (condition.kind === "clusters") {
    if (condition.clusters.length !== classes)
      wrong("condition.clusters", `one for each of ${classes} classes`, condition.clusters.length);
    condition.clusters.forEach((cluster, k) => {
      if (cluster >= parts.length) wrong(`condition.clusters[${k}]`, `one of ${parts.length} parts`, cluster);
    });
  }
}

/** How many values a part has. */
function valuesPerPart({ condition }: ConformalSets): number | null {
  switch (condition.kind) {
    case "none":
      return 0;
    case "class":
      return 1;
    case "clusters":
      return null;
    case "groups":
      return condition.columns.length;
  }
}

function checkShape(value: unknown): asserts value is ConformalSets {
  checkJsonSchema(SETS, value);
}

/**
 * Lets a JSON value pass that is a document of prediction sets, but for its fingerprint.
 *
 * @throws {InputError} `incompatible`, naming the path, what was expected and what came
 */
export function checkSets(value: unknown): asserts value is ConformalSets {
  checkShape(value);
  const { classNames, randomised, score, scoreKind } = value;
  if (new Set(classNames).size !== classNames.length) wrong("classNames", "each name once", classNames.join(", "));
  if (scoreKind === "probability" && classNames.length !== 2)
    wrong("classNames", `2 names for scores of kind "probability"`, classNames.length);
  if (randomised && (score.kind === "lac" || score.kind === "margin"))
    wrong("randomised", `false for scores of kind "${score.kind}"`, randomised);
  checkCondition(value);
  const isBorrowed = value.condition.kind === "class" && value.condition.borrowed !== undefined;
  if (isBorrowed && value.weighted) wrong("weighted", "false for classes that borrow rows", true);
  if (isBorrowed)
    value.parts.forEach(({ rank }, k) => {
      if (rank !== null) wrong(`parts[${k}].rank`, "null where rows are borrowed", rank);
    });
  checkParts(value, valuesPerPart(value), !isBorrowed);
}
