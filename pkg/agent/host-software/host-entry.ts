import { createHash } from "node:crypto";
import type { SoftwareOrder } from "../../protocol/index.ts";
import { fingerprint } from "../plan-software.ts";

/** What the agent knows durably of a package that is on the machine once, for all claims that need it. */
export interface HostEntry {
  /** Name of its file in the ledger, and of its directory where it has one. */
  readonly key: string;
  /** As it was last installed: its uninstall counts. */
  readonly order: SoftwareOrder;
  /** Removed: it is gone; the entry stays until the claim that was the last has told so. */
  readonly state: "Installing" | "Installed" | "Removing" | "Removed";
  /** uids of claims that have given it up. Whoever else has it in its entry needs it. */
  readonly released: readonly string[];
  /** Given to the machine's package manager; absent: a directory. */
  readonly package?: HostPackage;
  /** The claim that was the last, and what of the machine went with it. */
  readonly removal?: { readonly claim: string; readonly removed: readonly string[]; readonly kept: readonly string[] };
}

export interface HostPackage {
  readonly manager: "dpkg" | "rpm";
  readonly name: string;
  readonly version: string;
  /** Names of packages that were not on the machine before: written down before they are installed. */
  readonly added: readonly string[];
}

/** The same for orders of which one installation does for all. */
export function hostKey(order: SoftwareOrder): string {
  const digest = (order.digest ?? "none").replace(/^sha256:/, "").slice(0, 16);
  const print = createHash("sha256").update(fingerprint(order)).digest("hex").slice(0, 8);
  return `${order.name}@${digest}.${print}`;
}
