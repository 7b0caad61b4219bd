import { artefactsContract } from "./artefacts-contract.ts";
import { auditContract } from "./audit-contract.ts";
import { keysContract } from "./keys-contract.ts";
import { projectsContract } from "./projects-contract.ts";
import { type OpenState, usingState } from "./using-state.ts";

/** What every engine of `StateStore` guarantees. */
export function stateStoreContract(open: OpenState): void {
  const using = usingState(open);
  projectsContract(using);
  keysContract(using);
  artefactsContract(using);
  auditContract(using);
}
