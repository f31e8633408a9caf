import type { AgentConfig } from "../protocol/index.ts";
import type { PackagesAhead } from "./ahead/packages-ahead.ts";
import type { BlobCache } from "./blobs/blob-cache.ts";
import type { ClaimContext } from "./claim/claim-context.ts";
import type { TaskRegister } from "./exec/task-register.ts";
import type { ControlGroups } from "./host/control-groups.ts";
import type { SharedSoftware } from "./host-software/shared-software.ts";
import type { Layout } from "./layout.ts";
import type { LeaseKeeper } from "./lease/lease-keeper.ts";
import type { Limiter } from "./limiter.ts";
import type { LogKeeper } from "./logs/log-keeper.ts";
import type { AgentPorts } from "./ports.ts";
import type { RunMonitor } from "./shim/run-monitor.ts";

/** What all claims of one agent share. */
export interface AgentContext extends ClaimContext {
  readonly config: AgentConfig;
  readonly ports: AgentPorts;
  readonly layout: Layout;
  readonly blobs: BlobCache;
  /** Packages that are unpacked before anybody needs them. */
  readonly ahead: PackagesAhead;
  /** What is installed once for all claims. */
  readonly host: SharedSoftware;
  readonly monitor: RunMonitor;
  readonly logs: LogKeeper;
  readonly groups: ControlGroups;
  readonly tasks: TaskRegister;
  readonly leases: LeaseKeeper;
  /** Installations at once: each may use a processor and the disk for itself. */
  readonly installing: Limiter;
  /** The agent may give processes users. */
  readonly root: boolean;
}
