import type { VNode } from "preact";
import type { ApiError } from "../api/client.ts";
import { Problem } from "./states.tsx";

/** What ends a form or a dialog: what went wrong, the button that does it, and the one that does not. */
export function Actions(props: {
  /** What the button does, and what it says while it does it: `Revoke`, `Revoking…`. */
  readonly label: string;
  readonly busy: string;
  readonly isBusy: boolean;
  /** It cannot be done yet. Default false. */
  readonly isBlocked?: boolean;
  /** What went wrong, unless a field says it. */
  readonly error?: ApiError | null;
  /** Something is lost by it: the button says so, and is no button of the form. */
  readonly onDanger?: () => void;
  readonly onCancel?: () => void;
  /** Default `Cancel`. */
  readonly cancel?: string;
}): VNode {
  const { label, busy, isBusy, isBlocked = false, error = null, onDanger, onCancel, cancel = "Cancel" } = props;
  const kind = onDanger === undefined ? "primary" : "danger";
  return (
    <>
      {error === null ? null : <Problem error={error} />}
      <div class="actions">
        <button
          type={onDanger === undefined ? "submit" : "button"}
          class={kind}
          disabled={isBusy || isBlocked}
          onClick={onDanger}
        >
          {isBusy ? busy : label}
        </button>
        {onCancel === undefined ? null : (
          <button type="button" onClick={onCancel}>
            {cancel}
          </button>
        )}
      </div>
    </>
  );
}
