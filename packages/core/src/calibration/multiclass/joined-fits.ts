import type { CalibrationFit, FitCertificate } from "../fit.ts";

type AnyFit = CalibrationFit<unknown>;

/** Parameters that every fit gives as one number, as one list each. */
export function joinedParameters(fits: readonly AnyFit[]): Record<string, readonly number[]> {
  const joined: Record<string, readonly number[]> = {};
  for (const name of Object.keys(fits[0].parameters)) {
    const values = fits.flatMap((fit) => fit.parameters[name] ?? []);
    if (values.length === fits.length) joined[name] = values;
  }
  return joined;
}

/** Summed objectives and iterations, the largest gradient; null where any fit has none. */
export function joinedCertificate(fits: readonly AnyFit[]): FitCertificate | null {
  let objective = 0;
  let gradientNorm = 0;
  let iterations = 0;
  for (const { certificate } of fits) {
    if (certificate === null) return null;
    objective += certificate.objective;
    gradientNorm = Math.max(gradientNorm, certificate.gradientNorm);
    iterations += certificate.iterations;
  }
  return { objective, gradientNorm, iterations };
}

/** The notes of all fits, each with the name of what it is about. */
export function joinedNotes(fits: readonly AnyFit[], name: (k: number) => string): readonly string[] {
  return fits.flatMap((fit, k) => fit.notes.map((note) => `${name(k)}: ${note}`));
}
