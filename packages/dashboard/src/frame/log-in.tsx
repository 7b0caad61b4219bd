import type { VNode } from "preact";
import { CopyCommand } from "../parts/copy-command.tsx";
import { KeyForm } from "./key-form.tsx";

/** Asks for a key. */
export function LogIn(props: { readonly why: string | null }): VNode {
  const { why } = props;
  return (
    <main id="main" class="log-in" tabIndex={-1}>
      <h1>Log in</h1>
      {why === null ? null : <p role="status">{why}</p>}
      <p>
        <code>candor serve</code> prints a link that logs this browser in each time it starts. A key does it as well.
      </p>
      <KeyForm />
      <h2>No key at hand?</h2>
      <p>On the machine that serves, in its folder:</p>
      <CopyCommand command="npx candor key create --name me --role admin" />
      <p>
        Without a server or a key: <a href="/drop">the report on a file</a>, made in this browser. Nothing is uploaded.
      </p>
    </main>
  );
}
