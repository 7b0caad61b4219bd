/** Labels of one series: a few names, values that are text of any kind. */
export type Labels = Readonly<Record<string, string>>;

/** One line of the exposition. */
export interface Sample {
  /** After the name of the family: `_sum`. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** A number that only grows. */
export interface Counter {
  add(amount: number, labels?: Labels): void;
}

/** How often a value fell at or below each of some bounds. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** What a server counts, in the text format of Prometheus, version 0.0.4. */
export interface Registry {
  counter(name: string, help: string): Counter;
  /** @param bounds ascending; `+Inf` is added */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Numbers that are kept elsewhere, looked up when they are asked for. */
  family(name: string, help: string, kind: "gauge" | "counter" | "histogram", samples: () => readonly Sample[]): void;
  text(): string;
}

/** An empty registry. There is a series for every set of labels that was counted: who counts bounds how many. */
export function openRegistry(): Registry {
  const families: (() => string)[] = [];
  const family: Registry["family"] = (name, help, kind, samples) => {
    families.push(() => {
      const lines = samples().map(
        ({ suffix = "", labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${numberText(value)}\n`,
      );
      return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
    });
  };
  return {
    family,
    counter(name, help) {
      const series = new Map<string, { readonly labels: Labels; value: number }>();
      family(name, help, "counter", () => [...series.values()]);
      return {
        add(amount, labels = {}) {
          const key = labelText(labels);
          const one = series.get(key);
          if (one === undefined) series.set(key, { labels, value: amount });
          else one.value += amount;
        },
      };
    },
    histogram(name, help, bounds) {
      const series = new Map<string, { readonly labels: Labels; readonly counts: BucketCounts }>();
      family(name, help, "histogram", () =>
        [...series.values()].flatMap(({ labels, counts }) => bucketSamples(counts, labels)),
      );
      return {
        observe(value, labels = {}) {
          const key = labelText(labels);
          let one = series.get(key);
          if (one === undefined) {
            one = { labels, counts: bucketCounts(bounds) };
            series.set(key, one);
          }
          countInto(one.counts, value);
        },
      };
    },
    text: () => families.map((lines) => lines()).join(""),
  };
}

/** Counts of a histogram; the last bucket has no upper bound. */
export interface BucketCounts {
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sum: number;
}

/** Empty counts. */
export function bucketCounts(bounds: readonly number[]): BucketCounts {
  return { bounds, counts: new Float64Array(bounds.length + 1), sum: 0 };
}

/** Counts a value. */
export function countInto(into: BucketCounts, value: number): void {
  const { bounds, counts } = into;
  let at = 0;
  while (at < bounds.length && value > Number(bounds[at])) at++;
  counts[at] = Number(counts[at]) + 1;
  into.sum += value;
}

/** The lines of a histogram: buckets add up all below them. */
export function bucketSamples({ bounds, counts, sum }: BucketCounts, labels: Labels): Sample[] {
  let below = 0;
  const samples: Sample[] = [];
  for (const [at, count] of counts.entries()) {
    below += count;
    const le = at < bounds.length ? String(bounds[at]) : "+Inf";
    samples.push({ suffix: "_bucket", labels: { ...labels, le }, value: below });
  }
  return [...samples, { suffix: "_sum", labels, value: sum }, { suffix: "_count", labels, value: below }];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
}
