import { StatusError } from "../../status/index.ts";
import type { ClaimPorts, ClaimWorld } from "./observe.ts";

/** So long after it failed a machine is not tried again: its lease runs out meanwhile. */
const retryMs = 10_000;

/** Stops lost machines by force, where their provider can: then nobody waits for leases of what ran there. */
export class Forces {
  readonly #ports: ClaimPorts;
  /** By uid of the Resource: not before then. */
  readonly #failed = new Map<string, number>();

  constructor(ports: ClaimPorts) {
    this.#ports = ports;
  }

  /** True once the claim's machine has been stopped; false where nobody can, or it failed. */
  async stop({ claim, resource, nowAt }: ClaimWorld): Promise<boolean> {
    const { events, leases } = this.#ports;
    const { uid = "", name } = resource?.metadata ?? {};
    if (resource === undefined || (this.#failed.get(uid) ?? 0) > nowAt) return false;
    const fence = leases.fence(resource);
    if (fence === undefined) return false;
    try {
      await fence();
      this.#failed.delete(uid);
      events.record(
        claim,
        "Warning",
        "MachineFenced",
        `${name} was stopped by its provider: nothing runs there any more`,
      );
      return true;
    } catch (error) {
      const { message } = StatusError.from(error);
      this.#failed.set(uid, nowAt + retryMs);
      events.record(claim, "Warning", "FencingFailed", `${name} could not be stopped by its provider: ${message}`);
      return false;
    }
  }
}
