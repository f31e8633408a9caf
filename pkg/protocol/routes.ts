/**
 * HTTP/2 requests that the server makes of an agent, over any duplex that ends at the agent's Unix socket
 * (DIR/run/agent.sock). Bodies are JSON unless said otherwise.
 *
 * POST /v1/hello           ServerHello → AgentHello. First on every connection; 409 where cluster or resource differ.
 * PUT  /v1/document        DocumentBody → 200 DocumentPosition; 409 older than accepted; 403 bad signature; 410 the peers that it names
 *                          neither came with it nor are here: they are to be sent whole.
 * POST /v1/answers         application/x-ndjson of SignedAnswers until either end closes: what the next document will answer to
 *                          processes at barriers. Nothing is answered; 404 where they are told by documents alone.
 * PUT  /v1/leases          SignedGrant → 200; 403 bad signature or for another machine, 409 of an older term or another boot.
 * GET  /v1/reports         ?beat=MS; application/x-ndjson of AgentMessage until either end closes; a beat each beatMs of silence.
 * PUT  /v1/receipts/:uid   acknowledges a Removed claim's receipt; the agent forgets the claim.
 * HEAD /v1/blobs/:digest   200 with content-length of what is there already (x-complete: true|false), 404.
 * PUT  /v1/blobs/:digest   ?offset=N&total=N, bytes. 201 complete and verified, 202 more expected, 422 wrong digest, 507 disk full.
 * PUT  /v1/prefetch        PrefetchOrder → 200 once all of it is unpacked that can be, or another order has come; the rest is dropped.
 * GET  /v1/logs/:processUid ?tail=N&since=RFC3339&follow=true&previous=true&timestamps=false&run=NAME&from=OFFSET →
 *                          text/plain, streamed; headers x-run, x-last-run, and x-offset: where in the run's log it begins,
 *                          not counting timestamps. Follows to the run's end. `run`, where its log is still there, else the last one.
 * GET  /v1/results/:processUid ?stream=NAME&…&file=PATTERN&…&max=BYTES → application/x-tar of what its last run leaves (see results.ts).
 * POST /v1/exec            ExecRequest in the x-exec header (base64url JSON); body and answer are frames (see frames.ts).
 * POST /v1/commands        frames both ways until either end closes: commands without input, many at once (see command-lane.ts).
 * GET  /v1/attach/:processUid → frames: what the process prints from now on as stdout, then how it ended as result.
 * POST /v1/connect      ?port=NAME|N&process=UID or &claim=UID or neither: a TCP connection to a port of this machine;
 *                       200 once it stands, then its bytes in both directions, each of which ends by itself.
 * GET  /v1/usage         UsageReport: measured now, over a second or since it was last asked for.
 * GET  /v1/look          ?address=&port=&timeout=MS → LookAnswer: how another machine answers a TCP connect from here.
 * POST /v1/reboot        restarts the machine; 200 once that is under way, if the connection lives to tell; 403, 503.
 * POST /v1/shutdown        {remove: boolean} → 200 and the agent exits; remove: processes stopped, its directory gone.
 */
export const routes = {
  hello: "/v1/hello",
  document: "/v1/document",
  answers: "/v1/answers",
  leases: "/v1/leases",
  reports: "/v1/reports",
  receipts: "/v1/receipts",
  blobs: "/v1/blobs",
  prefetch: "/v1/prefetch",
  logs: "/v1/logs",
  results: "/v1/results",
  exec: "/v1/exec",
  commands: "/v1/commands",
  attach: "/v1/attach",
  connect: "/v1/connect",
  usage: "/v1/usage",
  look: "/v1/look",
  reboot: "/v1/reboot",
  shutdown: "/v1/shutdown",
} as const;

/** Asks for a command on the machine: in a process's environment and directory, a claim's, or the agent's own. */
export interface ExecRequest {
  readonly argv: readonly string[];
  readonly processUid?: string;
  readonly claimUid?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: { readonly rows: number; readonly columns: number };
  readonly stdin: boolean;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly user?: string;
  /** Absent: the command ends with the connection. */
  readonly kept?: KeptCommand;
}

/**
 * A command that goes on for a while when the connection is lost, so that it can be attached to by another one. It is
 * started by the first request that has its id; what has not been acknowledged as received is kept, and a command that
 * prints more than a window waits. A request that is cancelled over a connection that stands ends it at once.
 */
export interface KeptCommand {
  readonly id: string;
  /** How many bytes of its frames have come. */
  readonly received: number;
  /** The agent's run, as `agentRun` names it, that was asked first: another does not know whether that one began. */
  readonly agentRun: string;
}

/** Asks an agent to look at another machine. */
export interface LookRequest {
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** refused: a TCP reset. answered: the connection was accepted. silent: nothing came back. unknown: it could not ask. */
export interface LookAnswer {
  readonly verdict: "refused" | "answered" | "silent" | "unknown";
}

/** Asks for a connection to a port: of a process or a claim by name or number, of the machine by number. */
export interface PortRequest {
  readonly port: string;
  readonly processUid?: string;
  readonly claimUid?: string;
}
