import { describe, expect, it } from "vitest";
import type { PredictionEvent } from "../../../src/store/events.ts";
import { hourMs, inOrder, type LoadedHistory } from "./loaded-history.ts";
import { countedOutcome } from "./small-history.ts";

/** What every engine guarantees of the list of models and of the health of their data. */
export function modelReadsContract(loaded: LoadedHistory): void {
  const { shop, bank } = loaded;

  describe("models(project)", () => {
    it("counts predictions, labels and segment values of every model version", async () => {
      for (const history of [shop, bank]) {
        const outcomes = inOrder(history);
        const models = new Map<string, PredictionEvent[]>();
        for (const prediction of history.predictions) {
          const key = JSON.stringify([prediction.model, prediction.version, prediction.task]);
          models.set(key, [...(models.get(key) ?? []), prediction]);
        }
        const expected = [...models]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, rows]) => {
            const [model, version, task] = JSON.parse(key);
            const values = (name: string): Set<string> =>
              new Set(
                rows.flatMap(({ segments, route }) => (name === "route" ? (route ?? []) : (segments[name] ?? []))),
              );
            const segments = Object.fromEntries(
              ["region", "route", "tier"]
                .map((name) => [name, values(name).size] as const)
                .filter(([, size]) => size > 0),
            );
            const hours = rows.map(({ time }) => Math.floor(time / hourMs) * hourMs);
            return {
              ...{ model, version, task, predictions: rows.length, segments },
              labelled: rows.filter((row) => countedOutcome(row, outcomes) !== null).length,
              firstTime: Math.min(...hours),
              lastTime: Math.max(...hours),
            };
          });
        expect(await loaded.events.models(history === shop ? "shop" : "bank")).toEqual(expected);
      }
      expect(await loaded.events.models("nobody")).toEqual([]);
    });
  });

  describe("dataHealth(project)", () => {
    it("counts what is there, what waits, and how late labels are", async () => {
      const outcomes = inOrder(shop);
      const known = new Set(shop.predictions.map(({ id }) => id));
      const orphans = outcomes.filter(({ predictionId }) => !known.has(predictionId));
      const delays = shop.predictions.flatMap((prediction) => {
        const counted = countedOutcome(prediction, outcomes);
        return counted === null ? [] : [counted.observedAt - prediction.time];
      });
      const health = await loaded.events.dataHealth("shop");
      expect(health).toMatchObject({
        predictions: 300,
        outcomes: outcomes.length,
        duplicates: 0,
        conflicts: 0,
        orphans: orphans.length,
        oldestOrphan: Math.min(...orphans.map(({ receivedAt }) => receivedAt)),
        withoutConfidence: shop.predictions.filter(({ confidence }) => confidence === null).length,
      });
      for (const { hours, share } of health.labelDelay)
        expect(share).toBe(delays.filter((delay) => delay <= hours * hourMs).length / delays.length);
      expect(health.labelDelay.map(({ hours }) => hours)).toEqual([1, 6, 24, 72, 168, 720]);
      const lags = shop.predictions.map(({ time, receivedAt }) => receivedAt - time).sort((a, b) => a - b);
      expect(health.lag?.median).toBe(((lags[149] ?? 0) + (lags[150] ?? 0)) / 2);
      expect(health.lag?.p99).toBeLessThanOrEqual(5000);
      expect(health.refused).toBe(0);
    });

    it("says per model version how late its outcomes were observed and came", async () => {
      const outcomes = inOrder(shop);
      const names = [...new Set(shop.predictions.map(({ model, version }) => `${model} ${version}`))].sort();
      const { models } = await loaded.events.dataHealth("shop");
      expect(models.map(({ model, version }) => `${model} ${version}`)).toEqual(names);
      const quantilesOf = (delays: readonly number[]) => {
        const sorted = delays.toSorted((a, b) => a - b);
        const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
        return sorted.length === 0 ? null : { median: at(0.5), p90: at(0.9), p99: at(0.99) };
      };
      for (const { model, version, ...delays } of models) {
        const own = shop.predictions.filter((one) => one.model === model && one.version === version);
        const labelled = own.flatMap((prediction) => {
          const counted = countedOutcome(prediction, outcomes);
          return counted === null ? [] : [{ ...counted, time: prediction.time }];
        });
        expect(delays).toEqual({
          predictions: own.length,
          labelled: labelled.length,
          observed: quantilesOf(labelled.map(({ observedAt, time }) => observedAt - time)),
          received: quantilesOf(labelled.map(({ receivedAt, time }) => receivedAt - time)),
        });
      }
    });

    it("of a project without data is zero everywhere", async () => {
      const health = await loaded.events.dataHealth("nobody");
      expect(health).toMatchObject({
        predictions: 0,
        outcomes: 0,
        oldestOrphan: null,
        labelDelay: [],
        models: [],
        lag: null,
      });
    });

    it("finds the lag of a project whose rows are few and old", async () => {
      expect((await loaded.events.dataHealth("late")).lag).not.toBeNull();
    });
  });
}
