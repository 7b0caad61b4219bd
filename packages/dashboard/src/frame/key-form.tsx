import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { logIn } from "../state/session.ts";

/** Asks for a key and logs in with it. */
export function KeyForm(): VNode {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const key = new FormData(event.currentTarget).get("key");
    setBusy(true);
    setProblem(null);
    try {
      await logIn(typeof key === "string" ? key.trim() : "");
    } catch (error) {
      if (!ApiError.is(error)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="key-form" onSubmit={(event) => void submit(event)}>
      <div class="field">
        <label for={id}>Key</label>
        <input
          id={id}
          name="key"
          type="password"
          autocomplete="current-password"
          required
          placeholder="ck_…"
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          aria-invalid={problem !== null}
        />
      </div>
      {problem === null ? null : (
        <p id={`${id}-problem`} class="problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" disabled={isBusy}>
        {isBusy ? "Logging in…" : "Log in"}
      </button>
    </form>
  );
}
