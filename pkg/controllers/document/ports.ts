import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";

export interface DocumentPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "setDocument" | "observe" | "subscribe" | "takesAnswers">;
  readonly clusterUid: string;
  /** Raised by every restore of the server's data. */
  readonly term: number;
  /** Bindings with a lower epoch are from before a restore. Default 0. */
  readonly epochFloor?: number;
  /** The newest revision of the store that the caches show: they hold everything up to it. */
  readonly revision: () => number;
  /** Orphans are removed by themselves after so long; absent: never, as after a restore. */
  readonly removeOrphansAfterMs?: number;
}
