/** Links between the server and its agents. */
export {
  type AgentConnection,
  type BlobSource,
  ConnectError,
  type ConnectFailure,
  type ConnectFailureReason,
  type Connector,
  type ConnectRequest,
  type Fabric,
  type HostConfig,
  type HostObservation,
  type LogOptions,
  type ProbeVerdict,
} from "./fabric.ts";
export { type BrakeLimits, isMassLoss, type LossEvidence, lossAt } from "./mass-loss.ts";
