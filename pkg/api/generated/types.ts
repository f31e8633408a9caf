// Generated from schemas/ by cmd/schemagen. Do not edit; run `make generate`.
import type { Condition, ObjectMeta } from "../object.ts";

/** Summary of an application. */
export type ApplicationState =
  | "Pending"
  | "Acquiring"
  | "Installing"
  | "Running"
  | "Available"
  | "Updating"
  | "Degraded"
  | "Complete"
  | "Failed"
  | "Suspended"
  | "Expired"
  | "Deleting";
/** Summary of a claim. */
export type ClaimState = "Pending" | "Bound" | "Installing" | "Configured" | "Ready" | "Releasing" | "Failed";
/** A length of time: 500ms, 10s, 1m30s, 24h, 2d. */
export type Duration = string;
/** An amount as Kubernetes writes it: 500m, 2, 1.5, 256Mi, 10G. */
export type Quantity = string | number;
/** An amount, or a share of the whole such as 5%. */
export type QuantityOrPercent = string | number;
/** A count, or a percentage such as 50%. */
export type CountOrPercent = number | string;
/** A DNS label of at most 40 characters. */
export type NestedName = string;
/** A TCP or UDP port. */
export type PortNumber = number;
/** A port by number, or by the name of one of the process's ports. */
export type PortReference = number | string;
/**
 */
export type SignalName = "HUP" | "USR1" | "USR2" | "WINCH" | "CONT" | "INT" | "QUIT" | "TERM";
/** A version such as 6.1 or 2.0-rc1. */
export type VersionText = string;
/** What is done about a failed member. */
export type RecoveryAction = "Replace" | "Wait" | "Ignore" | "FailPhase" | "FailApplication" | "Restart";
/** Whether something goes as it should. */
export type EventType = "Normal" | "Warning";
/** Name of a branch or a tag. */
export type GitRefName = string;
/** Why a member failed. */
export type FailureReason = "HostLost" | "ResourceGone" | "InstallFailed" | "CrashLoop" | "ProcessFailed" | "Pressure";
/** Summary of a phase. */
export type PhaseState = "Waiting" | "Open" | "Released" | "Failed";
/** Summary of a process. */
export type ProcessState = "Pending" | "Starting" | "Running" | "Ready" | "Exited" | "Failed" | "Stopping" | "Lost";
/** Summary of a machine. */
export type ResourceState =
  "Pending" | "Bootstrapping" | "Free" | "Claimed" | "Degraded" | "Unreachable" | "Draining" | "Failed" | "Quarantined";
/** Format of an archive; file: a single file, put there as it is; deb, rpm: given to the machine's package manager. */
export type SoftwareFormat = "tar" | "tar.gz" | "tar.zst" | "zip" | "file" | "deb" | "rpm";

/** What an application consists of. */
export interface ApplicationSpec {
  /**
   * Groups of members on machines.
   *
   * @minItems 1
   */
  readonly components: readonly ComponentTemplate[];
  /** Steps, in the order given by `after`; phases without a path between them run at the same time. */
  readonly phases: readonly PhaseTemplate[];
  /** What is done about failures. */
  readonly recovery: Recovery;
  /** What is done when members leave their machines. */
  readonly cleanup: Cleanup;
  /** How a change reaches the members. */
  readonly updateStrategy: UpdateStrategy;
  /** True: stop, clean up, keep the object; false again is a new run. */
  readonly suspend: boolean;
  /** True: changes are kept and not rolled out. */
  readonly paused: boolean;
  /** Run this revision (plush rollout undo); changes of the spec are kept and not rolled out while it is set. */
  readonly pinnedRevision?: number;
  /** Part of what every process runs: another value restarts them, member by member (plush rollout restart). */
  readonly restartedAt?: string;
  /** ApplicationRevisions that are kept besides those in use. */
  readonly revisionHistoryLimit: number;
  /** Deletes the application so long after it became complete or failed; absent: never. */
  readonly ttlAfterFinished?: Duration;
  /** Where machines are short, those of higher priority get theirs first, and take them from members of lower priority. */
  readonly priority: number;
  /** When its time is up, and who is asked about it; absent: it has no end. */
  readonly expires?: Expires;
}
/** How long an application may live. Then it is stopped and cleaned up; the object stays. */
export interface Expires {
  /** Counted from its creation. People are warned an hour before, or in the last tenth of a shorter time. */
  readonly after: Duration;
  /** Who is asked whether it may go, such as a person or a group; shown with it. */
  readonly owner?: string;
}
/** How far one component is. */
export interface ComponentSummary {
  /** Name of the component. */
  readonly name: string;
  /** Members wanted. */
  readonly replicas?: number;
  /** Members bound to a machine. */
  readonly claimed?: number;
  /** Members with all software installed. */
  readonly configured?: number;
  /** Members whose long-running processes are ready. */
  readonly ready?: number;
  /** Members of the current revision. */
  readonly updated?: number;
  /** Spares that have all software installed. */
  readonly spares?: number;
}
/** How far one phase is. */
export interface PhaseSummary {
  /** Name of the phase. */
  readonly name: string;
  /** Its state. */
  readonly state: "Waiting" | "Open" | "Released" | "Failed";
}
/** What is observed of an application. */
export interface ApplicationStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: ApplicationState;
  /** Members that are ready, of those wanted, such as 9/10. */
  readonly readyMembers?: string;
  /** Names of the phases that are open. */
  readonly phase?: string;
  /** How far each component is. */
  readonly components?: readonly ComponentSummary[];
  /** How far each phase is. */
  readonly phases?: readonly PhaseSummary[];
  /** Name of the ApplicationRevision that is rolled out. */
  readonly currentRevision?: string;
  /** How far the rollout is. */
  readonly rollout?: RolloutStatus;
  /** Members replaced so far. */
  readonly replacements?: number;
  /** When the run began. */
  readonly startedAt?: string;
  /** When its time is up. */
  readonly expiresAt?: string;
  /** Since when its time is up. It stays so, whatever spec.expires says then, until it is restarted (plush rollout restart), or suspended and resumed. */
  readonly expiredAt?: string;
  /** When it became complete or failed. */
  readonly finishedAt?: string;
  /** The member with which it failed, where recovery says that it does; another revision of its component clears it. */
  readonly failure?: ApplicationFailure;
  readonly conditions?: readonly Condition[];
}
/** A member with which the whole application failed. */
export interface ApplicationFailure {
  /** Why the member failed, in one word. */
  readonly reason: string;
  /** Why, for people, with the last output. */
  readonly message: string;
  /** Component whose member failed. */
  readonly component: string;
  /** Which member. */
  readonly ordinal: number;
  /** Hook that decided so; absent: the application's recovery. */
  readonly hook?: string;
  /** What the component's members ran. */
  readonly revision?: string;
  /** When. */
  readonly at: string;
}
/** How the newest revision reaches the members. */
export interface RolloutStatus {
  /** What the spec asks for, as a hash. */
  readonly hash?: string;
  /** Members that have come so far, counted by their steps. */
  readonly progress?: number;
  /** When a member last got further. */
  readonly progressAt?: string;
  /** Name of the last ApplicationRevision that all members reached. */
  readonly goodRevision?: string;
  /** What made no progress, and was reverted. */
  readonly failedHash?: string;
  /** How it failed. */
  readonly failedMessage?: string;
}
/** Components, phases, recovery and cleanup: a distributed application. */
export interface Application {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Application */
  readonly kind: "Application";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: ApplicationSpec;
  /** What is observed. */
  readonly status?: ApplicationStatus;
}
/** What an application was. */
export interface ApplicationRevisionSpec {
  /** Whose revision it is. */
  readonly applicationName: string;
  /** Its number; the newest is the highest. */
  readonly revision: number;
  /** Of all that makes members change. */
  readonly hash: string;
  /** Its components. */
  readonly components: readonly ComponentTemplate[];
  /** Its phases. */
  readonly phases: readonly PhaseTemplate[];
  /** spec.restartedAt of the application. */
  readonly restartedAt?: string;
  /** Its packages, resolved. */
  readonly software: readonly RevisedPackage[];
}
/** A package as it was. */
export interface RevisedPackage {
  /** Name of the Software. */
  readonly name: string;
  /** Where it came from, and how it is installed. */
  readonly spec: SoftwareSpec;
  /** Of its archive; absent where nothing is fetched. */
  readonly digest?: string;
  /** Format of the archive. */
  readonly format?: SoftwareFormat;
  /** Name of the file, where it is one. */
  readonly fileName?: string;
  /** Its variants, in the order of the spec's. */
  readonly variants?: readonly ResolvedVariant[];
}
/** What an application was at one time: its components, phases and packages with their digests. Never changed. */
export interface ApplicationRevision {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** ApplicationRevision */
  readonly kind: "ApplicationRevision";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What it was. */
  readonly spec: ApplicationRevisionSpec;
}
/** Who is expected, and when they may go on. Exactly one of expected and component. */
export interface BarrierSpec {
  /** How many processes are expected in each round. */
  readonly expected?: number;
  /** Application whose processes may enter; any of the namespace where absent. */
  readonly applicationName?: string;
  /** A component of that application: its members are expected, one process of each. */
  readonly component?: NestedName;
  /** When a round releases, and how fast processes pass. */
  readonly release: ReleaseRule;
  /** How many rounds there are; absent: any number. */
  readonly rounds?: number;
}
/** A process in a round. */
export interface BarrierEntry {
  /** Name of the Process. */
  readonly process: string;
  /** The Process that entered. */
  readonly processUid: string;
  /** Its component in the application, where it has one. */
  readonly component?: string;
  /** Its ordinal, where it has one. */
  readonly ordinal?: number;
  /** Epoch of the claim under which it runs. */
  readonly epoch: number;
  /** Its place in the order of entries. */
  readonly rank?: number;
  /** When. */
  readonly at?: string;
  /** True: it gave its place back, or has ended. */
  readonly left?: boolean;
}
/** What a process is told that still waits. */
export interface BarrierAnswered {
  /** The Process. */
  readonly processUid: string;
  /** Which round. */
  readonly round: number;
  /** What becomes of it. */
  readonly outcome: "Pass" | "Reject" | "Refuse";
  /** Its place in the order of entries; 0 where it did not enter. */
  readonly rank: number;
  /** How many had entered. */
  readonly entered: number;
  /** True: it came after the release. */
  readonly late: boolean;
  /** Why. */
  readonly reason: string;
  /** When the entry was made that is answered: no other entry of the process is. */
  readonly entryAt?: string;
}
/** How a round was released; written before anyone is told, and never taken back. */
export interface RoundRelease {
  /** Which round. */
  readonly round: number;
  /** What released it: all, count, percent, knee, timeout. */
  readonly rule: string;
  /** When. */
  readonly at: string;
  /** How many had entered. */
  readonly entered: number;
  /** Members that were expected and had not, at most 10. */
  readonly missing: readonly string[];
}
/** What is observed of a barrier. */
export interface BarrierStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: "Waiting" | "Open" | "Released" | "Failed";
  /** The latest round; 0 before the first entry. */
  readonly round?: number;
  /** Processes that entered, of those expected, such as 9/10. */
  readonly progress?: string;
  /** When the round opened: with its first entry. */
  readonly openedAt?: string;
  /** How many are expected in this round. */
  readonly expected?: number;
  /** Who entered this round, in that order. */
  readonly entered?: readonly BarrierEntry[];
  /** Who has passed this round, in that order; only where the release is throttled. */
  readonly passed?: readonly BarrierEntry[];
  /** What processes are told that still wait. */
  readonly answers?: readonly BarrierAnswered[];
  /** How the last round was released. */
  readonly release?: RoundRelease;
  readonly conditions?: readonly Condition[];
}
/** A (partial) barrier that processes enter from inside and are released from, round after round. */
export interface Barrier {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Barrier */
  readonly kind: "Barrier";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: BarrierSpec;
  /** What is observed. */
  readonly status?: BarrierStatus;
}
/** Which member, and where it is bound. */
export interface ClaimSpec {
  /** Name of the Component object; absent for the claim of a bare Process. */
  readonly componentName?: string;
  /** Name of the component in its application. */
  readonly component: string;
  /** Which member. */
  readonly ordinal?: number;
  /** The only machine that will do: for a process that names its machine, and for a member on every machine. */
  readonly targetResourceName?: string;
  /** What is set aside for it. */
  readonly requests?: Requests;
  /** Ports set aside for it. */
  readonly ports: readonly PortNumber[];
  /** Machine it is bound to; written by a binding. */
  readonly resourceName?: string;
  /** UID of that machine; written by a binding. */
  readonly resourceUid?: string;
  /** 0: never bound; one more with each binding. */
  readonly epoch: number;
  /** Revision that the member may run. */
  readonly revision?: string;
}
/** How far one package is on the machine. */
export interface InstalledSoftware {
  /** Name of the Software. */
  readonly name: string;
  /** Digest of the package. */
  readonly digest?: string;
  /** How far it is. */
  readonly state: "Pending" | "Fetching" | "Unpacking" | "Installing" | "Installed" | "Failed";
  /** Bytes that are there. */
  readonly bytes?: number;
  /** Bytes in all. */
  readonly total?: number;
  /** How often it was tried. */
  readonly attempts?: number;
  /** Why it failed, in one word. */
  readonly reason?: string;
  /** Why it failed, with the last output. */
  readonly message?: string;
}
/** What a monitor of the component says of this member. */
export interface MonitorStatus {
  /** Name of the monitor. */
  readonly name: string;
  /** What it says; Unknown before it has said enough. */
  readonly state: "Unknown" | "Passing" | "Failing";
  /** Since when. */
  readonly since?: string;
  /** Why it failed, with the end of its output. */
  readonly message?: string;
}
/** What the agent removed. */
export interface ClaimReceipt {
  /** Epoch that was removed. */
  readonly epoch: number;
  /** When. */
  readonly at: string;
  /** Processes that were stopped. */
  readonly stopped?: readonly string[];
  /** What was removed. */
  readonly removed?: readonly string[];
  /** What was kept. */
  readonly kept?: readonly string[];
  /** What went wrong. */
  readonly failures?: readonly string[];
}
/** A move from one machine to another. */
export interface Replacement {
  /** When it was decided. */
  readonly at: string;
  /** Machine that was left. */
  readonly from: string;
  /** Machine that took over. */
  readonly to?: string;
  /** Epoch that ended. */
  readonly epoch?: number;
  /** Why. */
  readonly reason: string;
}
/** Why a member failed. */
export interface ClaimFailure {
  /** In one word. */
  readonly reason: string;
  /** For people, with the last output. */
  readonly message: string;
  /** Machine on which it failed. */
  readonly resourceName?: string;
  /** Process that failed. */
  readonly processName?: string;
  /** Revision that failed. */
  readonly revision?: string;
  /** Epoch that failed. */
  readonly epoch?: number;
  /** When. */
  readonly at?: string;
  /** What is done about it; absent: not decided yet. */
  readonly action?: RecoveryAction;
  /** Hook that decided so; absent: the application's recovery. */
  readonly hook?: string;
}
/** What is observed of a claim. */
export interface ClaimStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: ClaimState;
  readonly conditions?: readonly Condition[];
  /** How far each package is. */
  readonly software?: readonly InstalledSoftware[];
  /** Where its processes start, on its machine. */
  readonly workingDirectory?: string;
  /** What the component's monitors say of this member. */
  readonly monitors?: readonly MonitorStatus[];
  /** Machine that was observed. */
  readonly resourceName?: string;
  /** Epoch that was observed. */
  readonly epoch?: number;
  /** Revision that was observed. */
  readonly revision?: string;
  /** Hash of what its component asked of a machine when this one was last found to meet it: pools, selector, bounds of attributes. */
  readonly askedFor?: string;
  /** When the member last became ready. */
  readonly readySince?: string;
  /** What was removed when it was last released. */
  readonly receipt?: ClaimReceipt;
  /** The last 10 replacements, oldest first. */
  readonly replacements?: readonly Replacement[];
  /** Why it failed, where it did. */
  readonly failure?: ClaimFailure;
  /** Processes that are restarted without end on this machine, as a Hook said. */
  readonly restarted?: readonly string[];
}
/** One ordinal of a component, bound to one machine at a time. */
export interface Claim {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Claim */
  readonly kind: "Claim";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: ClaimSpec;
  /** What is observed. */
  readonly status?: ClaimStatus;
}
/** What may be done: everywhere, or in the namespaces whose RoleBindings give it. */
export interface ClusterRole {
  /** rbac.authorization.k8s.io/v1 */
  readonly apiVersion: "rbac.authorization.k8s.io/v1";
  /** ClusterRole */
  readonly kind: "ClusterRole";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Collects the rules of other ClusterRoles; rules is then the server's to write. */
  readonly aggregationRule?: AggregationRule;
  /** What is allowed. */
  readonly rules: readonly PolicyRule[];
}
/** Gives a ClusterRole to somebody everywhere. */
export interface ClusterRoleBinding {
  /** rbac.authorization.k8s.io/v1 */
  readonly apiVersion: "rbac.authorization.k8s.io/v1";
  /** ClusterRoleBinding */
  readonly kind: "ClusterRoleBinding";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Who gets the role. */
  readonly subjects: readonly RbacSubject[];
  /** The role; cannot be changed. */
  readonly roleRef: RoleRef;
}
/** Selects by labels; all parts must match. */
export interface LabelSelector {
  /** Labels that must have exactly these values. */
  readonly matchLabels?: {
    readonly [k: string]: string;
  };
  /** Requirements on labels. */
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}
/** One requirement on a label. */
export interface LabelSelectorRequirement {
  /** The label. */
  readonly key: string;
  /** How values are compared. */
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** Values for In and NotIn. */
  readonly values?: readonly string[];
}
/** One key of a Secret or ConfigMap of the same namespace. */
export interface KeyReference {
  /** Name of the object. */
  readonly name: string;
  /** Key in its data. */
  readonly key: string;
  /** True: where object or key are missing, the variable is left out. */
  readonly optional: boolean;
}
/** Another object of the same namespace, by name. */
export interface NameReference {
  /** Name of the object. */
  readonly name: string;
}
/** One environment variable. */
export interface EnvVar {
  /** Name of the variable. */
  readonly name: string;
  /** Its value; $(NAME) expands to a variable defined before. */
  readonly value?: string;
  /** Where the value comes from, in place of `value`. */
  readonly valueFrom?: EnvVarSource;
}
/** Source of a variable's value; exactly one. */
export interface EnvVarSource {
  /** A key of a Secret. */
  readonly secretKeyRef?: KeyReference;
  /** A key of a ConfigMap. */
  readonly configMapKeyRef?: KeyReference;
}
/** All keys of an object as variables; exactly one source. */
export interface EnvFromSource {
  /** Put before each key. */
  readonly prefix?: string;
  /** A Secret. */
  readonly secretRef?: NameReference;
  /** A ConfigMap. */
  readonly configMapRef?: NameReference;
}
/** A port that a process listens on. */
export interface ProcessPort {
  /** Name of the port; PLUSH_PORT_NAME holds its number. */
  readonly name: NestedName;
  /** Its number; 0: chosen on the machine when the process starts. */
  readonly port: number;
}
/** A header of a request. */
export interface HttpHeader {
  /** Name of the header. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}
/** An HTTP GET; statuses 200 to 399 are success. */
export interface HttpGetAction {
  /** Path of the request. */
  readonly path: string;
  /** Port to ask, by number or name. */
  readonly port: PortReference;
  /** HTTPS takes any certificate. */
  readonly scheme: "HTTP" | "HTTPS";
  /** Headers to send. */
  readonly headers: readonly HttpHeader[];
}
/** Where a process serves its metrics, in Prometheus' text format. */
export interface MetricsEndpoint {
  /** Port to ask, by number or name. */
  readonly port: PortReference;
  /** Path of the request. */
  readonly path: string;
}
/** A TCP connection; being accepted is success. */
export interface TcpSocketAction {
  /** Port to connect to, by number or name. */
  readonly port: PortReference;
}
/** A command in the working directory; exit status 0 is success. */
export interface ExecAction {
  /**
   * Program and arguments; no shell is involved.
   *
   * @minItems 1
   */
  readonly command: readonly string[];
}
/** A repeated question to a process; exactly one of httpGet, tcpSocket, exec. */
export interface Probe {
  /** Ask by HTTP. */
  readonly httpGet?: HttpGetAction;
  /** Ask by connecting. */
  readonly tcpSocket?: TcpSocketAction;
  /** Ask by running a command. */
  readonly exec?: ExecAction;
  /** Time between two questions; until the first success 100ms. */
  readonly period: Duration;
  /** An answer that takes longer is a failure. */
  readonly timeout: Duration;
  /** Successes in a row that count as success. */
  readonly successThreshold: number;
  /** Failures in a row that count as failure. */
  readonly failureThreshold: number;
}
/** A command that says whether a member can work where it is; run again and again on its machine, as the user of its processes, in its working directory and environment. */
export interface Monitor {
  /** Name of the check. */
  readonly name: NestedName;
  /** Exit status 0: all is well. The end of its output is told where it is not. */
  readonly exec: ExecAction;
  /** Time between two checks. */
  readonly period: Duration;
  /** A check that takes longer is killed, with all that it started, and has failed. */
  readonly timeout: Duration;
  /** Successes in a row after which a failing check passes again. */
  readonly successThreshold: number;
  /** Failures in a row that count as failure. */
  readonly failureThreshold: number;
}
/** What is done before a process is stopped. */
export interface StopHook {
  /** A command to run to its end. */
  readonly exec: ExecAction;
}
/** How a process is stopped. It counts as not ready from the first step on. */
export interface StopPolicy {
  /** Run first, within `timeout`. */
  readonly before?: StopHook;
  /** Pause before the signal, in which peers learn of it. */
  readonly delay: Duration;
  /** Signal that asks the process to end. */
  readonly signal: "TERM" | "INT" | "QUIT" | "HUP" | "USR1" | "USR2" | "KILL";
  /** After so long the process group is killed. */
  readonly timeout: Duration;
}
/** A file that is written before a process starts; exactly one source. */
export interface ProcessFile {
  /** Where it is written: a path inside the claim's working directory. Directories on the way are made. */
  readonly path: string;
  /** Permissions, octal; the file belongs to the process's user, in a directory that others cannot enter. */
  readonly mode: string;
  /** The text itself. */
  readonly content?: string;
  /** A key of a ConfigMap. Optional and missing: no file is written. */
  readonly configMapKeyRef?: KeyReference;
  /** A key of a Secret. Optional and missing: no file is written. */
  readonly secretKeyRef?: KeyReference;
  /** True: {{ .name }}, {{ range .list }} and {{ if .name }} are filled in. Names are .ordinal, .address, .env.NAME, .members and .components.NAME, whose members have .ordinal, .address, .ports.NAME, .resource, .site, .epoch and .ready. */
  readonly template: boolean;
  /** What follows where the text changes while the process runs, 500 ms after the last change. Restart: the process is restarted; in an application a change of the source is rolled out as an update. Signal: the file is replaced and the process gets `signal`. None: the file is replaced. */
  readonly onChange: "Restart" | "Signal" | "None";
  /** With onChange Signal: what the process gets. */
  readonly signal: SignalName;
}
/** What a process is told when peers change; exactly one. */
export interface PeersReaction {
  /** The process gets this signal when peers come, go, move or become ready or not ready. */
  readonly signal?: SignalName;
  /** True: the process is restarted when peers come, go or move. */
  readonly restart?: boolean;
}
/** Limits of a process; without control groups on the machine, what cannot be held is told by condition LimitsPartial. */
export interface ProcessLimits {
  /** Cores. */
  readonly cpu?: Quantity;
  /** Bytes of memory. */
  readonly memory?: Quantity;
  /** Open files. */
  readonly files?: number;
  /** Bytes of a core file. */
  readonly coreSize?: Quantity;
}
/** How much of a process's output is kept on its machine. */
export interface LogPolicy {
  /** Size at which a new file is begun. */
  readonly maxSize: Quantity;
  /** Older files that are kept. */
  readonly keep: number;
}
/** What of a process is fetched once it has ended, besides the end of its log. */
export interface Outputs {
  /** Its standard output is kept apart, from the beginning, and is its answer in `plush results`. The log has it too. */
  readonly stdout: boolean;
  /** Its standard error is kept apart, from the beginning, and belongs to its answer in `plush results`. The log has it too. */
  readonly stderr: boolean;
  /** Files to fetch: paths below the directory where the process starts, with ?, * and **. Links are not followed. */
  readonly files: readonly string[];
  /** So much of streams and files together is kept of each process; what is more is cut. */
  readonly maxSize: Quantity;
}
/** What is run, and how. */
export interface RunTemplate {
  /**
   * Program and first arguments, started in the working directory; no shell is involved. $(NAME) expands to a variable of the environment, never to one from a Secret.
   *
   * @minItems 1
   */
  readonly command: readonly string[];
  /** More arguments, expanded like `command`. */
  readonly args: readonly string[];
  /** Environment variables besides PLUSH_*, in order. */
  readonly env: readonly EnvVar[];
  /** Objects whose keys become variables; `env` wins over them. */
  readonly envFrom: readonly EnvFromSource[];
  /** Where the process starts: a path inside the claim's working directory. */
  readonly workingDir: string;
  /** User to run as; the SSH user by default. Another one must stand in the pool's access.runAs. */
  readonly user?: string;
  /** When the process is started again. Never: at most once per claim, epoch and revision. */
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  /** Ports the process listens on. */
  readonly ports: readonly ProcessPort[];
  /** Until it succeeds the other probes wait; its failure ends the process. */
  readonly startupProbe?: Probe;
  /** The process is Ready while it succeeds; without it, as soon as it runs. */
  readonly readinessProbe?: Probe;
  /** Its failure ends the process. */
  readonly livenessProbe?: Probe;
  /** How the process is stopped. */
  readonly stop: StopPolicy;
  /** What it may use. */
  readonly limits: ProcessLimits;
  /** How much of its output is kept. */
  readonly log: LogPolicy;
  /** Where it serves metrics: the server gives them with all others at /metrics/applications, and names them at /sd. */
  readonly metrics?: MetricsEndpoint;
  /** What is fetched at its end for `plush results`. The last 1Mi of its log, in which standard output and error are one, always is. */
  readonly outputs?: Outputs;
  /** Files that are written before the process starts, and kept up to date while it runs. */
  readonly files: readonly ProcessFile[];
  /** What happens after peers have changed, once they have been quiet for 500 ms; by default nothing. */
  readonly onPeersChange?: PeersReaction;
  /** After so long a good run the next restart is immediate again; in between they are 1s, 2s, 4s … up to 5m apart. */
  readonly resetAfter: Duration;
}
/** A process of a phase: one on each member of a component. */
export interface ProcessTemplate {
  /**
   * Program and first arguments, started in the working directory; no shell is involved. $(NAME) expands to a variable of the environment, never to one from a Secret.
   *
   * @minItems 1
   */
  readonly command: readonly string[];
  /** More arguments, expanded like `command`. */
  readonly args: readonly string[];
  /** Environment variables besides PLUSH_*, in order. */
  readonly env: readonly EnvVar[];
  /** Objects whose keys become variables; `env` wins over them. */
  readonly envFrom: readonly EnvFromSource[];
  /** Where the process starts: a path inside the claim's working directory. */
  readonly workingDir: string;
  /** User to run as; the SSH user by default. Another one must stand in the pool's access.runAs. */
  readonly user?: string;
  /** When the process is started again. Never: at most once per claim, epoch and revision. */
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  /** Ports the process listens on. */
  readonly ports: readonly ProcessPort[];
  /** Until it succeeds the other probes wait; its failure ends the process. */
  readonly startupProbe?: Probe;
  /** The process is Ready while it succeeds; without it, as soon as it runs. */
  readonly readinessProbe?: Probe;
  /** Its failure ends the process. */
  readonly livenessProbe?: Probe;
  /** How the process is stopped. */
  readonly stop: StopPolicy;
  /** What it may use. */
  readonly limits: ProcessLimits;
  /** How much of its output is kept. */
  readonly log: LogPolicy;
  /** Where it serves metrics: the server gives them with all others at /metrics/applications, and names them at /sd. */
  readonly metrics?: MetricsEndpoint;
  /** What is fetched at its end for `plush results`. The last 1Mi of its log, in which standard output and error are one, always is. */
  readonly outputs?: Outputs;
  /** Files that are written before the process starts, and kept up to date while it runs. */
  readonly files: readonly ProcessFile[];
  /** What happens after peers have changed, once they have been quiet for 500 ms; by default nothing. */
  readonly onPeersChange?: PeersReaction;
  /** After so long a good run the next restart is immediate again; in between they are 1s, 2s, 4s … up to 5m apart. */
  readonly resetAfter: Duration;
  /** Name of the process in its phase. */
  readonly name: NestedName;
  /** Component whose members run it; may be left out where there is only one. */
  readonly component?: NestedName;
  /** Limits the process to these ordinals, such as 0-2,5. */
  readonly ordinals?: string;
  /** Whether a replacement, running through phases that were released before it came, runs this process. */
  readonly catchUp: "Run" | "Skip";
}
/** When a barrier lets its members go; empty: when all expected have entered. */
export interface ReleaseRule {
  /** Release when so many have entered. */
  readonly count?: number;
  /** Release when so many percent of the expected have entered, rounded up. */
  readonly percent?: number;
  /** Release so long after the opening, if at least `minimum` have entered; else the phase fails. With a knee 10m, where nothing is said. */
  readonly timeout?: Duration;
  /** Least number for a release by timeout or knee; by default what count or percent say, else all expected. */
  readonly minimum?: CountOrPercent;
  /** Release once those that are missing are stragglers; `minimum` is required then. */
  readonly knee?: KneeRule;
  /** How fast members pass once released, late ones too; absent: all at once. */
  readonly throttle?: ThrottleRule;
  /** What becomes of members that come after the release: they go on, join the next round (Barrier objects), or fail (LateForBarrier). */
  readonly late: "Pass" | "Wait" | "Reject";
}
/** The barrier at the end of a phase. */
export interface BarrierTemplate {
  /** When it releases. */
  readonly release: ReleaseRule;
}
/** A step of an application: processes or work, then a barrier. */
export interface PhaseTemplate {
  /** Name of the phase in the application. */
  readonly name: NestedName;
  /** Phases that must be released first. */
  readonly after: readonly NestedName[];
  /** What the members run; a phase has either processes or work. */
  readonly processes: readonly ProcessTemplate[];
  /** Items that the members of a component work off, in place of processes. The phase is released when all are done. */
  readonly work?: WorkTemplate;
  /** What must be reached before phases after this one begin. */
  readonly barrier: BarrierTemplate;
  /** The phase fails if it is not released so long after its opening. */
  readonly timeout?: Duration;
  /** What the failure of the phase means: the application fails, the phase is run again by all its members, or the phases after it begin all the same. */
  readonly onFailure: "Fail" | "Retry" | "Continue";
  /** How often onFailure: Retry runs the phase again before it fails. */
  readonly retries: number;
  /** What is cleared away on each member after the release; absent: nothing. */
  readonly cleanup?: PhaseCleanup;
}
/** What a phase leaves and nobody needs. After its release, on each member that is through with it, what its ended processes left running is stopped, and files are removed. Done once a member; software and the directory itself stay. */
export interface PhaseCleanup {
  /** Files of the working directory to remove. Patterns: * ? **. Links are removed themselves, and never followed. */
  readonly remove: readonly string[];
}
/** What is set aside on a machine. */
export interface Requests {
  /** Cores. */
  readonly cpu?: Quantity;
  /** Bytes of memory. */
  readonly memory?: Quantity;
}
/** A range of versions; either end may be open. Versions are compared number by number: 6.1.12 is above 6.1.9 and above 6.1, and 2.0-rc1 is below 2.0. */
export interface VersionRange {
  /** Oldest. */
  readonly min?: VersionText;
  /** Newest. */
  readonly max?: VersionText;
}
/** What costs nothing. */
export interface AttributeIdeal {
  /** Each unit below costs the penalty. */
  readonly min?: Quantity;
  /** Each unit above costs the penalty. */
  readonly max?: Quantity;
  /** Another value costs the penalty once. */
  readonly in?: readonly (string | number)[];
  /** A version outside costs the penalty once. */
  readonly version?: VersionRange;
}
/** What is wanted of one attribute of a machine. A machine without the attribute will not do. */
export interface AttributeRequirement {
  /** Attribute, such as cpu.cores, memory.free, load.1m, os, arch. */
  readonly name: string;
  /** A machine with less will not do. */
  readonly min?: Quantity;
  /** A machine with more will not do. */
  readonly max?: Quantity;
  /** A machine with another value will not do. */
  readonly in?: readonly (string | number)[];
  /** A machine with a version outside will not do. */
  readonly version?: VersionRange;
  /** What costs no penalty. */
  readonly ideal?: AttributeIdeal;
  /** Penalty per unit outside the ideal range, and for each other departure from the ideal; machines of least total penalty are taken. */
  readonly penalty: number;
  /** Penalties of single values, instead of what the ideal would make them cost. */
  readonly penalties?: {
    readonly [k: string]: number;
  };
}
/** How members are spread over the values of a label or attribute. */
export interface SpreadRule {
  /** Label or attribute of machines. */
  readonly by: string;
  /** Largest difference of members between two values. */
  readonly maxSkew: number;
  /** Most members that may share a value. */
  readonly max?: number;
}
/** A range of round-trip times; either end may be open. */
export interface LatencyRange {
  /** Shortest. */
  readonly min?: Duration;
  /** Longest. */
  readonly max?: Duration;
}
/** How far members may be from each other, from members of another component, or from a machine: exactly one of within, to, resource. Round-trip times are estimated from the coordinates that agents measure; a machine whose coordinates are not known will not do. */
export interface LatencyRequirement {
  /** True: from each member to each other one. */
  readonly within?: true;
  /** To the members of this component of the application, or group of the query. */
  readonly to?: string;
  /** To this machine. */
  readonly resource?: string;
  /** With `to`: All: each member to each of theirs. Closest: the two that are closest to each other are enough. */
  readonly pairs: "All" | "Closest";
  /** What is nearer will not do. */
  readonly min?: Duration;
  /** What is farther will not do. */
  readonly max?: Duration;
  /** Range without penalty. */
  readonly ideal?: LatencyRange;
  /** Penalty per millisecond outside the ideal range; a member pays the mean over those it is measured to. */
  readonly penalty: number;
}
/** Where members stand by where others do: exactly one of within, to. */
export interface AffinityRule {
  /** True: of the members to each other. */
  readonly within?: true;
  /** To the members of this component of the application, or group of the query. */
  readonly to?: string;
  /** Label or attribute of machines whose values are compared; absent: the machine itself. */
  readonly by?: string;
  /** What a member pays that stands where it should not; absent: it must not stand there. */
  readonly penalty?: number;
}
/** Which machines will do, and what is set aside on them. */
export interface ResourceRequirements {
  /** Pool to take machines from; without pool and pools, the pool annotated plush.dev/is-default-pool. */
  readonly pool?: string;
  /**
   * Pools to take machines from, instead of `pool`.
   *
   * @minItems 1
   */
  readonly pools?: readonly string[];
  /** Labels that machines must have. */
  readonly selector?: LabelSelector;
  /** What is wanted of their attributes. */
  readonly attributes: readonly AttributeRequirement[];
  /** How members are spread. */
  readonly spread: readonly SpreadRule[];
  /** Taints of machines that members put up with. */
  readonly tolerations: readonly Toleration[];
  /** Set aside for each member; absent: nothing. */
  readonly requests?: Requests;
  /** Members of the component that one machine may hold. */
  readonly perMachine: number;
  /** True: a machine is shared with no other claim. */
  readonly dedicated: boolean;
  /** How far members may be from each other and from others. */
  readonly latency: readonly LatencyRequirement[];
  /** Members stand where others do: each where at least one of `to` is, or, within, all in one place. */
  readonly affinity: readonly AffinityRule[];
  /** Members stand where none of `to` does, or, within, each in a place of its own. */
  readonly antiAffinity: readonly AffinityRule[];
}
/** No two holders of an ordinal ever run at once: a machine runs its processes only while it holds a lease. */
export interface Fencing {
  /** From 3s to 5m. A machine that is cut off is told to stop its processes after two thirds of it and has killed them at its end; only then do they begin elsewhere. */
  readonly leaseDuration: Duration;
}
/** Members on machines that meet requirements, each with its software. */
export interface ComponentTemplate {
  /** Name of the component in its application. */
  readonly name: NestedName;
  /** Number of members. */
  readonly replicas: number;
  /** True: one member on each machine that fits, now and later; `replicas` is not looked at. */
  readonly everyResource: boolean;
  /** Members that are enough for phases to open and for the application to be available; all by default. */
  readonly minReady?: CountOrPercent;
  /** Machines beside those of the members that have the software ready: a member whose machine fails goes on there, and nothing is installed again. They are bound once every member has a machine. */
  readonly spares: number;
  /** Idle machines that keep its packages, in their caches and unpacked, so that a replacement has nothing to fetch and to unpack: a count, or a share of the replicas, rounded up. 0: none. */
  readonly prefetch: CountOrPercent;
  /** Which machines will do. */
  readonly resources: ResourceRequirements;
  /** Names of Software objects, installed on each member in this order. */
  readonly software: readonly string[];
  /** Only where two holders of an ordinal must never run at once: it makes replacements wait, and work stop while the server is away. */
  readonly fencing?: Fencing;
  /** Checks of what its members need of their machines, beside disk and memory; condition Pressure of their claims. */
  readonly monitors: readonly Monitor[];
}
/** When a process fails. */
export interface ProcessRecovery {
  /** What is done when restarts are used up. Restart: they never are. A process with restartPolicy Never that fails fails its phase. */
  readonly action: "Replace" | "FailPhase" | "FailApplication" | "Ignore" | "Restart";
  /** Restarts allowed. */
  readonly maxRestarts: number;
  /** Time in which they are counted. */
  readonly within: Duration;
}
/** When software cannot be installed. */
export interface SoftwareRecovery {
  /** What is done when retries are used up. Retry: they never are. */
  readonly action: "Retry" | "Replace" | "Fail";
  /** Attempts after the first. */
  readonly retries: number;
}
/** When a machine is lost. */
export interface HostRecovery {
  /** What is done. */
  readonly action: "Replace" | "Wait" | "Ignore";
  /** How long a machine may be away before it counts as lost. */
  readonly after: Duration;
}
/** When a machine is short of disk or memory, or a monitor of the component fails. */
export interface PressureRecovery {
  /** What is done. Ignore: it is told, and nothing else. */
  readonly action: "Ignore" | "Replace";
  /** How long the pressure may last. */
  readonly after: Duration;
}
/** What is done about failures. */
export interface Recovery {
  /** When a process fails. */
  readonly process: ProcessRecovery;
  /** When software cannot be installed. */
  readonly software: SoftwareRecovery;
  /** When a machine is short of disk or memory, or a monitor fails. */
  readonly pressure: PressureRecovery;
  /** When a machine is lost. */
  readonly host: HostRecovery;
  /** Replacements per ordinal and hour. */
  readonly maxReplacements: number;
  /** Members of a component that may be replaced at once; at least 1. */
  readonly maxConcurrent: CountOrPercent;
  /** Hooks that are asked first, in this order; the first that answers with an action decides. */
  readonly hooks: readonly string[];
}
/** What is done when members leave their machines. */
export interface Cleanup {
  /**
   * Run in the working directory after the processes have ended, before software is uninstalled.
   *
   * @minItems 1
   */
  readonly command?: readonly string[];
  /** How long the command may take. */
  readonly timeout: Duration;
  /** Files of a member's working directory that are fetched when its application has ended, before the member is cleaned; at most 64Mi of each member. Patterns: * ? **. They are shown by plush results. */
  readonly keep?: readonly string[];
  /** How long after its end an application keeps its machines; by default 0s, after a failure 1h. */
  readonly releaseAfter?: Duration;
  /** A machine that is away longer does not hold a deletion: it is cleaned when it returns. */
  readonly awayAfter: Duration;
}
/** How a change reaches the members. */
export interface UpdateStrategy {
  /** Members of a component that may be not ready because of the update; at least 1. */
  readonly maxUnavailable: CountOrPercent;
  /** How long a member must be ready before the next is updated. */
  readonly minReadyTime: Duration;
  /** True: an update that makes no progress goes back to the last revision that was good; the spec stays as it is. */
  readonly autoRevert: boolean;
  /** An update in which no member gets further for so long has failed. */
  readonly progressDeadline: Duration;
}
/** A member of a component. */
export interface Member {
  /** Name of the component. */
  readonly component: string;
  /** Its ordinal. */
  readonly ordinal: number;
}
/** A member that entered a barrier. */
export interface EnteredMember {
  /** Name of the component. */
  readonly component: string;
  /** Its ordinal. */
  readonly ordinal: number;
  /** Epoch of the claim that entered. */
  readonly epoch: number;
  /** The claim that entered. */
  readonly claimUid?: string;
  /** When. */
  readonly at?: string;
}
/** A member that gave up. */
export interface FailedMember {
  /** Name of the component. */
  readonly component: string;
  /** Its ordinal. */
  readonly ordinal: number;
  /** Epoch of the claim that failed. */
  readonly epoch?: number;
  /** Why, in one word. */
  readonly reason?: string;
  /** Why, for people. */
  readonly message?: string;
}
/** A Secret, from a cluster-scoped object. */
export interface SecretReference {
  /** Namespace of the Secret. */
  readonly namespace: string;
  /** Name of the Secret. */
  readonly name: string;
}
/** With what to log in. */
export interface SshIdentity {
  /** A Secret of type kubernetes.io/ssh-auth (ssh-privatekey, passphrase). */
  readonly secretRef: SecretReference;
}
/** A host on the way. */
export interface JumpHost {
  /** Its address. */
  readonly host: string;
  /** User to log in as; that of the machine by default. */
  readonly user?: string;
  /** Its SSH port. */
  readonly port: PortNumber;
}
/** How machines are reached. */
export interface SshSettings {
  /** User to log in as. */
  readonly user: string;
  /** SSH port. */
  readonly port: PortNumber;
  /** True: the agent is started as root by sudo without a password. */
  readonly sudo: boolean;
  /** The private key. */
  readonly identity?: SshIdentity;
  /** AcceptNew: a host key is pinned at first contact. Strict: it must be in knownHosts. */
  readonly hostKeys: "AcceptNew" | "Strict";
  /** Host keys, as in OpenSSH's known_hosts. */
  readonly knownHosts?: string;
  /** Hosts to go through, in order. */
  readonly jump: readonly JumpHost[];
  /** How long connecting may take. */
  readonly connectTimeout: Duration;
  /** Machines of the pool that are brought up at once. */
  readonly maxStarting: number;
}
/** How one machine is reached where that differs from its pool. */
export interface SshOverrides {
  /** User to log in as. */
  readonly user?: string;
  /** SSH port. */
  readonly port?: PortNumber;
  /** True: the agent is started as root by sudo without a password. */
  readonly sudo?: boolean;
  /** The private key. */
  readonly identity?: SshIdentity;
  /** AcceptNew: a host key is pinned at first contact. Strict: it must be in knownHosts. */
  readonly hostKeys?: "AcceptNew" | "Strict";
  /** Host keys, as in OpenSSH's known_hosts. */
  readonly knownHosts?: string;
  /** Hosts to go through, in order. */
  readonly jump?: readonly JumpHost[];
  /** How long connecting may take. */
  readonly connectTimeout?: Duration;
}
/** Where a machine stands. */
export interface Location {
  /** Degrees north. */
  readonly latitude: number;
  /** Degrees east. */
  readonly longitude: number;
}
/** Taints of machines that a member puts up with. */
export interface Toleration {
  /** Key of the taint; absent: every key. */
  readonly key?: string;
  /** Whether the value must be equal, or any value will do. */
  readonly operator: "Equal" | "Exists";
  /** Value of the taint, for Equal. */
  readonly value?: string;
  /** Effect of the taint; absent: every effect. */
  readonly effect?: "NoSchedule";
}
/** Keeps members that do not tolerate it off a machine. */
export interface Taint {
  /** Key of the taint. */
  readonly key: string;
  /** Its value. */
  readonly value?: string;
  /** NoSchedule: nothing new is bound to the machine; what is bound stays. */
  readonly effect: "NoSchedule";
}
/** When arrivals thin out: moving averages of the gaps between entries and of their deviation; released when nobody has entered for longer than average + beta × deviation, at least 100 ms. */
export interface KneeRule {
  /** Weight of what was known before against a new gap. */
  readonly alpha: number;
  /** How many deviations above the average a gap must be. */
  readonly beta: number;
}
/** How fast members pass a released barrier: a rate, or a number of places. */
export interface ThrottleRule {
  /** Members a second. */
  readonly rate?: number;
  /** How many may pass at once after a pause; default 1. */
  readonly burst?: number;
  /** Places. One is held until its member is done in the directly following phases (of a Barrier object: until it leaves or its process ends). */
  readonly concurrent?: number;
  /** A place held for longer is given to the next. */
  readonly holdTimeout?: Duration;
}
/** Work that is cut into items, which the members of one component pull while they are idle. Each item runs at least once, as a process in a directory of its own; the first result is kept. */
export interface WorkTemplate {
  /** Component whose members do the work; may be left out where there is only one. */
  readonly component?: NestedName;
  /**
   * Program and first arguments of each item; exit status 0 means that the item is done. PLUSH_ITEM is its text (of `files` the path of its file), PLUSH_ITEM_INDEX its number from 0, PLUSH_ITEM_ATTEMPT counts from 1. $(NAME) expands to a variable of the environment, never to one from a Secret.
   *
   * @minItems 1
   */
  readonly command: readonly string[];
  /** More arguments, expanded like `command`. */
  readonly args: readonly string[];
  /** Environment variables besides PLUSH_*, in order. */
  readonly env: readonly EnvVar[];
  /**
   * The items themselves, each a text.
   *
   * @minItems 1
   */
  readonly items?: readonly string[];
  /** So many items; the text of each is its number, from 0. */
  readonly count?: number;
  /** An item for each line of a text; empty lines are none. */
  readonly lines?: WorkLines;
  /** An item for each file of an archive, which every member gets. */
  readonly files?: WorkFiles;
  /** So many items a member runs at the same time. */
  readonly perMember: number;
  /** An attempt that takes longer is ended, and has failed. */
  readonly timeout?: Duration;
  /** How often an item that failed is tried again before it has failed for good. */
  readonly retries: number;
  /** So many items may fail; with one more the phase fails at once. A percentage is of all items, rounded down. */
  readonly maxFailed: CountOrPercent;
  /** True: when no item waits, idle members run those anew that take much longer than the others did. */
  readonly speculate: boolean;
  /** Where it is set, the log and these streams and files of each item that is done are fetched, for `plush results`; {} stands for the log alone. */
  readonly outputs?: Outputs;
}
/** A text whose lines are items; exactly one source. */
export interface WorkLines {
  /** A key of a ConfigMap, as it is when the phase opens. */
  readonly configMapKeyRef?: KeyReference;
  /** Digest of a text that was uploaded. */
  readonly blob?: string;
  /** File beside the manifest, which the command line uploads and replaces by `blob`; never stored. */
  readonly file?: string;
}
/** An archive whose files are items. */
export interface WorkFiles {
  /** Digest of an archive (tar or tar.gz) that was uploaded. */
  readonly blob?: string;
  /** Name of the file that the blob was made from: one that ends in .tar is not compressed. */
  readonly fileName?: string;
  /** Archive or directory beside the manifest, which the command line uploads and replaces by `blob`; never stored. */
  readonly file?: string;
  /** Which files are items: a path in the archive, with ?, * and **. */
  readonly glob: string;
}
/** Members, and what they need. */
export interface ComponentSpec {
  /** Name of the component in its application. */
  readonly name: NestedName;
  /** Number of members. */
  readonly replicas: number;
  /** True: one member on each machine that fits, now and later; `replicas` is not looked at. */
  readonly everyResource: boolean;
  /** Members that are enough for phases to open and for the application to be available; all by default. */
  readonly minReady?: CountOrPercent;
  /** Machines beside those of the members that have the software ready: a member whose machine fails goes on there, and nothing is installed again. They are bound once every member has a machine. */
  readonly spares: number;
  /** Idle machines that keep its packages, in their caches and unpacked, so that a replacement has nothing to fetch and to unpack: a count, or a share of the replicas, rounded up. 0: none. */
  readonly prefetch: CountOrPercent;
  /** Which machines will do. */
  readonly resources: ResourceRequirements;
  /** Names of Software objects, installed on each member in this order. */
  readonly software: readonly string[];
  /** Only where two holders of an ordinal must never run at once: it makes replacements wait, and work stop while the server is away. */
  readonly fencing?: Fencing;
  /** Checks of what its members need of their machines, beside disk and memory; condition Pressure of their claims. */
  readonly monitors: readonly Monitor[];
  /** Application it belongs to. */
  readonly applicationName?: string;
  /** Hash of what members should run. */
  readonly revision?: string;
  /** Fixed ports of its processes, set aside on each machine. */
  readonly ports: readonly PortNumber[];
  /** What is done about failures. */
  readonly recovery: Recovery;
  /** What is done when members leave their machines. */
  readonly cleanup: Cleanup;
  /** How a change reaches the members. */
  readonly updateStrategy: UpdateStrategy;
  /** Where machines are short, those of higher priority get theirs first, and take them from members of lower priority. */
  readonly priority: number;
  /** True: it has no members. */
  readonly suspend: boolean;
  /** True: members keep the revision they have. */
  readonly paused: boolean;
  /** Name of the ApplicationRevision whose packages its members have; absent: the Software objects as they are. */
  readonly softwareRevision?: string;
}
/** What is observed of a component. */
export interface ComponentStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  state?:
    | "Pending"
    | "Claiming"
    | "Installing"
    | "Configured"
    | "Updating"
    | "Degraded"
    | "Ready"
    | "Stalled"
    | "Suspended"
    | "Deleting";
  /** Members wanted. */
  readonly replicas?: number;
  /** Members bound to a machine. */
  readonly claimed?: number;
  /** Members with all software installed. */
  readonly configured?: number;
  /** Members whose long-running processes are ready. */
  readonly ready?: number;
  /** Members of the current revision. */
  readonly updated?: number;
  /** Spares that have all software installed. */
  readonly spares?: number;
  /** Revision that all members have, once they do. */
  readonly revision?: string;
  readonly conditions?: readonly Condition[];
}
/** Members on machines that meet requirements, each with its software. */
export interface Component {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Component */
  readonly kind: "Component";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: ComponentSpec;
  /** What is observed. */
  readonly status?: ComponentStatus;
}
/** Small data for processes. */
export interface ConfigMap {
  /** v1 */
  readonly apiVersion: "v1";
  /** ConfigMap */
  readonly kind: "ConfigMap";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Values as text, by key. */
  readonly data?: {
    readonly [k: string]: string;
  };
  /** Values in base64, by key. */
  readonly binaryData?: {
    readonly [k: string]: string;
  };
  /** True: data cannot be changed. */
  readonly immutable?: boolean;
}
/** Who reports an event. */
export interface EventSource {
  /** Controller. */
  readonly component?: string;
  /** Machine. */
  readonly host?: string;
}
/** Repetitions of an event. */
export interface EventSeries {
  /** How often. */
  readonly count?: number;
  /** When last. */
  readonly lastObservedTime?: string;
}
/** Something that happened to an object. */
export interface Event {
  /** v1 */
  readonly apiVersion: "v1";
  /** Event */
  readonly kind: "Event";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** The object. */
  readonly involvedObject: ObjectReference;
  /** What happened, in one word. */
  readonly reason?: string;
  /** What happened, for people. */
  readonly message?: string;
  /** Who says so. */
  readonly source?: EventSource;
  /** When it happened first. */
  readonly firstTimestamp?: string;
  /** When it happened last. */
  readonly lastTimestamp?: string;
  /** How often it happened. */
  readonly count?: number;
  /** Normal or Warning. */
  readonly type?: string;
  /** When it happened, to the microsecond. */
  readonly eventTime?: string;
  /** Repetitions. */
  readonly series?: EventSeries;
  /** What was done about it. */
  readonly action?: string;
  /** Another object that has to do with it. */
  readonly related?: ObjectReference;
  /** Controller that reports it. */
  readonly reportingComponent?: string;
  /** Instance of that controller. */
  readonly reportingInstance?: string;
}
/** Where, how, and which Events. */
export interface EventSinkSpec {
  /** Where they are posted: http or https; redirects are not followed. Absent: key `url` of the Secret says it, as a chat's webhook is a secret itself. */
  readonly url?: string;
  /** CloudEvents: version 1.0, structured, as JSON. Slack: one line of text in field `text`, as Slack, Mattermost and others take it. */
  readonly format: "CloudEvents" | "Slack";
  /** A Secret of the namespace: its key `hmac` signs each request (header Plush-Signature), `token` is sent as bearer token, `url` stands for the URL. */
  readonly secretRef?: NameReference;
  /** Base64 of PEM: the authorities that an https server must be certified by, in place of those that are commonly trusted. */
  readonly caBundle?: string;
  /**
   * Events of these types; absent: both.
   *
   * @minItems 1
   */
  readonly types?: readonly EventType[];
  /**
   * Events with these reasons, such as HostLost, Replaced, Quarantined; absent: all.
   *
   * @minItems 1
   */
  readonly reasons?: readonly string[];
  /**
   * Events about objects of these kinds; absent: all.
   *
   * @minItems 1
   */
  readonly kinds?: readonly string[];
  /** Events by their labels, which are those of the object that they are about; absent: all. */
  readonly selector?: LabelSelector;
  /** So long after it happened an Event that is not taken is tried again; then it is given up, and counted as lost. At most 24h. */
  readonly retryFor: Duration;
  /** How long an answer is waited for. At most 30s. */
  readonly timeout: Duration;
  /** Of Events about one object for one reason, the first is sent, and no other for so long; the next one says how many were left out. 0s: all are sent. */
  readonly repeatAfter: Duration;
  /** No more are sent in a second; others wait. */
  readonly maxPerSecond: number;
}
/** What went wrong with an Event. */
export interface SinkFailure {
  /** When. */
  readonly at: string;
  /** What, for people. */
  readonly message: string;
}
/** What is observed of a sink. */
export interface EventSinkStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Revision up to which all Events were sent, given up, or not meant; a server that is started again goes on from there. */
  readonly position?: number;
  /** Events that the receiver has taken. */
  readonly delivered?: number;
  /** Events that it refused, or that were given up after `retryFor`. */
  readonly lost?: number;
  /** When one was last taken. */
  readonly lastDeliveryAt?: string;
  /** What last went wrong, mended or not. */
  readonly lastFailure?: SinkFailure;
  readonly conditions?: readonly Condition[];
}
/** Where Events of a namespace are sent: as CloudEvents over HTTP, or as lines of a chat. */
export interface EventSink {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** EventSink */
  readonly kind: "EventSink";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: EventSinkSpec;
  /** What is observed. */
  readonly status?: EventSinkStatus;
}
/** Which repository, and how its manifests are applied. */
export interface GitSyncSpec {
  /** Address of the repository: https, ssh (ssh://user@host/path or user@host:path), or, while the server listens on loopback alone or says so by a flag, file. */
  readonly url: string;
  /** Which commit is applied; absent: what the repository itself is at. */
  readonly ref?: GitSyncRef;
  /** Folder of the manifests in the repository; its folders count, those whose name begins with a dot do not. */
  readonly path: string;
  /** How often the repository is asked for a new commit. At least 1s. */
  readonly interval: Duration;
  /** A Secret with the credentials of the repository: keys username and password, or token (sent as a bearer token); for ssh, ssh-privatekey, passphrase and known_hosts. */
  readonly secretRef?: NameReference;
  /** Account of the same namespace with whose rights everything is applied and pruned; who writes this must be allowed to impersonate it. */
  readonly serviceAccountName: string;
  /** Delete what was applied and is in the repository no longer, and everything once this object is deleted. */
  readonly prune: boolean;
  /** What is done where somebody changes an object that was applied: Heal applies it again at once; Report names it in condition Drifted until the repository says otherwise. */
  readonly drift: "Heal" | "Report";
  /** Leave everything as it is: nothing is fetched, applied, healed or pruned. */
  readonly suspend: boolean;
  /** Other GitSyncs of the namespace that must be Ready before anything is applied. */
  readonly dependsOn?: readonly NameReference[];
  /** Apply commits alone that are signed by one of these keys; absent: all. */
  readonly verify?: GitSyncVerify;
  /** Where values of ${NAME} in manifests come from; of one that stands in several, the last counts. Absent: nothing is replaced. */
  readonly substitute?: readonly GitSyncValues[];
  /** Ready only once all applied objects that have a condition Ready are. */
  readonly wait: boolean;
  /** Objects that must be Ready before this is. */
  readonly healthChecks?: readonly GitSyncHealthCheck[];
  /** How long fetching may take, and how long health is waited for before HealthCheckFailed is said. */
  readonly timeout: Duration;
  /** Lets the repository's server tell of pushes, at /plush/v1/webhooks/gitsync/NAMESPACE/NAME; absent: nobody is listened to. */
  readonly webhook?: GitSyncWebhook;
}
/** A commit; at most one of these. */
export interface GitSyncRef {
  /** What a branch is at. */
  readonly branch?: GitRefName;
  /** What a tag is of. */
  readonly tag?: GitRefName;
  /** This very commit. */
  readonly commit?: string;
  /** The newest tag whose version is in this range: 1.x, ^1.2, ~1.2.3, >=1.2 <3, with || between ranges. */
  readonly semver?: string;
}
/** Where the keys of signatures are; exactly one of these. Each value holds public keys of OpenPGP (armored), or of SSH, as in a .pub or an allowed_signers file. */
export interface GitSyncVerify {
  /** A Secret all of whose values are keys. */
  readonly secretRef?: NameReference;
  /** A ConfigMap all of whose values are keys. */
  readonly configMapRef?: NameReference;
}
/** Values by their names; exactly one of the two references. */
export interface GitSyncValues {
  /** A ConfigMap whose keys are the names. */
  readonly configMapRef?: NameReference;
  /** A Secret whose keys are the names. What it says stands in no message. */
  readonly secretRef?: NameReference;
  /** It need not be there. */
  readonly optional: boolean;
}
/** An object that has a condition Ready. */
export interface GitSyncHealthCheck {
  /** Its API version. */
  readonly apiVersion: string;
  /** Its kind. */
  readonly kind: string;
  /** Its name. */
  readonly name: string;
  /** Its namespace; default: that of the GitSync. */
  readonly namespace?: string;
}
/** Who may tell of pushes. */
export interface GitSyncWebhook {
  /** A Secret whose key `hmac` signs what GitHub, Gitea and Forgejo send, and is the token that GitLab sends. */
  readonly secretRef: NameReference;
}
/** An object that was applied. */
export interface SyncedObject {
  /** Its API version. */
  readonly apiVersion: string;
  /** Its kind. */
  readonly kind: string;
  /** Its namespace; absent where it is in none. */
  readonly namespace?: string;
  /** Its name. */
  readonly name: string;
}
/** What was applied as a whole. */
export interface GitSyncApplied {
  /** The commit. */
  readonly revision: string;
  /** When it had been applied. */
  readonly at: string;
  /** How many objects it has. */
  readonly objects: number;
}
/** What is observed of a sync. */
export interface GitSyncStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** The commit that was looked at last; another one than applied where it could not be applied. */
  readonly revision?: string;
  /** The last commit that was applied as a whole. */
  readonly applied?: GitSyncApplied;
  /** Objects that were, or are about to be, applied and are pruned once the repository has them no longer. */
  readonly inventory?: readonly SyncedObject[];
  /** The last annotation plush.dev/sync-requested-at that was followed. */
  readonly handledRequest?: string;
  readonly conditions?: readonly Condition[];
}
/** Applies and prunes the manifests of a Git repository. */
export interface GitSync {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** GitSync */
  readonly kind: "GitSync";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: GitSyncSpec;
  /** What is observed. */
  readonly status?: GitSyncStatus;
}
/** Whom to ask, and about what. */
export interface HookSpec {
  /** Where failures are posted: http or https; redirects are not followed. */
  readonly url: string;
  /** A Secret whose key `hmac` signs each request (header Plush-Signature); absent: requests are not signed. */
  readonly secretRef?: NameReference;
  /** Base64 of PEM: the authorities that an https server must be certified by, in place of those that are commonly trusted. */
  readonly caBundle?: string;
  /**
   * Failures it is asked about; absent: all.
   *
   * @minItems 1
   */
  readonly events?: readonly FailureReason[];
  /** Members it is asked about, by the labels of their Claims; absent: all. */
  readonly selector?: LabelSelector;
  /** How long an answer is waited for; then the application's recovery holds. At most 30s. */
  readonly timeout: Duration;
}
/** One call of a hook. */
export interface HookCall {
  /** When it was asked. */
  readonly at: string;
  /** Application whose members failed. */
  readonly application: string;
  /** Why they failed. */
  readonly reason: string;
  /** How many members it was asked about. */
  readonly failures: number;
  /** The action it answered; Default: it left it to the application; Failed: there was no good answer. */
  readonly result: string;
  /** Why there was no good answer. */
  readonly message?: string;
}
/** What is observed of a hook. */
export interface HookStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** The last call. */
  readonly lastCall?: HookCall;
  readonly conditions?: readonly Condition[];
}
/** A callback that may decide a recovery. */
export interface Hook {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Hook */
  readonly kind: "Hook";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: HookSpec;
  /** What is observed. */
  readonly status?: HookStatus;
}
/** Who holds a lease, and until when. */
export interface LeaseSpec {
  /** Who holds it; empty: nobody. */
  readonly holderIdentity?: string;
  /** So long after `renewTime` others must wait before they take it. */
  readonly leaseDurationSeconds?: number;
  /** When its holder took it, to the microsecond. */
  readonly acquireTime?: string;
  /** When its holder last said that it holds it, to the microsecond. */
  readonly renewTime?: string;
  /** How often it went from one holder to another. */
  readonly leaseTransitions?: number;
  /** How a holder is chosen among many; kept for clients that do. */
  readonly strategy?: string;
  /** Who should get it next; kept for clients that ask. */
  readonly preferredHolder?: string;
}
/** Who holds something for a time, and until when. */
export interface Lease {
  /** coordination.k8s.io/v1 */
  readonly apiVersion: "coordination.k8s.io/v1";
  /** Lease */
  readonly kind: "Lease";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Who holds it, and until when. */
  readonly spec?: LeaseSpec;
}
/** Refers to an object. */
export interface ObjectReference {
  /** Kind of the object. */
  readonly kind?: string;
  /** Namespace of the object. */
  readonly namespace?: string;
  /** Name of the object. */
  readonly name?: string;
  /** UID of the object. */
  readonly uid?: string;
  /** API version of the object. */
  readonly apiVersion?: string;
  /** Version of the object that is meant. */
  readonly resourceVersion?: string;
  /** Part of the object that is meant. */
  readonly fieldPath?: string;
}
/** What is wanted of a namespace. */
export interface NamespaceSpec {
  /** Who must finish before the namespace may go. */
  readonly finalizers: readonly string[];
}
/** What is observed of a namespace. */
export interface NamespaceStatus {
  /** Active, or Terminating while its objects are deleted. */
  readonly phase?: "Active" | "Terminating";
  readonly conditions?: readonly Condition[];
}
/** A space of names: objects of different namespaces do not see each other. */
export interface Namespace {
  /** v1 */
  readonly apiVersion: "v1";
  /** Namespace */
  readonly kind: "Namespace";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: NamespaceSpec;
  /** What is observed. */
  readonly status?: NamespaceStatus;
}
/** What a Node says of its Resource's spec. */
export interface NodeSpec {
  /** Pool and machine: plush://POOL/RESOURCE. */
  readonly providerID?: string;
  /** Keep members that do not tolerate them off the machine. */
  readonly taints?: readonly NodeTaint[];
  /** True: nothing new is bound here. */
  readonly unschedulable?: boolean;
}
/** Keeps members that do not tolerate it off a machine. */
export interface NodeTaint {
  /** Key of the taint. */
  readonly key: string;
  /** Its value. */
  readonly value?: string;
  /** NoSchedule: nothing new is bound to the machine; what is bound stays. */
  readonly effect: string;
  /** Not used; accepted and ignored. */
  readonly timeAdded?: string;
}
/** One address of a machine. */
export interface NodeAddress {
  /** InternalIP or Hostname. */
  readonly type: string;
  /** The address. */
  readonly address: string;
}
/** What is known of a machine and its agent. */
export interface NodeSystemInfo {
  /** UID of the Resource. */
  readonly machineID?: string;
  /** UID of the Resource. */
  readonly systemUUID?: string;
  /** Identity of its current boot. */
  readonly bootID?: string;
  /** Version of its kernel. */
  readonly kernelVersion?: string;
  /** Its operating system. */
  readonly osImage?: string;
  /** What runs its processes: plush://VERSION of the agent's Node. */
  readonly containerRuntimeVersion?: string;
  /** Version of Plush. */
  readonly kubeletVersion?: string;
  /** Not used. */
  readonly kubeProxyVersion?: string;
  /** Its operating system, as linux. */
  readonly operatingSystem?: string;
  /** Its processors, as amd64. */
  readonly architecture?: string;
}
/** One aspect of a machine's state. */
export interface NodeCondition {
  /** Which aspect. */
  readonly type: string;
  /** Whether it holds. */
  readonly status: "True" | "False" | "Unknown";
  /** Why, in one word. */
  readonly reason?: string;
  /** Why, for people. */
  readonly message?: string;
  /** When this was last written. */
  readonly lastHeartbeatTime?: string;
  /** When the status last changed. */
  readonly lastTransitionTime?: string;
}
/** What a Node says of its Resource's status. */
export interface NodeStatus {
  /** What it has, as cpu and memory. */
  readonly capacity?: {
    readonly [k: string]: string;
  };
  /** What may be requested, as cpu and memory. */
  readonly allocatable?: {
    readonly [k: string]: string;
  };
  /** What holds of it, by type. */
  readonly conditions?: readonly NodeCondition[];
  /** Where it is reached. */
  readonly addresses?: readonly NodeAddress[];
  /** What is known of it. */
  readonly nodeInfo?: NodeSystemInfo;
}
/** A Resource as Kubernetes' Node: what clients of Kubernetes see of a machine. Only spec.unschedulable and spec.taints can be changed, and change the Resource. */
export interface Node {
  /** v1 */
  readonly apiVersion: "v1";
  /** Node */
  readonly kind: "Node";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec?: NodeSpec;
  /** What is observed. */
  readonly status?: NodeStatus;
}
/** What is in use. */
export interface Usage {
  /** Processors, as 12m. */
  readonly cpu: string;
  /** Memory, as 34Ki. */
  readonly memory: string;
}
/** Live usage of a machine, asked of its agent. */
export interface NodeMetrics {
  /** metrics.k8s.io/v1beta1 */
  readonly apiVersion: "metrics.k8s.io/v1beta1";
  /** NodeMetrics */
  readonly kind: "NodeMetrics";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** When it was measured. */
  readonly timestamp: string;
  /** Time over which it was measured, as 1.5s. */
  readonly window: string;
  /** What is in use. */
  readonly usage: Usage;
}
/** Processes or work, and their barrier. */
export interface PhaseSpec {
  /** Application it belongs to. */
  readonly applicationName?: string;
  /** Name of the phase in its application. */
  readonly phase: NestedName;
  /** Phases that must be released first, by their names in the application. */
  readonly after: readonly NestedName[];
  /** Components whose members take part. */
  readonly components: readonly NestedName[];
  /** What the members run; a phase has either processes or work. */
  readonly processes: readonly ProcessTemplate[];
  /** Items that the members of a component work off, in place of processes. The phase is released when all are done. */
  readonly work?: WorkTemplate;
  /** What must be reached before phases after this one begin. */
  readonly barrier: BarrierTemplate;
  /** The phase fails if it is not released so long after its opening. */
  readonly timeout?: Duration;
  /** What is cleared away on each member after the release; absent: nothing. */
  readonly cleanup?: PhaseCleanup;
  /** What the failure of the phase means: the application fails, the phase is run again by all its members, or the phases after it begin all the same. */
  readonly onFailure: "Fail" | "Retry" | "Continue";
  /** Hash of what each component runs in this phase and those before it, by component. */
  readonly revisions: {
    readonly [k: string]: string;
  };
  /** True: its processes are stopped. */
  readonly suspend: boolean;
  /** What is done about failures. */
  readonly recovery: Recovery;
  /** How often onFailure: Retry runs the phase again before it fails. */
  readonly retries: number;
}
/** How a barrier was released; written before anyone is told, and never taken back. */
export interface BarrierRelease {
  /** Which round. */
  readonly round: number;
  /** What released it: all, count, percent, knee, timeout. */
  readonly rule: string;
  /** When. */
  readonly at: string;
  /** Who had entered. */
  readonly members: readonly EnteredMember[];
  /** Who was expected and had not. */
  readonly missing: readonly Member[];
}
/** What is observed of a phase. */
export interface PhaseStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: PhaseState;
  /** Members that entered, of those expected, such as 9/10; of work, items that are done, of all. */
  readonly progress?: string;
  /** 0 for the first run, one more for each new run. */
  readonly round?: number;
  /** How often it has been run again after a failure. */
  readonly retries?: number;
  /** True: its processes of the round that failed are being ended. */
  readonly retrying?: boolean;
  /** The revisions with which this round was opened, by component. */
  readonly revisions?: {
    readonly [k: string]: string;
  };
  /** When it opened. */
  readonly openedAt?: string;
  /** Members that the barrier waits for, fixed at its opening. */
  readonly expected?: readonly Member[];
  /** Members that have entered. */
  readonly entered?: readonly EnteredMember[];
  /** Members that gave up. */
  readonly failed?: readonly FailedMember[];
  /** Members configured after the opening, at most 10. */
  readonly late?: readonly Member[];
  /** How it was released. */
  readonly release?: BarrierRelease;
  /** Members that have passed, in that order; only where the release is throttled. */
  readonly passed?: readonly EnteredMember[];
  /** How far the work is, where the phase has some. */
  readonly work?: WorkStatus;
  readonly conditions?: readonly Condition[];
}
/** Items of a work phase, counted. */
export interface WorkStatus {
  /** All items. */
  readonly total: number;
  /** Items that are done. */
  readonly done: number;
  /** Items that failed for good. */
  readonly failed: number;
  /** Items that members have. */
  readonly running: number;
  /** Items that nobody has. */
  readonly waiting: number;
  /** The first items that failed for good, at most 10. */
  readonly failures?: readonly ItemFailure[];
}
/** An item that failed for good. */
export interface ItemFailure {
  /** Number of the item, from 0. */
  readonly index: number;
  /** How its last attempt ended. */
  readonly message: string;
}
/** A step: processes or work on components, then a barrier. */
export interface Phase {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Phase */
  readonly kind: "Phase";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: PhaseSpec;
  /** What is observed. */
  readonly status?: PhaseStatus;
}
/** A port that the process listens on. */
export interface PodContainerPort {
  /** Its name. */
  readonly name?: string;
  /** Its number. */
  readonly containerPort: number;
  /** TCP. */
  readonly protocol?: string;
}
/** Limits of the process. */
export interface PodContainerResources {
  /** As cpu and memory. */
  readonly limits?: {
    readonly [k: string]: string;
  };
}
/** The process. */
export interface PodContainer {
  /** main. */
  readonly name: string;
  /** Names of its component's software; - where there is none. */
  readonly image?: string;
  /** Program and first arguments. */
  readonly command?: readonly string[];
  /** More arguments. */
  readonly args?: readonly string[];
  /** Where it starts. */
  readonly workingDir?: string;
  /** Ports it listens on. */
  readonly ports?: readonly PodContainerPort[];
  /** Objects whose keys become variables. */
  readonly envFrom?: readonly EnvFromSource[];
  /** Environment variables; those from Secrets without their values. */
  readonly env?: readonly EnvVar[];
  /** Its limits. */
  readonly resources?: PodContainerResources;
}
/** What a Pod says of its Process's spec. */
export interface PodSpec {
  /** The process, called main. */
  readonly containers?: readonly PodContainer[];
  /** When the process is started again. */
  readonly restartPolicy?: string;
  /** Machine it runs on. */
  readonly nodeName?: string;
  /** plush. */
  readonly schedulerName?: string;
  /** Empty; clients expect it. */
  readonly securityContext?: {};
  /** Not used. */
  readonly serviceAccountName?: string;
  /** Seconds for an orderly end before SIGKILL. */
  readonly terminationGracePeriodSeconds?: number;
}
/** It does not run yet, or not at the moment. */
export interface PodStateWaiting {
  /** Why, in one word. */
  readonly reason?: string;
  /** Why, for people. */
  readonly message?: string;
}
/** It runs. */
export interface PodStateRunning {
  /** Since when. */
  readonly startedAt?: string;
}
/** It has ended. */
export interface PodStateTerminated {
  /** Exit status. */
  readonly exitCode: number;
  /** Number of the signal that ended it. */
  readonly signal?: number;
  /** Why, in one word. */
  readonly reason?: string;
  /** Why, for people. */
  readonly message?: string;
  /** When it started. */
  readonly startedAt?: string;
  /** When it ended. */
  readonly finishedAt?: string;
  /** Identity of the run. */
  readonly containerID?: string;
}
/** How the process is; one of three. */
export interface PodContainerState {
  /** It does not run. */
  readonly waiting?: PodStateWaiting;
  /** It runs. */
  readonly running?: PodStateRunning;
  /** It has ended. */
  readonly terminated?: PodStateTerminated;
}
/** How the process is. */
export interface PodContainerStatus {
  /** main. */
  readonly name: string;
  /** Now. */
  readonly state?: PodContainerState;
  /** Before it was started again. */
  readonly lastState?: PodContainerState;
  /** True: it is ready. */
  readonly ready: boolean;
  /** True: it runs. */
  readonly started?: boolean;
  /** How often it was started again. */
  readonly restartCount: number;
  /** Names of its component's software. */
  readonly image: string;
  /** Not used. */
  readonly imageID: string;
  /** Identity of the process. */
  readonly containerID?: string;
}
/** An address. */
export interface PodAddress {
  /** The address. */
  readonly ip: string;
}
/** What a Pod says of its Process's status. */
export interface PodStatus {
  /** Pending, Running, Succeeded, Failed. */
  readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  readonly conditions?: readonly Condition[];
  /** Why, for people. */
  readonly message?: string;
  /** Why, in one word. */
  readonly reason?: string;
  /** Address of its machine. */
  readonly hostIP?: string;
  /** Address that the process is told to listen on. */
  readonly podIP?: string;
  /** The same. */
  readonly podIPs?: readonly PodAddress[];
  /** Not used. */
  readonly nominatedNodeName?: string;
  /** When it was accepted. */
  readonly startTime?: string;
  /** Guaranteed, Burstable or BestEffort. */
  readonly qosClass?: string;
  /** How the process is. */
  readonly containerStatuses?: readonly PodContainerStatus[];
}
/** A Process as Kubernetes' Pod with one container, main: what clients of Kubernetes see of a process. Deleting or evicting it restarts the process, on another machine where its own is cordoned. */
export interface Pod {
  /** v1 */
  readonly apiVersion: "v1";
  /** Pod */
  readonly kind: "Pod";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec?: PodSpec;
  /** What is observed. */
  readonly status?: PodStatus;
}
/** Usage of one process. */
export interface ContainerMetrics {
  /** main. */
  readonly name: string;
  /** What is in use. */
  readonly usage: Usage;
}
/** Live usage of a process, asked of its machine's agent. */
export interface PodMetrics {
  /** metrics.k8s.io/v1beta1 */
  readonly apiVersion: "metrics.k8s.io/v1beta1";
  /** PodMetrics */
  readonly kind: "PodMetrics";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** When it was measured. */
  readonly timestamp: string;
  /** Time over which it was measured, as 1.5s. */
  readonly window: string;
  /** The process, called main. */
  readonly containers: readonly ContainerMetrics[];
}
/** What is run, where and how. */
export interface ProcessSpec {
  /**
   * Program and first arguments, started in the working directory; no shell is involved. $(NAME) expands to a variable of the environment, never to one from a Secret.
   *
   * @minItems 1
   */
  readonly command: readonly string[];
  /** More arguments, expanded like `command`. */
  readonly args: readonly string[];
  /** Environment variables besides PLUSH_*, in order. */
  readonly env: readonly EnvVar[];
  /** Objects whose keys become variables; `env` wins over them. */
  readonly envFrom: readonly EnvFromSource[];
  /** Where the process starts: a path inside the claim's working directory. */
  readonly workingDir: string;
  /** User to run as; the SSH user by default. Another one must stand in the pool's access.runAs. */
  readonly user?: string;
  /** When the process is started again. Never: at most once per claim, epoch and revision. */
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  /** Ports the process listens on. */
  readonly ports: readonly ProcessPort[];
  /** Until it succeeds the other probes wait; its failure ends the process. */
  readonly startupProbe?: Probe;
  /** The process is Ready while it succeeds; without it, as soon as it runs. */
  readonly readinessProbe?: Probe;
  /** Its failure ends the process. */
  readonly livenessProbe?: Probe;
  /** How the process is stopped. */
  readonly stop: StopPolicy;
  /** What it may use. */
  readonly limits: ProcessLimits;
  /** How much of its output is kept. */
  readonly log: LogPolicy;
  /** Where it serves metrics: the server gives them with all others at /metrics/applications, and names them at /sd. */
  readonly metrics?: MetricsEndpoint;
  /** What is fetched at its end for `plush results`. The last 1Mi of its log, in which standard output and error are one, always is. */
  readonly outputs?: Outputs;
  /** Files that are written before the process starts, and kept up to date while it runs. */
  readonly files: readonly ProcessFile[];
  /** What happens after peers have changed, once they have been quiet for 500 ms; by default nothing. */
  readonly onPeersChange?: PeersReaction;
  /** After so long a good run the next restart is immediate again; in between they are 1s, 2s, 4s … up to 5m apart. */
  readonly resetAfter: Duration;
  /** Machine to run on, for a process that no phase made. */
  readonly resourceName?: string;
  /** Claim under which it runs. */
  readonly claimName?: string;
  /** UID of that claim: under another claim of the same name nothing of this run holds. */
  readonly claimUid?: string;
  /** Application it belongs to. */
  readonly applicationName?: string;
  /** Name of the Component object. */
  readonly componentName?: string;
  /** Name of the component in the application. */
  readonly component?: string;
  /** Member of the component. */
  readonly ordinal?: number;
  /** Name of the Phase object. */
  readonly phaseName?: string;
  /** Name of the phase in the application. */
  readonly phase?: string;
  /** Name of the process in the phase. */
  readonly process?: string;
  /** Epoch of the claim for which this run is ordered. */
  readonly epoch: number;
  /** Hash of what is to run; another one means: stop, then start anew. */
  readonly revision: string;
  /** True: the process is stopped. */
  readonly suspend: boolean;
  /** True: a replacement runs it after its phase was released. */
  readonly catchingUp: boolean;
  /** What its machine clears away after the release of its phase; written by the phase. */
  readonly tidy?: Tidy;
  /** True: its member came after the release of a barrier that rejects who is late; it fails. */
  readonly late: boolean;
  /** What is done when it fails. */
  readonly recovery: ProcessRecovery;
}
/** What is observed of a process. */
export interface ProcessStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: ProcessState;
  /** Its process id. */
  readonly pid?: number;
  /** Exit status of its last end. */
  readonly exitCode?: number;
  /** Signal that ended it. */
  readonly signal?: string;
  /** How often it was started again. */
  readonly restarts?: number;
  /** Why it is in that state, in one word. */
  readonly reason?: string;
  /** Why, for people. */
  readonly message?: string;
  /** End of its output where it ended badly. */
  readonly output?: string;
  /** When it last started. */
  readonly startedAt?: string;
  /** When it last ended. */
  readonly finishedAt?: string;
  /** When it is started again. */
  readonly nextStartAt?: string;
  /** Machine it was observed on. */
  readonly resourceName?: string;
  /** Epoch that was observed. */
  readonly epoch?: number;
  /** Revision that was observed. */
  readonly revision?: string;
  /** Its ports by name. */
  readonly ports?: {
    readonly [k: string]: number;
  };
  /** Barriers that it has entered from inside. */
  readonly barriers?: readonly ProcessBarrier[];
  /** What its machine cleared away after the release of its phase. */
  readonly tidied?: Tidied;
  /** The last time that its log and outputs were fetched. */
  readonly collected?: Collected;
  /** What is kept of it on the server. */
  readonly results?: readonly ProcessResult[];
  readonly conditions?: readonly Condition[];
}
/** Where a process is at a barrier. */
export interface ProcessBarrier {
  /** Name of the Barrier. */
  readonly name: string;
  /** The round that it wants to enter, or has passed; absent: whichever is open. */
  readonly round?: number;
  /** Whether it waits, has passed, or has left. */
  readonly state: "Waiting" | "Passed" | "Left";
  /** When it entered, or left. */
  readonly at?: string;
}
/** Of which run results are, and what of them could not be had. */
export interface Collected {
  /** True: what cleanup.keep names of its member was fetched with it. */
  readonly kept?: boolean;
  /** When they were fetched. */
  readonly at: string;
  /** Epoch of the run. */
  readonly epoch: number;
  /** Revision of the run. */
  readonly revision?: string;
  /** When the run ended; absent: it had not. */
  readonly finishedAt?: string;
  /** What could not be had, and why. */
  readonly missing?: string;
}
/** What is cleared away, once, after a run. */
export interface Tidy {
  /** Another one is another time. */
  readonly key: string;
  /** Patterns of files of the working directory. */
  readonly remove: readonly string[];
}
/** What was cleared away. */
export interface Tidied {
  /** Of which time this is told. */
  readonly key: string;
  /** When. */
  readonly at: string;
  /** Processes that were left running, and were stopped. */
  readonly stopped: number;
  /** Files that were removed. */
  readonly removed: number;
  /** What could not be removed, and why. */
  readonly message?: string;
}
/** One log or file, kept by the digest of its bytes. */
export interface ProcessResult {
  /** log, files/ and the path of a file, or kept/ and the path of a file that cleanup.keep names. */
  readonly name: string;
  /** sha256:HEX of its bytes. */
  readonly digest: string;
  /** Bytes that are kept. */
  readonly size: number;
  /** True: there was more; of a log its end is kept, of a file its beginning. */
  readonly truncated?: boolean;
}
/** One process on one machine. */
export interface Process {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Process */
  readonly kind: "Process";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: ProcessSpec;
  /** What is observed. */
  readonly status?: ProcessStatus;
}
/** Verbs that are allowed on some resources, or on some paths that are none. */
export interface PolicyRule {
  /** What may be done: get, list, watch, create, update, patch, delete, deletecollection, or * for everything. */
  readonly verbs: readonly string[];
  /** Groups of the resources; "" is the core group, * every group. */
  readonly apiGroups?: readonly string[];
  /** Resources by their plural names, as resourcepools; processes/log is a subresource, * /scale that of all, * everything. */
  readonly resources?: readonly string[];
  /** Names of the only objects that are meant; empty: all. Creating and listing have no name. */
  readonly resourceNames?: readonly string[];
  /** Paths that are no resource, as /healthz; a * at the end stands for anything. In ClusterRoles only. */
  readonly nonResourceURLs?: readonly string[];
}
/** The role that a binding gives. */
export interface RoleRef {
  /** Group of the role. */
  readonly apiGroup: string;
  /** Role or ClusterRole. */
  readonly kind: string;
  /** Name of the role. */
  readonly name: string;
}
/** Somebody who gets a role. */
export interface RbacSubject {
  /** User, Group or ServiceAccount. */
  readonly kind: string;
  /** rbac.authorization.k8s.io for User and Group, empty for ServiceAccount; filled in. */
  readonly apiGroup?: string;
  /** Name of the user, group or service account. */
  readonly name: string;
  /** Namespace of the service account. */
  readonly namespace?: string;
}
/** Which ClusterRoles' rules a ClusterRole collects. */
export interface AggregationRule {
  /** A ClusterRole that one of these selects is collected. */
  readonly clusterRoleSelectors?: readonly LabelSelector[];
}
/** How a machine is reached, and whether it takes work. */
export interface ResourceSpec {
  /** Pool whose settings hold for the machine. */
  readonly poolName?: string;
  /** Address or host name. */
  readonly address: string;
  /** SSH port; address and port belong to one Resource. */
  readonly port: PortNumber;
  /** PLUSH_ADDRESS of processes here, where it is not `address`. */
  readonly dataAddress?: string;
  /** How it is reached where that differs from the pool. */
  readonly ssh?: SshOverrides;
  /** Where it stands. */
  readonly location?: Location;
  /** Labels by which components select machines. */
  readonly labels: {
    readonly [k: string]: string;
  };
  /** Keep members that do not tolerate them off the machine. */
  readonly taints: readonly Taint[];
  /** True: nothing new is bound here (plush cordon). */
  readonly unschedulable: boolean;
  /** What may be requested; by default what the agent finds. */
  readonly capacity?: Requests;
}
/** The agent that runs on the machine. */
export interface ResourceAgent {
  /** Digest of its program. */
  readonly version?: string;
  /** Its process id. */
  readonly pid?: number;
  /** When it started. */
  readonly startedAt?: string;
  /** Version of Node it runs on. */
  readonly nodeVersion?: string;
  /** True: it runs as root. */
  readonly root?: boolean;
}
/** A place held by a claim. */
export interface Allocation {
  /** UID of the Claim. */
  readonly claimUid: string;
  /** Name of the Claim. */
  readonly claimName: string;
  /** Namespace of the Claim. */
  readonly namespace: string;
  /** Component whose member it is. */
  readonly component: string;
  /** Name of the Component object, where there is one. */
  readonly componentName?: string;
  /** Application it belongs to. */
  readonly application?: string;
  /** Epoch of the binding. */
  readonly epoch: number;
  /** What is set aside for it. */
  readonly requests?: Requests;
  /** Ports set aside for it. */
  readonly ports?: readonly PortNumber[];
  /** True: it takes the machine alone. */
  readonly dedicated?: boolean;
  /** UID of the spare's Claim whose place, software included, it took over. */
  readonly spareUid?: string;
}
/** Where a machine stands in the tree of its pool. */
export interface TreePosition {
  /** Resource through which it is reached; absent: the server reaches it directly. */
  readonly parent?: string;
  /** 1: the server reaches it directly. */
  readonly depth: number;
}
/** A claim that is gone or bound elsewhere and has still to be removed from the machine. */
export interface Residue {
  /** UID of the Claim. */
  readonly claimUid: string;
  /** Name of the Claim. */
  readonly claimName: string;
  /** Namespace of the Claim. */
  readonly namespace: string;
  /** Epoch of the binding that is over. */
  readonly epoch: number;
  /** Application that the claim belonged to. */
  readonly application?: string;
  /** Since when. */
  readonly since: string;
  /** Why it could not be removed at once. */
  readonly reason: string;
}
/** A claim found on the machine that the server does not know. */
export interface Orphan {
  /** UID of the Claim. */
  readonly claimUid: string;
  /** Name of the Claim. */
  readonly name?: string;
  /** Namespace of the Claim. */
  readonly namespace?: string;
  /** When it was first seen. */
  readonly since: string;
}
/** Nothing is bound to the machine for a while because it failed; what works there stays. */
export interface Quarantine {
  /** Until when. */
  readonly until: string;
  /** How often it failed: a minute for the first, twice as long for each more, up to an hour. */
  readonly strikes: number;
  /** Why. */
  readonly reason: string;
}
/** Members of an application failed on the machine that work on others. */
export interface MachineFailure {
  /** Namespace and name of the application. */
  readonly application: string;
  /** Why they failed. */
  readonly reason: string;
  /** When. */
  readonly at: string;
}
/** What counts against a machine; forgotten after a day, or by plush uncordon. */
export interface MachineFaults {
  /** How often it was put into quarantine. */
  readonly strikes: number;
  /** When last. */
  readonly at?: string;
  /** Why then. */
  readonly reason?: string;
  /** The loss that was the last strike, where it was one. */
  readonly lostAt?: string;
  /** Applications whose members failed on it since; with the second one it is a strike. */
  readonly failures: readonly MachineFailure[];
  /** What is left on it of replaced members and has been counted: claim uid and epoch. */
  readonly counted: readonly string[];
}
/** Where a machine is in the network: the round-trip time between two machines is about the distance of their points plus both heights. */
export interface NetworkCoordinates {
  /** Milliseconds. */
  readonly x: number;
  /** Milliseconds. */
  readonly y: number;
  /** Milliseconds. */
  readonly z: number;
  /** Milliseconds from the machine to the network's core. */
  readonly height: number;
  /** How far off estimates of it are, as a share of what is measured. */
  readonly error: number;
  /** Peers: found by round trips to other machines. Server: no machine reaches it, the server's round trip to it is all that is known, and it counts as the longest that its way to others can be. */
  readonly by?: "Peers" | "Server";
  /** Since when it is about that. They are measured all the time, and written where they have changed noticeably. */
  readonly at?: string;
  /** True: no other machine has answered it for minutes; latencies to it are not known. */
  readonly stale?: boolean;
  /** The same for people. */
  readonly summary?: string;
}
/** A round trip that was measured. */
export interface RoundTrip {
  /** The machine at the other end. */
  readonly resource: string;
  /** Milliseconds. */
  readonly ms: number;
}
/** To whom the machine is lent, and until when. */
export interface MachineLoan {
  /** The pool that has it; its own, where the provider lends it for a term. */
  readonly pool: string;
  /** When it was lent. */
  readonly since: string;
  /** When it goes back, unless the loan is renewed. */
  readonly until: string;
  /** Which term it is: 1, and one more with each renewal. */
  readonly term: number;
  /** It is not renewed any more, and being emptied: given back by who has it, called back by who lent it, one too many, not working, or not lent any longer by its provider. */
  readonly ending?: "Released" | "Reclaimed" | "Shrunk" | "Unfit" | "Refused";
}
/** What is observed of a machine. */
export interface ResourceStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: ResourceState;
  /** When the state began. */
  readonly since?: string;
  /** What is being done to bring it up. */
  readonly step?: string;
  readonly conditions?: readonly Condition[];
  /** What its sensors found, such as cpu.cores, memory.total, os. */
  readonly attributes?: {
    readonly [k: string]: string | number;
  };
  /** Where it is in the network, from what its agent measures to others. */
  readonly coordinates?: NetworkCoordinates;
  /** To a few other machines, the nearest first, as its coordinates were found by them. */
  readonly roundTrips?: readonly RoundTrip[];
  /** When an attribute was last written. Sensors look every ten seconds; what has not changed noticeably is not written. */
  readonly measuredAt?: string;
  /** What may be requested in all. */
  readonly allocatable?: Requests;
  /** Number of claims it holds. */
  readonly claims?: number;
  /** Places held by claims; written by bindings alone. */
  readonly allocations?: readonly Allocation[];
  /** Claims that have still to be removed from it. */
  readonly residue?: readonly Residue[];
  /** Claims found on it that the server does not know. */
  readonly orphans?: readonly Orphan[];
  /** Digests of packages that were put into its cache, and unpacked, for members that may come. */
  readonly prefetched?: readonly string[];
  /** Pinned fingerprint of its host key. */
  readonly hostKey?: string;
  /** Fingerprint it presents instead, where that changed. */
  readonly presentedHostKey?: string;
  /** Identity of its current boot. */
  readonly bootIdentity?: string;
  /** The agent that runs on it. */
  readonly agent?: ResourceAgent;
  /** The agent's directory on it. */
  readonly directory?: string;
  /** How the server reaches it, where its pool is a tree. */
  readonly tree?: TreePosition;
  /** When the last sign of life came, while it is lost. */
  readonly lostAt?: string;
  /** What its loss was judged to be. */
  readonly verdict?: "judging" | "dead" | "down" | "unreachable" | "agentDead";
  /** What the verdict rests on. */
  readonly evidence?: string;
  /** What counts against it. */
  readonly faults?: MachineFaults;
  /** Set while it is lent to another pool. */
  readonly loan?: MachineLoan;
  /** Set while nothing is bound to it because it failed. */
  readonly quarantine?: Quarantine;
}
/** One machine that can host processes. */
export interface Resource {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Resource */
  readonly kind: "Resource";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: ResourceSpec;
  /** What is observed. */
  readonly status?: ResourceStatus;
}
/** Where machines come from and how they are reached. */
export interface ResourcePoolSpec {
  /** Where machines come from; exactly one. */
  readonly provider: PoolProvider;
  /** How many machines are made, by need; of providers exec and local. Absent: those that the provider names. */
  readonly size?: PoolSize;
  /** What machines are like that are made for `size`: claims that wait are matched against it before there is one. */
  readonly template: MachineTemplate;
  /** How they are reached. */
  readonly ssh: SshSettings;
  /** Who may place work here. */
  readonly access: PoolAccess;
  /** The agent on each machine. */
  readonly agent: PoolAgent;
  /** How the loss of a machine is found. */
  readonly detection: PoolDetection;
  /** Which machines are reached through others; absent: none. */
  readonly tree?: PoolTree;
  /** How packages come to machines. */
  readonly packages: PoolPackages;
  /** How machines find out where they are in the network. */
  readonly network: PoolNetwork;
  /** When a machine counts as short of something. */
  readonly monitors: PoolMonitors;
  /** When so many machines are gone that nothing is replaced. */
  readonly brake: PoolBrake;
  /** For how long machines are taken, where they are lent for a term. */
  readonly loan?: PoolLoan;
  /** To which pools its machines are lent; absent: to none. */
  readonly lend?: PoolLend;
  /** Members that are well go to machines that have become better for them; absent: nobody moves for that. */
  readonly rebalance?: PoolRebalance;
}
/** Machines of another pool, lent for a term: each is given back at its end unless the loan is renewed before. */
export interface BorrowProvider {
  /** The pool that lends; its spec.lend says to whom. */
  readonly pool: string;
  /** How many. More are taken as soon as there are; fewer are kept when the loan is renewed. */
  readonly count: number;
  /** All or none: no machine is taken before so many are there. */
  readonly together: boolean;
}
/** For how long machines are taken. */
export interface PoolLoan {
  /** A term. */
  readonly duration: Duration;
  /** So long before its end a loan is renewed; a machine whose loan is not has so long to be emptied. */
  readonly renewBefore: Duration;
}
/** To which pools machines are lent, and how many. */
export interface PoolLend {
  /** Pools that may borrow; * is any. */
  readonly pools: readonly string[];
  /** How many machines are lent at most; with fewer than are lent, the rest is called back with notice. Absent: all. */
  readonly max?: number;
  /** So long before the end of its term a machine that is called back is told, if the term does not end sooner. */
  readonly notice: Duration;
}
/** How many members may move because another machine has become better for them, and how much better it must be. */
export interface PoolRebalance {
  /** How many members of the pool move within a period. 0: none. */
  readonly maxMoves: number;
  /** The time that maxMoves is for; no member moves twice within it. */
  readonly period: Duration;
  /** How much of its penalty a member must save, at least; where it may not be any more it saves all. */
  readonly minGain: string;
}
/** Where machines come from; exactly one. */
export interface PoolProvider {
  /** Machines that are there, by address. */
  readonly static?: StaticProvider;
  /** Machines made on the server's computer: an agent each, with its own directory and loopback address. */
  readonly local?: LocalProvider;
  /** Machines made by a program that the server's operator has installed. */
  readonly exec?: ExecProvider;
  /** Machines made on the server's computer: own network, files, processes and SSH server each, at sites that are as far apart as one likes. */
  readonly emulated?: EmulatedProvider;
  /** Machines of another pool, for a term. */
  readonly borrow?: BorrowProvider;
  /** Machines that dial out to the server, with a token: hosts that it cannot reach itself. */
  readonly join?: JoinProvider;
  /** Virtual machines on the server's computer, by QEMU, with Debian on them. */
  readonly vm?: VmProvider;
}
/** Machines that are there. */
export interface StaticProvider {
  /**
   * The machines.
   *
   * @minItems 1
   */
  readonly hosts: readonly StaticHost[];
}
/** One machine, or several by a pattern such as 10.0.0.[1-50]. */
export interface StaticHost {
  /** Address or host name; [1-50] or [01-50,60] stand for each number. */
  readonly address: string;
  /** Name of the Resource, with as many names as addresses; by default made of the address. */
  readonly name?: string;
  /** Labels of the machines. */
  readonly labels: {
    readonly [k: string]: string;
  };
  /** Where they stand. */
  readonly location?: Location;
  /** Address that processes use among each other, where it is not `address`; a pattern like it. */
  readonly dataAddress?: string;
  /** How they are reached where that differs from the pool. */
  readonly ssh?: SshOverrides;
  /** What may be requested of each; by default what the agent finds. */
  readonly capacity?: Requests;
}
/** Machines made on the server's computer. */
export interface LocalProvider {
  /** How many. */
  readonly count: number;
}
/** Machines made by a plugin: a program in the directory providers of the server's data directory. */
export interface ExecProvider {
  /** Its name; no path. */
  readonly plugin: string;
  /** What it is told with each request; what may stand here is its own to say. */
  readonly config: {
    readonly [k: string]: unknown;
  };
  /** Secret whose data it is told too, such as credentials. */
  readonly secretRef?: SecretReference;
  /** A request that takes longer is ended, and made again. */
  readonly timeout: Duration;
}
/** Machines that dial out to the server. */
export interface JoinProvider {
  /** How long a token is good that is made without saying so (plush create join-token). */
  readonly tokenTTL: Duration;
}
/** What lets hosts into a pool. */
export interface JoinToken {
  /** SHA-256 of its secret, which the server does not keep. */
  readonly hash: string;
  /** So many hosts may still join by it. */
  readonly uses: number;
  /** It is good until then. */
  readonly expires: string;
}
/** How many machines are made, by need. */
export interface PoolSize {
  /** So many there always are. */
  readonly min: number;
  /** More are never made. */
  readonly max: number;
  /** A machine that held no claim for so long is given back; above `max`, at once. */
  readonly idleTimeout: Duration;
}
/** What machines are like that are made. What is not said here is taken from a machine that the pool has. */
export interface MachineTemplate {
  /** Labels they get. */
  readonly labels: {
    readonly [k: string]: string;
  };
  /** What their sensors will find, such as cpu.cores or arch. */
  readonly attributes: {
    readonly [k: string]: string | number;
  };
  /** What may be requested of each. */
  readonly capacity?: Requests;
  /** Where they stand. */
  readonly location?: Location;
}
/** Virtual machines on the server's computer. Needs root on Linux on x86-64, qemu-system-x86, qemu-utils and mmdebstrap, and a server that listens on loopback alone. */
export interface VmProvider {
  /** How many. */
  readonly count: number;
  /** What is on their disks at first. It is made when the first machine needs it, and kept. */
  readonly image: VmImage;
  /** Processors of each. */
  readonly cpus: number;
  /** Memory of each, in bytes; at least 256Mi. */
  readonly memory: Quantity;
  /** Size of the disk of each, in bytes, at least 2Gi; it takes up what is written to it. */
  readonly disk: Quantity;
}
/** A Debian system with an SSH server and Node.js. */
export interface VmImage {
  /** Debian's release, by its code name. */
  readonly suite: string;
  /** Debian packages besides. */
  readonly packages: readonly string[];
}
/** Machines made on the server's computer, with what lies between them. Needs root on Linux, and a server that listens on loopback alone. */
export interface EmulatedProvider {
  /** How many; they are dealt out to the sites in turn. */
  readonly hosts: number;
  /** Where they stand, and what lies between them. */
  readonly topology: EmulatedTopology;
  /** What happens to them, by the clock. */
  readonly faults: readonly EmulatedFault[];
}
/** Sites and what lies between them. */
export interface EmulatedTopology {
  /** Where machines stand; without any, all stand at one place. */
  readonly sites: readonly EmulatedSite[];
  /** What lies between two sites, where that is not only the way that their distance lets expect. */
  readonly links: readonly EmulatedLink[];
  /** Where the server stands; absent: beside every machine, with nothing in between. */
  readonly serverSite?: string;
}
/** A place where machines stand. */
export interface EmulatedSite {
  /** Its name, which is the label site of its machines. */
  readonly name: string;
  /** Where it is. Between two sites with locations a packet takes as long as cables of 1.4 times their distance let it. */
  readonly location?: Location;
}
/** What lies between two sites, alike in both directions; with from and to alike, what lies between machines of one site. */
export interface EmulatedLink {
  /** Name of one site. */
  readonly from: string;
  /** Name of the other. */
  readonly to: string;
  /** Time there and back; absent: what the distance lets expect. */
  readonly rtt?: Duration;
  /** By so much a packet may be early or late, in each direction. */
  readonly jitter: Duration;
  /** Percent of packets that are lost in each direction. */
  readonly lossPercent: number;
  /** Bytes a second in each direction, for all machines of the two sites together. Absent: no limit. */
  readonly bandwidth?: Quantity;
}
/** One thing that happens to one machine, or to all of one site. */
export interface EmulatedFault {
  /** When it begins, counted from when the pool's network was made. */
  readonly at: Duration;
  /** How long it lasts; absent: for good. */
  readonly for?: Duration;
  /** Name of the Resource; either this or site. */
  readonly host?: string;
  /** Every machine of the site. */
  readonly site?: string;
  /** PowerOff: no power, nothing answers. Crash: all processes end, connections are refused. Cut: no packet comes or goes; CutIn: none comes; CutOut: none goes. Freeze: its processes stand still. */
  readonly kind: "PowerOff" | "Crash" | "Cut" | "CutIn" | "CutOut" | "Freeze";
}
/** Who may place work on the machines. */
export interface PoolAccess {
  /** Namespaces whose claims may be bound here; * is any. */
  readonly namespaces: readonly string[];
  /** Users besides the SSH user that processes may run as. */
  readonly runAs: readonly string[];
}
/** The agent on each machine. */
export interface PoolAgent {
  /** An agent that holds no claim and heard no server for so long removes itself. */
  readonly orphanAfter: Duration;
}
/** Makes the pool a tree: the server reaches some of its machines, and the others through these. Absent: it reaches each of them itself. */
export interface PoolTree {
  /** How many machines the server reaches directly, and how many are reached through each of them. A pool of no more machines is no tree. 0: however many there are. */
  readonly fanOut: number;
  /** Where machines listen for those that are reached through them; 0: any port that is free. */
  readonly port: number;
}
/** How machines find out where they are in the network: each measures the round trip to a few others, one datagram a second at first, one every five seconds later. */
export interface PoolNetwork {
  /** Machines measure to each other. false: the server's own round trip to each machine is all that is known. */
  readonly probes: boolean;
  /** UDP port on which machines answer each other; 0: any port that is free. */
  readonly port: number;
}
/** How packages come to machines. In a pool of five machines or more the server sends each package to four of them, and these give it to the others. */
export interface PoolPackages {
  /** Machines give packages to each other. They listen only while there is something to give, to agents of this server alone. false: the server sends all packages itself, four at a time. */
  readonly exchange: boolean;
  /** Where machines listen for others that fetch packages; 0: any port that is free. */
  readonly port: number;
  /** To how many others each machine gives packages at once. */
  readonly uploads: number;
  /** How many bytes a second each machine gives to others, all together. Absent: as many as they take. */
  readonly bandwidth?: Quantity;
  /** How many bytes of packages each machine keeps after they were installed. The least recently used go first; what a claim waits for stays in any case. */
  readonly cache: Quantity;
}
/** How the loss of a machine is found. */
export interface PoolDetection {
  /** Time between two signs of life. */
  readonly beat: Duration;
  /** Signs missed before the machine is looked at from outside. */
  readonly missed: number;
  /** How long that look may take. */
  readonly probe: Duration;
}
/** When a machine counts as short of something: nothing new is bound to one short of disk or memory. A condition that holds is over when a tenth more than the limit is free. */
export interface PoolMonitors {
  /** Condition DiskPressure. */
  readonly disk: DiskMonitor;
  /** Condition MemoryPressure. */
  readonly memory: MemoryMonitor;
  /** Condition LoadPressure; it keeps no work away. */
  readonly load: LoadMonitor;
}
/** The file system in which the agent's directory lies. */
export interface DiskMonitor {
  /** Less is pressure; an amount, or a share of the whole file system. 0: never. */
  readonly minFree: QuantityOrPercent;
  /** Fewer free inodes are pressure; a number, or a share of all. 0: never; file systems that do not count them have enough. */
  readonly minFreeInodes: QuantityOrPercent;
}
/** What the kernel says is available without swapping. */
export interface MemoryMonitor {
  /** Less is pressure; an amount, or a share of the machine's memory. 0: never. */
  readonly minFree: QuantityOrPercent;
}
/** The average load of the last minute. */
export interface LoadMonitor {
  /** More, for each processor core, is pressure. */
  readonly maxPerCore: number;
}
/** When more machines are gone at once, nothing is replaced: probably the fault is on our side. */
export interface PoolBrake {
  /** Percent of the pool's machines. */
  readonly maxFailedPercent: number;
  /** Fewer never brake. */
  readonly minFailed: number;
  /** Losses so close together count as at once. */
  readonly window: Duration;
}
/** What is observed of a pool. */
export interface ResourcePoolStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: "Pending" | "Ready" | "Degraded" | "Braked" | "Failed" | "Deleting";
  /** Which provider it has. */
  readonly provider?: string;
  /** Machines it has. */
  readonly resources?: number;
  /** Machines whose agent answers. */
  readonly ready?: number;
  /** Ready machines without a claim. */
  readonly free?: number;
  /** Machines that hold a claim. */
  readonly claimed?: number;
  /** Machines that cannot be used until somebody acts. */
  readonly failed?: number;
  /** Machines that are lost. */
  readonly unreachable?: number;
  /** Claims that wait and that another machine of the pool would do for. */
  readonly waiting?: number;
  /** Names of machines that the provider is asked for; written down before it is asked. */
  readonly making?: readonly string[];
  /** Tokens by which hosts may join. */
  readonly joinTokens?: readonly JoinToken[];
  /** The highest number that was given to a machine; none is given twice. */
  readonly lastNumber?: number;
  /** Machines of its own that other pools have. */
  readonly lent?: number;
  /** True: nothing is replaced. */
  readonly braked?: boolean;
  readonly conditions?: readonly Condition[];
}
/** A source of machines. */
export interface ResourcePool {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** ResourcePool */
  readonly kind: "ResourcePool";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: ResourcePoolSpec;
  /** What is observed. */
  readonly status?: ResourcePoolStatus;
}
/** Machines that are wanted for the same. */
export interface QueryGroup {
  /** Name, by which other groups refer to it. */
  readonly name: NestedName;
  /** How many machines; no machine is in two groups. */
  readonly count: number;
  /** Which machines will do, as a component says it. */
  readonly resources: ResourceRequirements;
}
/** What is looked for. */
export interface ResourceQuerySpec {
  /**
   * Groups of machines; all of them are found, or none.
   *
   * @minItems 1
   */
  readonly groups: readonly QueryGroup[];
  /** How long a better set is looked for once there is one; at most 10s. */
  readonly timeBudget: Duration;
  /** True: every machine that is not taken is told too, with its penalties or the reason why it will not do; for who may list machines. */
  readonly explain: boolean;
}
/** What a machine pays for one thing. */
export interface PenaltyTerm {
  /** An attribute, latency (within, or to whom), affinity or antiAffinity. */
  readonly term: string;
  /** What it pays. */
  readonly penalty: number;
}
/** A machine that will do. */
export interface FoundMachine {
  /** Name of the machine. */
  readonly resource: string;
  /** What it pays in all. */
  readonly penalty: number;
  /** What it pays that for. */
  readonly terms: readonly PenaltyTerm[];
  /** Claims that it holds. */
  readonly claims: number;
}
/** The machines found for one group. */
export interface FoundSet {
  /** Name of the group. */
  readonly group: string;
  /** What they pay together. */
  readonly penalty: number;
  /** The machines, by name. */
  readonly resources: readonly FoundMachine[];
}
/** A machine that would do for a group and was not taken. */
export interface OtherMachine {
  /** Name of the machine. */
  readonly resource: string;
  /** What it pays in all. */
  readonly penalty: number;
  /** What it pays that for. */
  readonly terms: readonly PenaltyTerm[];
  /** Claims that it holds. */
  readonly claims: number;
  /** Name of the group. */
  readonly group: string;
}
/** A machine that will not do for a group. */
export interface RefusedMachine {
  /** Name of the group. */
  readonly group: string;
  /** Name of the machine. */
  readonly resource: string;
  /** One word. */
  readonly reason: string;
  /** The same for people. */
  readonly message: string;
}
/** What was found. */
export interface ResourceQueryStatus {
  /** True: there are machines for all groups. */
  readonly found: boolean;
  /** True: no other set has a smaller penalty, or, where none was found, there is none. */
  readonly optimal: boolean;
  /** What the machines pay in all; the least is looked for. */
  readonly penalty?: number;
  /** The same for people; where nothing was found, why. */
  readonly message: string;
  /** The machines of each group; empty where nothing was found. */
  readonly sets: readonly FoundSet[];
  /** Machines that would do and were not taken, best first; with explain alone. */
  readonly others?: readonly OtherMachine[];
  /** Machines that will not do, by name; with explain alone. */
  readonly refused?: readonly RefusedMachine[];
}
/** Which machines are good for groups of members, and what is against each of the others? Asked and answered; nothing is taken or stored. */
export interface ResourceQuery {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** ResourceQuery */
  readonly kind: "ResourceQuery";
  /** The namespace for whose members machines are looked for; a name is not needed. */
  readonly metadata: ObjectMeta;
  /** The question. */
  readonly spec: ResourceQuerySpec;
  /** The answer. */
  readonly status?: ResourceQueryStatus;
}
/** What is limited. */
export interface ResourceQuotaSpec {
  /** The most that there may be, by name: count/KIND.GROUP, requests.cpu, requests.memory, plush.dev/machines, plush.dev/priority. */
  readonly hard: QuotaAmounts;
}
/** What is observed of a quota. */
export interface ResourceQuotaStatus {
  /** The limits that `used` was counted for. */
  readonly hard?: QuotaAmounts;
  /** What the namespace has of each. */
  readonly used?: QuotaAmounts;
}
/** Amounts by name. */
export interface QuotaAmounts {
  readonly [k: string]: Quantity;
}
/** How much a namespace may have of objects, machines, processors, memory and importance. */
export interface ResourceQuota {
  /** v1 */
  readonly apiVersion: "v1";
  /** ResourceQuota */
  readonly kind: "ResourceQuota";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is limited. */
  readonly spec: ResourceQuotaSpec;
  /** What is observed. */
  readonly status?: ResourceQuotaStatus;
}
/** What may be done in a namespace. */
export interface Role {
  /** rbac.authorization.k8s.io/v1 */
  readonly apiVersion: "rbac.authorization.k8s.io/v1";
  /** Role */
  readonly kind: "Role";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is allowed in the namespace. */
  readonly rules: readonly PolicyRule[];
}
/** Gives a role to somebody in one namespace. */
export interface RoleBinding {
  /** rbac.authorization.k8s.io/v1 */
  readonly apiVersion: "rbac.authorization.k8s.io/v1";
  /** RoleBinding */
  readonly kind: "RoleBinding";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Who gets the role. */
  readonly subjects: readonly RbacSubject[];
  /** The role; cannot be changed. */
  readonly roleRef: RoleRef;
}
/** Small data that must not be shown. */
export interface Secret {
  /** v1 */
  readonly apiVersion: "v1";
  /** Secret */
  readonly kind: "Secret";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What its data mean, such as kubernetes.io/ssh-auth. */
  readonly type: string;
  /** Values in base64, by key. */
  readonly data?: {
    readonly [k: string]: string;
  };
  /** Values as text, merged into `data` when written; never read back. */
  readonly stringData?: {
    readonly [k: string]: string;
  };
  /** True: data cannot be changed. */
  readonly immutable?: boolean;
}
/** Always none: clients of Kubernetes ask for services of the cluster, and take it as one that has none. */
export interface Service {
  /** v1 */
  readonly apiVersion: "v1";
  /** Service */
  readonly kind: "Service";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
}
/** An identity for programs. */
export interface ServiceAccount {
  /** v1 */
  readonly apiVersion: "v1";
  /** ServiceAccount */
  readonly kind: "ServiceAccount";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /**
   * Secrets that it may use.
   *
   * Items: A Secret.
   */
  readonly secrets?: readonly ObjectReference[];
  /**
   * Accepted for other clients' sake; not used.
   *
   * Items: A Secret.
   */
  readonly imagePullSecrets?: readonly NameReference[];
  /** Accepted for other clients' sake; not used. */
  readonly automountServiceAccountToken?: boolean;
}
/** Where a package comes from, and how it is installed. */
export interface SoftwareSpec {
  /** Where it comes from, for machines that no variant fits; absent: there is nothing to fetch, or, where there are variants, machines that none of them fits are not taken. */
  readonly source?: SoftwareSource;
  /** Digest of the archive; where left out it is recorded at first use and held to. */
  readonly sha256?: string;
  /** Format of the archive; guessed from the name where left out. deb and rpm go with scope Host. */
  readonly format?: SoftwareFormat;
  /** Packages for machines of different kinds: a machine gets the first whose `match` fits it, else `source`. */
  readonly variants?: readonly SoftwareVariant[];
  /** Claim: each member has its own copy. Host: installed once on a machine for all that need it, and removed with the last of them; needs root or sudo for deb and rpm. */
  readonly scope: "Claim" | "Host";
  /** Leading directories that are dropped from each path in the archive. */
  readonly strip: number;
  /**
   * Run in the package's directory after unpacking, as the process user.
   *
   * @minItems 1
   */
  readonly install?: readonly string[];
  /**
   * Run before `install`; exit status 0: it is installed already.
   *
   * @minItems 1
   */
  readonly check?: readonly string[];
  /**
   * Run in the package's directory before it is removed.
   *
   * @minItems 1
   */
  readonly uninstall?: readonly string[];
  /** How long each of the commands may take. */
  readonly timeout: Duration;
}
/** Where a package comes from; exactly one. */
export interface SoftwareSource {
  /** Fetched by the server. */
  readonly url?: string;
  /** A commit of a Git repository, fetched by the server with the program git. */
  readonly git?: GitSource;
  /** A Secret with the credentials of the url or the repository: keys username and password, or token (sent as a bearer token); for ssh, ssh-privatekey, passphrase and known_hosts. */
  readonly secretRef?: NameReference;
  /** Uploaded before, by its digest. */
  readonly blob?: string;
  /** Name of the file that the blob was made from; says the format where that is not given. */
  readonly fileName?: string;
  /** File or directory beside the manifest, which the command line uploads and replaces by `blob`; never stored. */
  readonly file?: string;
}
/** A commit of a Git repository. */
export interface GitSource {
  /** Address of the repository: https, ssh (ssh://user@host/path or user@host:path), or, while the server listens on loopback alone, file. */
  readonly url: string;
  /** Branch, tag, full name of a reference, or commit. Resolved once: its commit is recorded and held to until url or ref change. */
  readonly ref: string;
}
/** A package for machines of one kind. */
export interface SoftwareVariant {
  /** Attributes that a machine must have, each with this value, as its agent reports them in status.attributes of its Resource: `arch` (amd64, arm64, …), `os` (linux, …), `os.name`, `kernel` and so on; a label of that name where it is no attribute. */
  readonly match: {
    readonly [k: string]: string;
  };
  /** Where it comes from. */
  readonly source: SoftwareSource;
  /** Digest of the archive; where left out it is recorded at first use and held to. */
  readonly sha256?: string;
  /** Format of the archive; guessed from the name where left out. */
  readonly format?: SoftwareFormat;
}
/** What is observed of a package. */
export interface SoftwareStatus {
  /** Generation of the spec this was made from. */
  readonly observedGeneration?: number;
  /** Summary. */
  readonly state?: "Pending" | "Fetching" | "Ready" | "Failed";
  /** sha256: and the digest that is held to. */
  readonly digest?: string;
  /** Bytes of the archive. */
  readonly size?: number;
  /** Format of the archive. */
  readonly format?: SoftwareFormat;
  /** Name of the file. */
  readonly fileName?: string;
  /** The source that the digest was recorded of. */
  readonly source?: string;
  /** The commit that the reference was resolved to, and that is held to. */
  readonly commit?: string;
  /** What is observed of each variant, in the order of spec.variants. */
  readonly variants?: readonly ResolvedVariant[];
  readonly conditions?: readonly Condition[];
}
/** What is observed of a variant. */
export interface ResolvedVariant {
  /** sha256: and the digest that is held to; absent while it is not known. */
  readonly digest?: string;
  /** Bytes of the archive. */
  readonly size?: number;
  /** Format of the archive. */
  readonly format?: SoftwareFormat;
  /** Name of the file. */
  readonly fileName?: string;
  /** The source that the digest was recorded of. */
  readonly source?: string;
  /** The commit that the reference was resolved to, and that is held to. */
  readonly commit?: string;
}
/** A package: where from, its digest, how it is installed, checked and removed. */
export interface Software {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Software */
  readonly kind: "Software";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** What is wanted. */
  readonly spec: SoftwareSpec;
  /** What is observed. */
  readonly status?: SoftwareStatus;
}
/** Whom a token stands for, and until when; either a user or a service account. */
export interface TokenSpec {
  /** Name of the user that it stands for. */
  readonly user?: string;
  /** Groups that the user is in. */
  readonly groups?: readonly string[];
  /** The service account that it stands for; with the account the token ends. */
  readonly serviceAccount?: TokenServiceAccount;
  /** When it ends, as RFC 3339 writes it, at most a year ahead; or never. By default after 90 days. */
  readonly expires?: string;
}
/** A service account. */
export interface TokenServiceAccount {
  /** Its namespace. */
  readonly namespace: string;
  /** Its name. */
  readonly name: string;
}
/** What the server knows of a token. */
export interface TokenStatus {
  /** The user name that requests made with it have. */
  readonly subject?: string;
  /** SHA-256 of the secret, by which it is known again, and by which a found secret can be looked up. */
  readonly hash?: string;
  /** The service account it was made for; one of the same name that was made later is another one. */
  readonly serviceAccountUid?: string;
  /** When it was used last, to the hour. */
  readonly lastUsed?: string;
  /** The secret: in the answer to the token's creation alone, and never kept. */
  readonly token?: string;
}
/** A credential that stands for a user or a service account until it expires or is deleted. Its secret is told once, in the answer to its creation, and never kept. */
export interface Token {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** Token */
  readonly kind: "Token";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Whom it stands for, and until when. Cannot be changed. */
  readonly spec: TokenSpec;
  /** What the server knows of it. */
  readonly status?: TokenStatus;
}
/** Items that follow each other, fixed when the round of the phase begins. */
export interface WorkChunkSpec {
  /** Name of the Phase. */
  readonly phaseName: string;
  /** uid of the Phase. */
  readonly phaseUid: string;
  /** Component whose members do the work, by its name in the application. */
  readonly component?: string;
  /** Round of the phase. */
  readonly round: number;
  /** Number of the first item. */
  readonly first: number;
  /** How many items. */
  readonly count: number;
  /** Items of the whole round. */
  readonly total: number;
  /** Text of each item; absent where it is the item's number. */
  readonly texts?: readonly string[];
  /** Why there are no items. */
  readonly fault?: string;
}
/** How the items are. */
export interface WorkChunkStatus {
  /** Items that somebody has, or had; the others wait. */
  readonly items?: readonly WorkItem[];
  readonly conditions?: readonly Condition[];
}
/** How one item is. */
export interface WorkItem {
  /** Number of the item, from 0. */
  readonly index: number;
  /** Waiting: nobody has it. Running: a member has it. Failed: for good. */
  readonly state: "Waiting" | "Running" | "Done" | "Failed";
  /** How often it was given to a member. */
  readonly attempts: number;
  /** Attempts that failed. */
  readonly failures: number;
  /** Who has it, or has to give it up. */
  readonly leases: readonly ItemLease[];
  /** The attempt whose result is told. */
  readonly attempt?: number;
  /** Exit status of that attempt. */
  readonly exitCode?: number;
  /** Why that attempt failed, in one word. */
  readonly reason?: string;
  /** The last lines that a failed attempt printed. */
  readonly output?: string;
  /** uid of the Claim under which that attempt ran. */
  readonly claimUid?: string;
  /** Member that ran that attempt. */
  readonly ordinal?: number;
  /** Machine on which that attempt ran. */
  readonly resourceName?: string;
  /** How long that attempt took, in milliseconds. */
  readonly durationMs?: number;
  /** What was fetched of it. */
  readonly results?: readonly ProcessResult[];
  /** What of its outputs could not be fetched, and why. */
  readonly missing?: string;
}
/** An item in the hands of one member. */
export interface ItemLease {
  /** uid of the Claim. */
  readonly claimUid: string;
  /** Holder of the claim's ordinal: another one does not have the item. */
  readonly epoch: number;
  /** Ordinal of the member. */
  readonly ordinal: number;
  /** Which attempt at the item it is. */
  readonly attempt: number;
  /** When it was given. */
  readonly at: string;
  /** True: its process was started. */
  readonly running?: boolean;
  /** True: its result is not wanted any more, and its process is being ended. */
  readonly cancelled?: boolean;
}
/** Some hundred items of a work phase, and how each of them is. Written by the server alone; look at them with `plush get items phase/NAME`. */
export interface WorkChunk {
  /** plush.dev/v1 */
  readonly apiVersion: "plush.dev/v1";
  /** WorkChunk */
  readonly kind: "WorkChunk";
  /** Name, identity and bookkeeping. */
  readonly metadata: ObjectMeta;
  /** Which items. */
  readonly spec: WorkChunkSpec;
  /** How they are. */
  readonly status?: WorkChunkStatus;
}
