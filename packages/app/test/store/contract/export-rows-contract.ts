import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dayMs, inOrder, type LoadedHistory } from "./loaded-history.ts";
import { countedOutcome, historyStart } from "./small-history.ts";

/** What every engine guarantees of exported rows. */
export function exportRowsContract(loaded: LoadedHistory): void {
  const { folder, shop, bank } = loaded;

  describe("exportRows(filter, format, path)", () => {
    const file = (name: string): string => join(loaded.temporaryFolder, name);

    it("writes NDJSON with every column of every match and of nothing else", async () => {
      const path = file("bank.ndjson");
      expect(await loaded.events.exportRows({ project: "bank" }, "ndjson", path)).toBe(120);
      const rows = readFileSync(path, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const iso = (time: number): string => new Date(time).toISOString();
      const expected = bank.predictions.map((p) => {
        const counted = countedOutcome(p, inOrder(bank));
        return {
          ...{ id: p.id, time: iso(p.time), model: p.model, version: p.version, route: p.route, task: p.task },
          ...{ prediction: p.prediction, raw_confidence: p.rawConfidence, confidence: p.confidence },
          ...{
            lower: p.interval?.[0] ?? null,
            upper: p.interval?.[1] ?? null,
            decision: p.decision,
            certified: p.certified,
          },
          ...{ outcome: counted?.outcome ?? null, observed_at: counted === null ? null : iso(counted.observedAt) },
          ...{ propensity: p.propensity ?? 1, label_weight: 1 / (p.propensity ?? 1) },
          ...{ calibrator_id: p.calibratorId, policy_id: p.policyId },
          ...{ received_at: iso(p.receivedAt), evidence: p.evidence, segments: p.segments },
          ...{ segment_region: p.segments["region"], segment_tier: p.segments["tier"] ?? null },
        };
      });
      const sorted = (list: readonly { id: string }[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(sorted(rows)).toEqual(sorted(expected));
    });

    it("writes CSV whose text no spreadsheet takes for a formula", async () => {
      const path = file("shop.csv");
      const count = await loaded.events.exportRows(
        { project: "shop", model: "fraud", segments: { region: "north" } },
        "csv",
        path,
      );
      const text = readFileSync(path, "utf8");
      expect(count).toBe(
        shop.predictions.filter(({ model, segments }) => model === "fraud" && segments["region"] === "north").length,
      );
      expect(text.slice(0, text.indexOf("\n"))).toBe(
        "id,time,model,version,route,task,prediction,raw_confidence,confidence,lower,upper,decision,certified,outcome," +
          "observed_at,propensity,label_weight,calibrator_id,policy_id,received_at,evidence,segments,segment_region,segment_tier",
      );
      expect(text).toContain(",'=1+1,");
      expect(text).not.toMatch(/(^|,)"?=1/m);
    });

    it("writes Parquet", async () => {
      const path = file("shop.parquet");
      expect(await loaded.events.exportRows({ project: "shop", to: historyStart + dayMs }, "parquet", path)).toBe(
        shop.predictions.filter(({ time }) => time < historyStart + dayMs).length,
      );
      expect(readFileSync(path).subarray(0, 4).toString()).toBe("PAR1");
    });

    it("writes a header for nothing", async () => {
      expect(await loaded.events.exportRows({ project: "nobody" }, "csv", file("nobody.csv"))).toBe(0);
      expect(readFileSync(file("nobody.csv"), "utf8")).toMatch(/^id,time,.*segments\n$/);
    });

    it("leaves a file that is there as it is", async () => {
      writeFileSync(file("mine.csv"), "mine");
      const code = "exists";
      await expect(loaded.events.exportRows({ project: "shop" }, "csv", file("mine.csv"))).rejects.toMatchObject({
        code,
      });
      expect(readFileSync(file("mine.csv"), "utf8")).toBe("mine");
    });

    it("reaches the temporary folder only", async () => {
      const path = join(folder, "outside.csv");
      await expect(loaded.events.exportRows({ project: "shop" }, "csv", path)).rejects.toThrow();
      expect(existsSync(path)).toBe(false);
    });
  });
}
