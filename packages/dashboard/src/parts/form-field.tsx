import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import type { ApiError } from "../api/client.ts";

/** Attributes that tie a control to its label, its hint and what is wrong with it. */
export interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean;
}

/** A control with its label, a hint, and what is wrong with it. */
export function FormField(props: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with this field; null: nothing. */
  readonly problem?: string | null;
  readonly children: (control: FieldControl) => VNode;
}): VNode {
  const { label, hint, problem = null, children } = props;
  const id = useId();
  const about = [hint === undefined ? null : `${id}-hint`, problem === null ? null : `${id}-problem`];
  const described = about.filter((one) => one !== null).join(" ");
  return (
    <div class="field form-field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": described === "" ? undefined : described, "aria-invalid": problem !== null })}
      {hint === undefined ? null : (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
      {problem === null ? null : (
        <small id={`${id}-problem`} class="field-problem" role="alert">
          {problem}
        </small>
      )}
    </div>
  );
}

/** A line of text with its label, a hint, and what is wrong with it. */
export function TextField(props: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem?: string | null;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** It is no prose: nothing is completed or checked for spelling. Default false. */
  readonly isId?: boolean;
}): VNode {
  const { label, hint, problem = null, value, onInput, isId = false } = props;
  const help = isId ? ({ autocomplete: "off", spellcheck: false } as const) : {};
  return (
    <FormField label={label} problem={problem} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <input
          {...control}
          {...help}
          type="text"
          value={value}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
    </FormField>
  );
}

/** What an error says of one field of a form: its message where it names the field. @param names of the field in requests */
export function problemOf(error: ApiError | null, ...names: readonly string[]): string | null {
  if (error?.field === undefined) return null;
  return names.some((name) => error.field === name || error.field?.endsWith(`.${name}`)) ? error.message : null;
}
