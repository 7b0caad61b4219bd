import { createRandom } from "@candor/core";

/** Rows as CSV: a calibrated probability, whether it happened, and a region. */
export function scoresCsv(rows: number, seed: number, isSure = false): string {
  const random = createRandom(seed);
  const lines = ["id,score,label,region"];
  for (let i = 0; i < rows; i++) {
    const logit = (isSure ? 14 : 7) * (random.uniform() + random.uniform() + random.uniform() - 1.5);
    const p = 1 / (1 + Math.exp(-logit));
    const label = random.uniform() < p ? 1 : 0;
    const share = random.uniform();
    lines.push(`r${i},${p.toFixed(6)},${label},${share < 0.6 ? "north" : share < 0.95 ? "south" : "islands"}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The same rows with a confidence and whether the prediction was right. */
export function confidencesCsv(rows: number, seed: number): string {
  return scoresCsv(rows, seed)
    .replace("score,label", "confidence,correct")
    .replace(/^(r\d+),([\d.]+),([01])/gm, (_, id: string, score: string, label: string) => {
      const p = Number(score);
      return `${id},${Math.max(p, 1 - p).toFixed(6)},${p >= 0.5 === (label === "1") ? 1 : 0}`;
    });
}

/** Probabilities of cat, dog and bird with the true class. */
export function classesCsv(rows: number, seed: number): string {
  const random = createRandom(seed);
  const names = ["cat", "dog", "bird"];
  const lines = ["p_cat,p_dog,p_bird,class"];
  for (let i = 0; i < rows; i++) {
    const weights = names.map(() => Math.exp(5 * random.uniform()));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const [cat = 0, dog = 0] = weights.map((weight) => Number((weight / total).toFixed(6)));
    const bird = Number((1 - cat - dog).toFixed(6));
    const at = random.uniform();
    lines.push(`${cat},${dog},${bird},${at < cat ? "cat" : at < cat + dog ? "dog" : "bird"}`);
  }
  return `${lines.join("\n")}\n`;
}
