import type { Resource } from "../../api/index.ts";

/** What can be done with a machine. */
export function MachineActions(_props: { readonly machine: Resource }) {
  return null;
}
