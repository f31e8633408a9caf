import type { ClaimState } from "../../protocol/index.ts";
import type { ClaimEntry, SoftwareEntry } from "../ledger/entry.ts";
import { isRemoved } from "../plan-order.ts";
import { fingerprint } from "../plan-software.ts";

/** How far a claim is, in one word. */
export function claimState(entry: ClaimEntry): ClaimState {
  if (isRemoved(entry)) return "Removed";
  if (entry.removal !== undefined || entry.successor !== undefined || entry.order.intent === "Remove")
    return "Removing";
  if (entry.order.intent === "Stop") {
    const isQuiet = Object.values(entry.processes).every(({ run }) => run === undefined || run.end !== undefined);
    if (!isQuiet) return "Stopping";
  }
  const current = entry.software.filter(isOrdered);
  if (current.some(({ state }) => state === "Failed")) return "Failed";
  const isInstalled = entry.order.software.every((order) =>
    current.some(({ name, fingerprint: own, state }) => {
      return state === "Installed" && name === order.name && own === fingerprint(order);
    }),
  );
  return isInstalled ? "Configured" : "Installing";
}

/** No order has taken its place. */
export function isOrdered({ supersededAt }: SoftwareEntry): boolean {
  return supersededAt === undefined;
}
