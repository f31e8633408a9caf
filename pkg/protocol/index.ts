/** The wire between server and agents: documents down, reports up. Types, framing, and how a connection is ended. */

export { maxArgumentBytes } from "./argument-limit.ts";
export {
  encodeLane,
  type LaneMessage,
  laneAnswerBytes,
  laneChannel,
  laneMessage,
  laneStartBytes,
} from "./command-lane.ts";
export { type CommandStatus, commandStatusOf, readCommandStatus } from "./command-status.ts";
export { groupPrefix } from "./control-groups.ts";
export { destroySession } from "./destroy-session.ts";
export {
  type AgentDocument,
  type BarrierAnswer,
  type ClaimIntent,
  type ClaimOrder,
  type CleanupOrder,
  type EnvOrder,
  type FencingOrder,
  type FileOrder,
  type ItemOrder,
  type MonitorOrder,
  type PeerEntry,
  type PeersDocument,
  type PeersReactionOrder,
  type PortOrder,
  type ProbeOrder,
  type ProcessOrder,
  type SignedDocument,
  type SoftwareOrder,
  type StopOrder,
  type StreamName,
  type StreamsOrder,
  streamNames,
} from "./document.ts";
export type { EarlyAnswer, EarlyAnswers, SignedAnswers } from "./early-answers.ts";
export { channel, type ExecResult, encodeFrame, type Frame, FrameDecoder, maxFrameBytes } from "./frames.ts";
export { type AgentConfig, type AgentHello, protocolVersion, type ServerHello } from "./hello.ts";
export { type HistoryAnswer, type HistoryMark, historyRoute } from "./history.ts";
export {
  type JoinTokenAnswer,
  type JoinTokenRequest,
  joinRoute,
  joinTokenRoute,
  joinUpgrade,
  linkProof,
  type Registered,
  type RegisterRequest,
  readJoinLine,
} from "./join.ts";
export type { GrantedLease, LeaseGrant, LeaseRequest, LeaseWish, SignedGrant } from "./lease.ts";
export {
  type LogsEnd,
  type LogsMembers,
  type LogsMessage,
  type LogsNote,
  type LogsRequest,
  type LogsText,
  logsRoute,
} from "./logs.ts";
export {
  type ClockAnswer,
  clockRoute,
  type NetworkOrder,
  type NetworkPeer,
  type NetworkPlace,
  type NetworkReport,
  networkRoute,
  type SignedNetworkOrder,
} from "./network.ts";
export {
  type PackageAnswer,
  type PackageFailure,
  type PackageFetch,
  type PackageIdentity,
  type PackageKey,
  type PackageListen,
  type PackageOrder,
  type PackagePeer,
  type PackageRequest,
  type PackagesReport,
  packageProtocol,
  packageRoute,
  type SignedPackageOrder,
} from "./packages.ts";

export {
  type FieldChange,
  type PlanFault,
  type PlanNote,
  type PlannedAction,
  type PlannedMachine,
  type PlannedObject,
  type PlannedRollout,
  type PlannedStep,
  type PlanStatus,
  planPath,
} from "./plan.ts";
export type { PrefetchOrder, PrefetchPackage } from "./prefetch.ts";
export {
  type AgentMessage,
  agentRun,
  type BarrierReport,
  type Beat,
  type ChangeReport,
  type ClaimReport,
  type ClaimState,
  type DocumentPosition,
  type FullReport,
  type HostReport,
  type MonitorReport,
  type ProcessReport,
  type ProcessState,
  type Receipt,
  type SoftwareReport,
  type TidyReport,
} from "./report.ts";
export { maxKeptBytes, type ResultsRequest, type ResultsSummary, resultNames } from "./results.ts";
export {
  type ExecRequest,
  type KeptCommand,
  type LookAnswer,
  type LookRequest,
  type PortRequest,
  routes,
} from "./routes.ts";
export {
  type RunControl,
  type RunEnd,
  type RunFailure,
  type RunMessage,
  type RunOutput,
  type RunRequest,
  type RunResult,
  type RunTarget,
  type RunTargets,
  runControlRoute,
  runRoute,
} from "./run.ts";
export type {
  DocumentBody,
  PeersChange,
  PeersChanges,
  PeersReference,
  SentPeers,
  WrittenDocument,
  WrittenOrder,
} from "./sent-document.ts";
export type { SyncDiff } from "./sync-diff.ts";
export {
  relayLinkBytes,
  relayProtocol,
  relayStreamBytes,
  type SignedTreeOrder,
  serverName,
  type TreeKey,
  type TreeListen,
  type TreeOrder,
  type TreeParent,
  type TreeReport,
  treeRoutes,
} from "./tree.ts";
export type { ProcessUsage, Usage, UsageReport } from "./usage.ts";
export {
  bearerProtocolPrefix,
  type CommandProtocol,
  channelMessage,
  commandProtocols,
  endOfChannel,
  logProtocol,
  tunnelProtocol,
  watchProtocol,
} from "./web-socket.ts";
