import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { logOut } from "../state/session.ts";
import { KeyForm } from "./key-form.tsx";

/** Asks for a key over the page whose session ended; the page behind keeps what was typed. */
export function SessionOver(): VNode {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    element.current?.querySelector("input")?.focus();
    return () => {
      // What had the focus may have been switched off by what it started.
      const to = before === document.body ? document.getElementById("main") : before;
      if (to instanceof HTMLElement) to.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="session-over"
      aria-labelledby="session-over"
      onCancel={(event) => event.preventDefault()}
      onClose={() => element.current?.isConnected && element.current.showModal()}
    >
      <h2 id="session-over">The session is over</h2>
      <p>
        It ran out, its key was revoked, or the server was started again. Log in to go on where you were: the page
        behind stays as it is. A change that was just asked for was not made; ask for it again.
      </p>
      <KeyForm />
      <button type="button" class="plain" onClick={() => void logOut()}>
        Leave this page
      </button>
    </dialog>
  );
}
