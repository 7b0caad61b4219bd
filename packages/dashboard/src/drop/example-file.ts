import { createRandom } from "@candor/core";

const regions = ["north", "south", "islands"] as const;

/** Made-up scores of 6000 rows, too sure of themselves and most of all in one region: always the same file. */
export function exampleFile(): File {
  const random = createRandom(7);
  const lines = ["score,label,region,day"];
  for (let i = 0; i < 6000; i++) {
    const region = regions[Math.min(2, Math.floor(3 * random.uniform()))] ?? "north";
    const logit = 1.5 * random.normal() - 1;
    const sureness = region === "islands" ? 3 : 1.6;
    const score = 1 / (1 + Math.exp(-sureness * logit));
    const label = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    const day = new Date(Date.UTC(2026, 0, 5 + Math.floor(i / 75))).toISOString().slice(0, 10);
    lines.push(`${score.toFixed(4)},${label},${region},${day}`);
  }
  return new File([`${lines.join("\n")}\n`], "made-up.csv", { type: "text/csv" });
}
