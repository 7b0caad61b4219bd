import { writeFileSync } from "node:fs";
import { applyMulticlassMap, fitStructuredMatrix, fitTemperature } from "@candor/core";
import { describe, expect, it } from "vitest";
import { applySealed, compareAuto, fitAuto, judge } from "./compare-auto.ts";
import { fiveNetworks, fromLogits, fromProbabilities, languageModels, sixNetworks } from "./compare-sets.ts";
import { type ComparedGroup, groupTables } from "./compare-tables.ts";
import { present } from "./real-sets.ts";

const table = process.env["COMPARE_AUTO_TABLE"];

if (!present) console.warn("skipped: ../shared/data is not there");

it("the real predictions are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
});

describe.skipIf(!present || table)("auto on five networks, fitted on even rows and tested on odd rows", () => {
  it.each(fiveNetworks)(
    "fitDocument(data) of %s %s is as good as promised",
    { timeout: 300_000 },
    (folder, network) => {
      const set = fromProbabilities(folder, network);
      const { calibration, test } = set;
      const { logits, labels } = calibration;
      const temperature = judge(applyMulticlassMap(fitTemperature(logits, labels).map, test.logits).data, test);
      const structured = judge(applyMulticlassMap(fitStructuredMatrix(logits, labels).map, test.logits).data, test);
      const document = fitAuto(set);
      const sealed = applySealed(document, test);
      const auto = judge(sealed, test);
      if (network.endsWith("100")) expect(auto.logLoss).toBeLessThan(structured.logLoss);
      else expect(auto.logLoss).toBeLessThanOrEqual(structured.logLoss + 0.001);
      expect(auto.ece15).toBeLessThanOrEqual(temperature.ece15 + 0.005);

      const { calibrator } = document;
      if (!("clip" in calibrator)) throw new Error("a calibrator of one score");
      const direct = applyMulticlassMap(calibrator.map, test.logits).data;
      let largest = 0;
      for (let i = 0; i < sealed.length; i++)
        largest = Math.max(largest, Math.abs((sealed[i] ?? Number.NaN) - (direct[i] ?? Number.NaN)));
      expect(largest).toBeLessThan(1e-12);
    },
  );
});

describe.skipIf(!present || !table)("auto beside every single method", () => {
  const compare = (title: string, third: string, sets: readonly Parameters<typeof compareAuto>[0][]): void => {
    const group: ComparedGroup = { title, third, compared: sets.map((set) => [set, compareAuto(set)]) };
    if (table) writeFileSync(table, `${groupTables(group)}\n`, { flag: "a" });
  };

  it("five networks, as probabilities", { timeout: 36e5 }, () => {
    compare(
      "Five networks, as probabilities",
      "sms",
      fiveNetworks.map(([f, n]) => fromProbabilities(f, n)),
    );
  });

  it("six networks, as logits", { timeout: 36e5 }, () => {
    compare("Six networks, as logits", "sms", sixNetworks.map(fromLogits));
  });

  it("confidences of language models", { timeout: 36e5 }, () => {
    compare("Confidences of language models", "platt", languageModels());
  });
});
