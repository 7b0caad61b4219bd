import { InputError } from "../../errors.ts";

/**
 * Lets a document pass that has the fingerprint it carries.
 *
 * @param expected the fingerprint of its content
 * @param kind what it is, for people: `calibrator`, `policy`
 * @throws {InputError} `incompatible` where it was altered after it was sealed
 */
export function checkFingerprint(
  { fingerprint }: { readonly fingerprint: string },
  expected: string,
  kind: string,
): void {
  if (fingerprint === expected) return;
  throw new InputError(
    "incompatible",
    `fingerprint: expected ${expected}, got ${fingerprint}: the ${kind} was altered after it was made`,
  );
}
