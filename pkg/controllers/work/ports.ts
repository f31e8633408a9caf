import type { Outputs, ProcessResult } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";

/** What items are made from that was uploaded. Rejects with a StatusError: NotFound, or BadRequest where it is no such thing. */
export interface ItemSource {
  /** Lines of a text. */
  lines(digest: string): Promise<readonly string[]>;
  /** Files of an archive that a pattern names, by their paths in it, sorted. */
  files(digest: string, glob: string): Promise<readonly string[]>;
}

export interface ItemRequest {
  /** uid of the Resource. */
  readonly machine: string;
  /** uid of the attempt. */
  readonly process: string;
  readonly outputs?: Outputs;
  /** So long the machine may be silent. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface ItemResults {
  readonly results: readonly ProcessResult[];
  /** What could not be had, for people. */
  readonly missing?: string;
}

export interface WorkPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe" | "subscribe">;
  readonly items: ItemSource;
  /** Fetches what an item left and stores it; rejects with a StatusError. */
  readonly collect: (request: ItemRequest) => Promise<ItemResults>;
}
