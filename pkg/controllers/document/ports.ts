import type { ControllerPorts } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";

export interface DocumentPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "setDocument" | "observe" | "takesAnswers">;
  readonly clusterUid: string;
  /** Raised by every restore of the server's data. */
  readonly term: number;
  /** The newest revision of the store that the caches show: they hold everything up to it. */
  readonly revision: () => number;
  /** Orphans are removed by themselves after so long; absent: never, as after a restore. */
  readonly removeOrphansAfterMs?: number;
}
