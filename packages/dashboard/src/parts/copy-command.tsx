import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A command with a button that copies it. */
export function CopyCommand(props: { readonly command: string }): VNode {
  const { command } = props;
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return undefined;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    const done = navigator.clipboard?.writeText(command) ?? Promise.reject(new Error("no clipboard"));
    done.then(
      () => setSaid("Copied"),
      () => setSaid("Select and copy it: this browser does not let pages copy"),
    );
  };
  return (
    <div class="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{command}</pre>
      <button type="button" onClick={copy}>
        Copy
      </button>
      <span role="status">{said}</span>
    </div>
  );
}
