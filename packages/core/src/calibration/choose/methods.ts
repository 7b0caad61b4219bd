import { binaryMethods } from "./binary-methods.ts";
import { multiclassMethods } from "./multiclass-methods.ts";

/** A method that can be asked for by name. */
export interface MethodName {
  readonly method: string;
  /** For people: "temperature scaling". */
  readonly label: string;
}

/**
 * The methods that `chooseCalibrator` and `fitDocument` take by name, besides `auto`.
 *
 * @param task `binary` and `confidence` have one score per row, `multiclass` one per class
 */
export function calibrationMethods(task: "binary" | "confidence" | "multiclass"): MethodName[] {
  const methods: readonly MethodName[] = task === "multiclass" ? multiclassMethods : binaryMethods;
  return methods.map(({ method, label }) => ({ method, label }));
}
