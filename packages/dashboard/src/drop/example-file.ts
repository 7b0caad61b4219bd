import { createRandom } from "@candor/core";

/** How much too sure the scores of a region are: 1 is just right. */
const regions = [
  { name: "north", sureness: 1 },
  { name: "south", sureness: 1.3 },
  { name: "islands", sureness: 3 },
] as const;

/** Made-up scores of 6000 rows: just right in one region, far too sure in another. Always the same file. */
export function exampleFile(): File {
  const random = createRandom(7);
  const lines = ["score,label,region,day"];
  for (let i = 0; i < 6000; i++) {
    const { name, sureness } = regions[Math.floor(3 * random.uniform())] ?? regions[0];
    const logit = 1.5 * random.normal() - 1;
    const score = 1 / (1 + Math.exp(-sureness * logit));
    const label = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    const day = new Date(Date.UTC(2026, 0, 5 + Math.floor(i / 75))).toISOString().slice(0, 10);
    lines.push(`${score.toFixed(4)},${label},${name},${day}`);
  }
  return new File([`${lines.join("\n")}\n`], "made-up.csv", { type: "text/csv" });
}
