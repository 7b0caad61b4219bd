import { InputError } from "../../errors.ts";
import { binaryMethods } from "./binary-methods.ts";
import { multiclassMethods } from "./multiclass-methods.ts";

/** The complaint about a method that does not exist for these scores: it may exist for those of the other kind. */
export function unknownMethod(name: string, task: "binary" | "multiclass"): InputError {
  const [own, other] = task === "binary" ? [binaryMethods, multiclassMethods] : [multiclassMethods, binaryMethods];
  const [these, those] = task === "binary" ? ["row", "class"] : ["class", "row"];
  if (other.some(({ method }) => method === name)) {
    const wrapped = own.filter(({ method }) => method === `one-vs-rest-${name}` || method === `top-label-${name}`);
    const instead = wrapped
      .map(({ method }) => method)
      .sort()
      .join(" or ");
    const meant = instead === "" ? "" : `: ${instead}`;
    return new InputError(
      "unknown-option",
      `${name} is a method for one score per ${those}, and these are one per ${these}${meant}`,
    );
  }
  const names = own.map(({ method }) => method).join(", ");
  return new InputError("unknown-option", `no method is called ${name}, expected auto or one of ${names}`);
}
