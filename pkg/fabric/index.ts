/**
 * Links between the server and its agents. Promises that what it says of a machine was reported or seen, and never
 * takes silence for absence; knows no API object and takes no decision about work.
 */

export { type AgentBundle, readAgentBundle } from "./agent-bundle.ts";
export type { AgentSession, DocumentAnswer } from "./agent-session.ts";
export { CommandAnswer, type TakeOutput } from "./command-answer.ts";
export { abortable } from "./deadline.ts";
export type { MachineAnswer } from "./early-answers.ts";
export {
  type AgentConnection,
  type BlobSource,
  ConnectError,
  type ConnectFailure,
  type ConnectFailureReason,
  type Connector,
  type ConnectRequest,
  connectSteps,
  type Fabric,
  type HostConfig,
  type HostNetwork,
  type HostNews,
  type HostObservation,
  type HostPlace,
  type LastPlace,
  type LeaseSource,
  type NetworkSettings,
  type PackageSettings,
  type ProbeVerdict,
  type RunningCommand,
  type RunOrder,
  type TreePosition,
  type TreeSettings,
} from "./fabric.ts";
export type { LogOptions, LogPosition, OpenLog } from "./log-options.ts";
export type { MachineMaker, MachineSpec, MadeMachine, MakerCall, ProviderPorts } from "./machine-maker.ts";
export { machineNumber, machinePrefix } from "./machine-names.ts";
export { type FabricOptions, makeFabric } from "./make-fabric.ts";
export { type BrakeLimits, isMassLoss, type LossEvidence, lossAt } from "./mass-loss.ts";
export type { Provider, Reach } from "./provider.ts";
export type { TreeAuthority } from "./relay-connector.ts";
export { ownRuntime, type RuntimeSource, type SystemFacts } from "./runtime.ts";
export { SshConnector, type SshConnectorOptions } from "./ssh-connector.ts";
