import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";
import { embeddingEquivalence, entailmentEquivalence } from "../../src/equivalence/model-equivalence.ts";
import { clusterAnswers } from "../../src/sampling/cluster-answers.ts";
import type { Partition } from "../../src/sampling/partition.ts";

/** Every answer in exactly one group, and the fields agree with each other. */
function expectPartition(partition: Partition, n: number): void {
  expect(partition.clusters.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  partition.clusters.forEach((members, label) => {
    expect(members.length).toBeGreaterThan(0);
    for (const i of members) expect(partition.clusterOf[i]).toBe(label);
  });
}

const near = createEquivalence({ absoluteTolerance: 1 });

/** The groups as sorted texts, without their numbers. */
function meanings(answers: readonly string[], { clusters }: Partition): readonly string[] {
  return clusters
    .map((members) =>
      members
        .map((i) => answers[i] ?? "")
        .sort()
        .join("|"),
    )
    .sort();
}

describe("clusterAnswers", () => {
  it("clusterAnswers(answers, equivalence) makes one group per meaning, numbered by first answer", () => {
    const answers = ["5 miles", "8 miles", "five miles", "10 miles", "8 mi"];
    expect(clusterAnswers(answers, createEquivalence())).toEqual({
      clusters: [[0, 2], [1, 4], [3]],
      clusterOf: [0, 1, 0, 2, 1],
      firstWithText: [0, 1, 2, 3, 4],
      method: "classes",
      overruled: 0,
    });
  });
  it("clusterAnswers([], equivalence) has no groups", () => {
    expect(clusterAnswers([], createEquivalence()).clusters).toEqual([]);
  });
  it("clusterAnswers(b equal to a and to c, a unequal to c) puts b in one group, not in two", () => {
    const answers = ["1", "3", "2"];
    const partition = clusterAnswers(answers, near);
    expectPartition(partition, 3);
    expect(partition).toMatchObject({ clusters: [[0, 2], [1]], method: "complete-linkage", overruled: 1 });
  });
  it("clusterAnswers(a chain within tolerance) does not merge its ends", () => {
    const answers = Array.from({ length: 21 }, (_, i) => `${i}`);
    const partition = clusterAnswers(answers, near);
    expectPartition(partition, 21);
    for (const members of partition.clusters)
      for (const i of members)
        for (const j of members) expect(near.equal(answers[i] ?? "", answers[j] ?? "")).toBe(true);
    expect(partition.clusters.length).toBeGreaterThanOrEqual(11);
  });
  it("clusterAnswers(answers, any relation) is a partition without unequal pairs, whatever the order", () => {
    const answer = fc.integer({ min: 0, max: 12 }).map((value) => `${value}`);
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 14 }), fc.integer({ min: 0, max: 2 ** 30 }), (answers, seed) => {
        const relation = createEquivalence({
          kind: "custom",
          equal: (a, b) => (seed >> ((Number(a) * Number(b) + Number(a) + Number(b)) % 30)) % 2 === 1,
        });
        for (const equivalence of [relation, near, createEquivalence()]) {
          const partition = clusterAnswers(answers, equivalence);
          expectPartition(partition, answers.length);
          for (const members of partition.clusters)
            for (const i of members)
              for (const j of members) expect(equivalence.equal(answers[i] ?? "", answers[j] ?? "")).toBe(true);
          const reversed = answers.toReversed();
          expect(meanings(reversed, clusterAnswers(reversed, equivalence))).toEqual(meanings(answers, partition));
        }
      }),
    );
  });
  it("clusterAnswers(answers, entailment) asks both ways and each pair of texts once", async () => {
    const asked: string[] = [];
    const narrower = new Map([
      ["a dog", 2],
      ["an animal", 1],
      ["a cat", 3],
    ]);
    const equivalence = entailmentEquivalence(
      (a, b) => {
        asked.push(`${a} > ${b}`);
        return Promise.resolve((narrower.get(a) ?? 0) >= (narrower.get(b) ?? 0) ? 0.9 : 0.1);
      },
      { context: "" },
    );
    const partition = await clusterAnswers(["a dog", "an animal", "a dog", "a cat"], equivalence);
    expectPartition(partition, 4);
    expect(partition.clusters).toEqual([[0, 2], [1], [3]]);
    expect(new Set(asked).size).toBe(asked.length);
  });
  it("clusterAnswers(answers, entailment that is not transitive) still puts each answer in one group", async () => {
    const equivalence = entailmentEquivalence((a, b) => Promise.resolve(Math.abs(Number(a) - Number(b)) <= 1));
    expect(await clusterAnswers(["1", "3", "2"], equivalence)).toMatchObject({
      clusters: [[0, 2], [1]],
      method: "complete-linkage",
    });
  });
  it("clusterAnswers(answers, embedding) asks for each vector once and compares angles", async () => {
    const vectors = new Map([
      ["up", [0, 2]],
      ["upwards", [0.1, 1]],
      ["right", [1, 0]],
    ]);
    const asked: string[] = [];
    const equivalence = embeddingEquivalence(
      (texts) => {
        asked.push(...texts);
        return Promise.resolve(texts.map((text) => vectors.get(text) ?? []));
      },
      { threshold: 0.9 },
    );
    expect((await clusterAnswers(["up", "right", "upwards", "up"], equivalence)).clusters).toEqual([[0, 2, 3], [1]]);
    expect(asked.sort()).toEqual(["right", "up", "upwards"]);
  });
  it("embeddingEquivalence and entailmentEquivalence refuse what they cannot use", async () => {
    const wrong = embeddingEquivalence((texts) => Promise.resolve(texts.map((text) => Array(text.length).fill(1))), {
      threshold: 0.9,
    });
    await expect(wrong.equal("a", "bc")).rejects.toMatchObject({ code: "shape-mismatch" });
    const zero = embeddingEquivalence((texts) => Promise.resolve(texts.map(() => [0, 0])), { threshold: 0.9 });
    await expect(zero.equal("a", "b")).rejects.toMatchObject({ code: "not-finite" });
    expect(() => embeddingEquivalence(() => Promise.resolve([]), { threshold: 0 })).toThrow(
      "threshold must be in (0, 1], got 0",
    );
    await expect(entailmentEquivalence(() => Promise.resolve(7)).equal("a", "b")).rejects.toThrow("got 7");
  });
  it("clusterAnswers(answers, equivalence, { signal aborted }) asks no more", async () => {
    const equivalence = entailmentEquivalence(() => Promise.resolve(true));
    await expect(clusterAnswers(["a", "b"], equivalence, { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
