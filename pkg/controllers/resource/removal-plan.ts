import { annotations, type Resource } from "../../api/index.ts";
import type { ConditionRow } from "../../controller/index.ts";
import { isKnown, type ResourceObservation } from "./observe.ts";

/**
 * What is to be done about a machine whose Resource is deleted. wait: something on it is still somebody's. remove: the
 * agent and its directory go first. forget: there is nothing to remove, or it was given up.
 */
export type Removal =
  | { readonly kind: "wait"; readonly owed: readonly string[] }
  | { readonly kind: "remove"; readonly forfeit: boolean }
  | { readonly kind: "forget" };

export function planRemoval({ resource, observation }: ResourceObservation): Removal {
  const { status, metadata } = resource;
  const forfeit = metadata.annotations?.[annotations.forfeitResidue] !== undefined;
  const isConnected = observation.state === "connected";
  const owed = [
    ...(status?.allocations ?? []).map(({ namespace, claimName }) => `${namespace}/${claimName}`),
    ...(status?.residue ?? []).map(({ namespace, claimName }) => `${namespace}/${claimName} (residue)`),
    ...(status?.orphans ?? []).map(({ namespace, name, claimUid }) => `${namespace}/${name ?? claimUid} (orphan)`),
  ];
  if (owed.length > 0 && !forfeit) return { kind: "wait", owed };
  if (isConnected) return { kind: "remove", forfeit };
  if (forfeit || !mayHoldSomething(resource, observation)) return { kind: "forget" };
  return { kind: "remove", forfeit };
}

/** Nothing is put on a machine before it has let us in. */
function mayHoldSomething(resource: Resource, observation: ResourceObservation["observation"]): boolean {
  if (isKnown(resource) || observation.state !== "connecting") return true;
  const { failure, step } = observation;
  if (failure === undefined) return step !== "connecting" && step !== "not attached";
  return !["Unreachable", "AuthenticationFailed", "HostKeyChanged", "SudoFailed"].includes(failure.reason);
}

export function removalRows(
  { resource, removalError: error }: Pick<ResourceObservation, "resource" | "removalError">,
  removal: Removal,
): ConditionRow[] {
  const ready: ConditionRow = ["Ready", "False", "Deleting", "being deleted"];
  const letGo = `plush.dev/forfeit-residue=true on it lets go of that`;
  if (removal.kind === "wait") {
    const message = `${resource.metadata.name} still holds ${removal.owed.join(", ")}; annotation ${letGo}`;
    return [ready, ["Reconciling", "True", "Deleting", message], ["Stalled", "True", "ResidueHeld", message]];
  }
  if (error === undefined) {
    return [ready, ["Reconciling", "True", "Deleting", "removing the agent"], ["Stalled", "False", "NotStalled", ""]];
  }
  const message = `the agent and its directory are still on ${resource.metadata.name}: ${error}; annotation ${letGo}`;
  return [ready, ["Reconciling", "True", "Deleting", message], ["Stalled", "True", "ResidueHeld", message]];
}
