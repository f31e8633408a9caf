import type { Claim, Component } from "../../api/index.ts";

/** What each claim of a component has set aside for it on its machine. */
export function needsOf({ spec }: Component): Pick<Claim["spec"], "requests" | "ports"> {
  const { requests } = spec.resources;
  return { ports: spec.ports, ...(requests !== undefined && { requests }) };
}
