import { expect, it } from "vitest";
import { applyMulticlassMap, argmaxPreserving, fitStructuredMatrix, topLabel } from "../../../src/index.ts";
import { cases } from "./oracle.ts";

it("argmaxPreserving(fit) keeps every prediction that the fit alone would change", () => {
  for (const { logits, labels } of cases) {
    const fit = fitStructuredMatrix(logits, labels, { scale: 0.01 });
    const kept = argmaxPreserving(fit);
    const { predicted } = topLabel(logits);
    expect(topLabel(applyMulticlassMap(fit.map, logits)).predicted).not.toEqual(predicted);
    expect(topLabel(applyMulticlassMap(kept.map, logits)).predicted).toEqual(predicted);
    expect(kept).toMatchObject({ method: "structured-matrix-argmax-preserving", certificate: fit.certificate });
  }
});
