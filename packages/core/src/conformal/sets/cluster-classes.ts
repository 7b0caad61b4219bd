import { select } from "../../kernels/select.ts";
import type { Random } from "../../random/random.ts";

/** Levels at which the scores of classes are compared. */
const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9];
const STARTS = 10;
const MOST_ROUNDS = 300;

/** Classes that share a threshold. */
export interface ClassClusters {
  /** One cluster per class, in [0, count]; `count` itself is the null cluster of classes with too few rows. */
  readonly clusters: Int32Array;
  /** Clusters, without the null cluster. */
  readonly count: number;
}

/** How many rows of each class to set aside for clustering, and how many clusters to make of them. */
export interface ClusterPlan {
  /** Share of the rows, in (0, 1). */
  readonly share: number;
  readonly count: number;
}

/** Rows of a class set aside below which classes would be told apart by chance. */
const FEWEST_ASIDE = 4;

/**
 * How many rows and clusters suit a calibration set: enough rows per class to tell that many distributions apart.
 *
 * @param classCounts rows of each class
 * @param fewest rows below which a class has no finite threshold of its own
 * @returns share K/(75 + K) of the rows, where K counts the classes that keep at least `fewest` rows (and four) in this
 * share; half as many clusters as rows are set aside of the rarest of them; 0 clusters where there are no such classes
 *
 * Source: Ding, Angelopoulos, Bates, Jordan and Tibshirani (2023), "Class-conditional conformal prediction with many
 * classes", NeurIPS 36, appendix B.1, who take the rarest class of all: one rare class then ends all clustering.
 */
export function clusterPlan(classCounts: Int32Array, fewest: number): ClusterPlan {
  const ascending = classCounts.toSorted();
  for (let rare = 0; rare < ascending.length; rare++) {
    const kept = ascending.length - rare;
    const share = kept / (75 + kept);
    const aside = Math.floor(share * ascending[rare]);
    if (aside >= Math.max(FEWEST_ASIDE, fewest)) return { share, count: Math.floor(aside / 2) };
  }
  return { share: 0, count: 0 };
}

function embed(scores: Float64Array): Float64Array {
  return Float64Array.from(LEVELS, (level) => {
    const place = (scores.length - 1) * level;
    const below = Math.floor(place);
    const low = select(scores, below);
    return place === below ? low : low + (select(scores, below + 1) - low) * (place - below);
  });
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/** k-means++: each further centre is drawn with probability in proportion to weight times squared distance. */
function startingCentres(
  points: readonly Float64Array[],
  weights: Float64Array,
  count: number,
  random: Random,
): Float64Array[] {
  const draw = (mass: Float64Array): number => {
    let left = random.uniform() * mass.reduce((total, m) => total + m, 0);
    for (let i = 0; i < mass.length; i++) {
      left -= mass[i];
      if (left < 0) return i;
    }
    return mass.length - 1;
  };
  const centres = [points[draw(weights)].slice()];
  while (centres.length < count) {
    const mass = Float64Array.from(points, (point, i) => {
      return weights[i] * Math.min(...centres.map((centre) => distance(point, centre)));
    });
    centres.push(points[draw(mass)].slice());
  }
  return centres;
}

interface Partition {
  readonly members: Int32Array;
  readonly cost: number;
}

function assign(points: readonly Float64Array[], weights: Float64Array, centres: readonly Float64Array[]): Partition {
  let cost = 0;
  const members = Int32Array.from(points, (point, i) => {
    let best = 0;
    let least = Infinity;
    centres.forEach((centre, c) => {
      const d = distance(point, centre);
      if (d < least) {
        least = d;
        best = c;
      }
    });
    cost += weights[i] * least;
    return best;
  });
  return { members, cost };
}

function moveCentres(
  points: readonly Float64Array[],
  weights: Float64Array,
  members: Int32Array,
  centres: readonly Float64Array[],
): void {
  centres.forEach((centre, c) => {
    let total = 0;
    for (let i = 0; i < points.length; i++) if (members[i] === c) total += weights[i];
    if (total === 0) return;
    centre.fill(0);
    for (let i = 0; i < points.length; i++)
      if (members[i] === c) for (let j = 0; j < centre.length; j++) centre[j] += (weights[i] / total) * points[i][j];
  });
}

/** Weighted k-means, the best of ten starts (Lloyd's algorithm from k-means++). */
function kMeans(points: readonly Float64Array[], weights: Float64Array, count: number, random: Random): Int32Array {
  let best: Partition = { members: new Int32Array(points.length), cost: Infinity };
  for (let start = 0; start < STARTS; start++) {
    const centres = startingCentres(points, weights, count, random);
    let partition = assign(points, weights, centres);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      moveCentres(points, weights, partition.members, centres);
      const next = assign(points, weights, centres);
      const isSettled = !(next.cost < partition.cost);
      partition = next;
      if (isSettled) break;
    }
    if (partition.cost < best.cost) best = partition;
  }
  return best.members;
}

/**
 * Classes with similar scores, from rows that must not be used for thresholds afterwards.
 *
 * @param scores of clustering rows
 * @param labels class of each, in [0, classes)
 * @param classes number of classes
 * @param count clusters wanted
 * @param fewest rows below which a class joins the null cluster
 * @param random source of the starts of k-means
 * @returns all classes in the null cluster where fewer than two clusters, or not more classes than clusters, remain
 *
 * Source: Ding et al. (2023), section 2.2: k-means on the score quantiles at 0.5, 0.6, 0.7, 0.8 and 0.9 (type 7), each class
 * weighted by the square root of its rows.
 */
export function clusterClasses(
  scores: Float64Array,
  labels: Int32Array,
  classes: number,
  count: number,
  fewest: number,
  random: Random,
): ClassClusters {
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]++;
  const kept = Array.from(counts.keys()).filter((k) => counts[k] >= Math.max(1, fewest));
  if (count < 2 || kept.length <= count) return { clusters: new Int32Array(classes), count: 0 };
  const points = kept.map((k) => embed(scores.filter((_, i) => labels[i] === k)));
  const members = kMeans(
    points,
    Float64Array.from(kept, (k) => Math.sqrt(counts[k])),
    count,
    random,
  );
  const used = Array.from(new Set(members)).sort((a, b) => a - b);
  const clusters = new Int32Array(classes).fill(used.length);
  kept.forEach((k, i) => {
    clusters[k] = used.indexOf(members[i]);
  });
  return { clusters, count: used.length };
}
