import type { VNode } from "preact";
import { useUrl } from "../../state/url-state.ts";

/** A link to what is known of an artefact. */
export function ArtefactLink(props: { readonly id: string }): VNode {
  const { link } = useUrl();
  return (
    <a href={link("/calibrators", { id: props.id })}>
      <code>{props.id}</code>
    </a>
  );
}

/** What decides under an activation: its policy and calibrator, or that nothing does. */
export function Deciding(props: {
  readonly of: { readonly calibratorId: string | null; readonly policyId: string | null } | null;
}): VNode {
  const { of } = props;
  if (of === null || (of.calibratorId === null && of.policyId === null))
    return <span class="muted">nothing: scores pass as they are, without a decision</span>;
  return (
    <span>
      {of.policyId === null ? null : (
        <>
          policy <ArtefactLink id={of.policyId} />
        </>
      )}
      {of.policyId !== null && of.calibratorId !== null ? ", " : ""}
      {of.calibratorId === null ? null : (
        <>
          calibrator <ArtefactLink id={of.calibratorId} />
        </>
      )}
    </span>
  );
}
