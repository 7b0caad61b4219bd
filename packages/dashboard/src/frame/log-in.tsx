import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { logIn } from "../state/session.ts";

/** Asks for a key. */
export function LogIn(props: { readonly why: string | null }): VNode {
  const { why } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
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
    <main id="main" class="log-in" tabIndex={-1}>
      <h1>Log in</h1>
      {why === null ? null : <p role="status">{why}</p>}
      <p>
        <code>candor serve</code> prints a link that logs this browser in each time it starts. A key does it as well.
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label for="key">Key</label>
          <input
            id="key"
            name="key"
            type="password"
            autocomplete="current-password"
            required
            placeholder="ck_…"
            aria-describedby={problem === null ? undefined : "key-problem"}
            aria-invalid={problem !== null}
          />
        </div>
        {problem === null ? null : (
          <p id="key-problem" class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" disabled={isBusy}>
          {isBusy ? "Logging in…" : "Log in"}
        </button>
      </form>
      <h2>No key at hand?</h2>
      <p>On the machine that serves, in its folder:</p>
      <CopyCommand command="npx candor key create --name me --role admin" />
      <p>
        Without a server or a key: <a href="/drop">the report on a file</a>, made in this browser. Nothing is uploaded.
      </p>
    </main>
  );
}
