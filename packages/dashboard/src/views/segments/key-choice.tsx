import { visibleText } from "@candor/core";
import type { VNode } from "preact";
import { countText } from "../../parts/numbers.ts";
import { useFilters } from "../../state/filters.ts";
import { useQuery } from "../../state/use-query.ts";

/** Which segment keys are looked at; none chosen: all with not too many values. */
export function KeyChoice(props: {
  readonly chosen: readonly string[];
  readonly onChange: (keys: readonly string[]) => void;
}): VNode | null {
  const { chosen, onChange } = props;
  const { model, version } = useFilters();
  const { data } = useQuery("/api/v1/versions");
  const values = new Map<string, number>(chosen.map((key) => [key, 0]));
  for (const known of data?.models ?? []) {
    if ((model ?? known.model) !== known.model || (version ?? known.version) !== known.version) continue;
    for (const [key, count] of Object.entries(known.segments)) values.set(key, Math.max(count, values.get(key) ?? 0));
  }
  if (values.size < 2) return null;
  const keys = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <fieldset class="choice">
      <legend>Divide by</legend>
      {keys.map(([key, count]) => (
        <label key={key}>
          <input
            type="checkbox"
            checked={chosen.includes(key)}
            onChange={({ currentTarget }) =>
              onChange(currentTarget.checked ? [...chosen, key].sort() : chosen.filter((one) => one !== key))
            }
          />
          <span>
            <bdi>{visibleText(key, 40)}</bdi> <small class="muted">{countText(count)}</small>
          </span>
        </label>
      ))}
      {chosen.length === 0 ? (
        <small class="muted">All with at most 100 values</small>
      ) : (
        <button type="button" class="plain" onClick={() => onChange([])}>
          All
        </button>
      )}
    </fieldset>
  );
}
