import { kinds, type Resource } from "../../api/index.ts";
import { ActionMenu } from "../actions/action-menu.tsx";

/** What can be done with a machine. */
export function MachineActions({ machine }: { readonly machine: Resource }) {
  return <ActionMenu object={machine} kind={kinds.Resource} isHead />;
}
