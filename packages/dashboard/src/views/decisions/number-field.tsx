import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";

/** A number that is typed; what is typed stays until it is done, whatever else changes on the page. */
export function NumberField(props: {
  readonly label: string;
  /** What is there now; empty is none. */
  readonly value: string;
  readonly placeholder: string;
  readonly max?: number;
  /** Gets what was typed, without blanks around it. */
  readonly onChange: (text: string) => void;
}): VNode {
  const { label, value, placeholder, max, onChange } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={max}
        step="any"
        placeholder={placeholder}
        value={typed ?? value}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => {
          setTyped(null);
          if (currentTarget.validity.valid) onChange(currentTarget.value.trim());
          else currentTarget.value = value;
        }}
      />
    </div>
  );
}
