import { Duplex } from "node:stream";
import type { Clock } from "../clock/index.ts";
import { type AgentConfig, type AgentHello, type AgentMessage, protocolVersion } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { BytesObserver } from "../streams/index.ts";
import { type AgentSession, Http2AgentSession } from "./agent-session.ts";
import { abortable, withDeadline } from "./deadline.ts";
import { type AgentConnection, ConnectError, type Connector } from "./fabric.ts";
import { applyMessage, type HostView } from "./host-view.ts";
import { DecodeError } from "./report-decoder.ts";

export interface DialRequest {
  readonly clock: Clock;
  readonly connector: Pick<Connector, "connect">;
  readonly config: AgentConfig;
  readonly term: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly enter: () => Promise<void>;
  readonly replace?: string;
  /** Told of all that goes over the connection. */
  readonly onBytes?: BytesObserver;
  /** How long to connect, and each answer, may take; absent: as long as it takes to bring an agent up, and some seconds. */
  readonly answerMs?: number;
  /** How seldom beats may come; absent: as the agent's settings say. */
  readonly beatMs?: number;
}

export interface Dialled {
  readonly connection: AgentConnection;
  readonly session: AgentSession;
  readonly hello: AgentHello;
  /** How long its hello took. */
  readonly roundTripMs: number;
  /** Gives what has been reported so far; whatever comes after that goes to `onMessage`. */
  readonly takeReports: (onMessage: (message: AgentMessage) => void) => HostView;
}

/** A started agent answers in milliseconds; a frozen one never does. Generous for a machine under heavy load. */
const answerMs = 8000;

/** One attempt to reach a machine's agent, up to its first full report. Rejects with ConnectError only. */
export async function dialAgent(request: DialRequest): Promise<Dialled> {
  try {
    const first = await connectAndGreet(request, request.replace);
    const { version, protocol } = first.hello;
    if (version === request.config.version && protocol === protocolVersion) return await awaitReport(request, first);
    first.session.close();
    first.connection.close();
    const replaced = await connectAndGreet(request, `agent is of version ${version.slice(0, 12)}`);
    return await awaitReport(request, replaced);
  } catch (error) {
    throw toConnectError(error, request.config.resourceName);
  }
}

type Greeted = Omit<Dialled, "takeReports">;

async function connectAndGreet(request: DialRequest, replace: string | undefined): Promise<Greeted> {
  const { connector, config, signal, onStep, enter } = request;
  const connect = (limited: AbortSignal): Promise<AgentConnection> =>
    connector.connect({ config, signal: limited, onStep, enter, ...(replace !== undefined && { replace }) });
  const connection = await connectWithin(request, connect);
  const { stream } = connection;
  const session = stream instanceof Duplex ? new Http2AgentSession(stream, request.onBytes) : stream;
  try {
    const { clusterUid, resourceUid } = config;
    const limits = { limitMs: request.answerMs ?? answerMs, what: "agent's hello", signal };
    const sentAt = request.clock.monotonic();
    const hello = await withDeadline(request.clock, limits, (limited) =>
      session.hello({ protocol: protocolVersion, clusterUid, resourceUid, term: request.term }, limited),
    );
    checkHello(hello, request);
    return { connection, session, hello, roundTripMs: request.clock.monotonic() - sentAt };
  } catch (error) {
    session.close();
    connection.close();
    throw error;
  }
}

/** A connector that ignores its signal must not hold up a detach; what it still brings is closed. */
async function connectWithin(
  { clock, signal, answerMs: limitMs }: DialRequest,
  connect: (signal: AbortSignal) => Promise<AgentConnection>,
): Promise<AgentConnection> {
  let connecting: Promise<AgentConnection> | undefined;
  const start = (limited: AbortSignal): Promise<AgentConnection> => {
    connecting = connect(limited);
    return connecting;
  };
  try {
    if (limitMs === undefined) return await abortable(start(signal), signal);
    return await withDeadline(clock, { limitMs, what: "the way through the parent", signal }, start);
  } catch (error) {
    connecting?.then((late) => late.close()).catch(() => {});
    throw error;
  }
}

function checkHello(hello: AgentHello, request: DialRequest): void {
  if (hello.document.term > request.term) {
    throw new ConnectError(
      "Superseded",
      `agent follows a server of term ${hello.document.term}; this one is of term ${request.term}`,
    );
  }
  // An older agent is replaced by this server's own, which takes its word for nothing but its version.
  if (hello.protocol > protocolVersion) {
    throw new ConnectError(
      "ProtocolMismatch",
      `agent speaks protocol ${hello.protocol}, this server ${protocolVersion}: use a server as new as the agent`,
    );
  }
}

async function awaitReport(request: DialRequest, greeted: Greeted): Promise<Dialled> {
  const { session, connection } = greeted;
  const limitMs = request.answerMs ?? answerMs;
  const limits = { limitMs, what: "agent's first report", signal: request.signal };
  try {
    const takeReports = await withDeadline(request.clock, limits, () => firstReport(session, request.beatMs));
    return { ...greeted, takeReports };
  } catch (error) {
    session.close();
    connection.close();
    throw error;
  }
}

function firstReport(session: AgentSession, beatMs: number | undefined): Promise<Dialled["takeReports"]> {
  return new Promise((resolve, reject) => {
    let onMessage: ((message: AgentMessage) => void) | undefined;
    let view: HostView | undefined;
    session.readReports((message) => {
      if (onMessage !== undefined) {
        onMessage(message);
        return;
      }
      view = applyMessage(view, message);
      if (view === undefined) return;
      const first = view;
      resolve((take) => {
        onMessage = take;
        return view ?? first;
      });
    }, beatMs);
    void session.closed.then((why) => reject(new StatusError("Unreachable", why)));
  });
}

function toConnectError(error: unknown, host: string): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof DecodeError) {
    return new ConnectError("ProtocolMismatch", `${host}: agent's answer is not understood: ${error.message}`, {
      cause: error,
    });
  }
  const status = StatusError.from(error);
  // A hello is refused as a conflict by an agent of somebody else's, as a bad request by one that is newer than this server.
  const isRefusal = status.reason === "Conflict" || status.reason === "BadRequest";
  const reason = isRefusal ? "ProtocolMismatch" : "Unreachable";
  return new ConnectError(reason, `${host}: ${status.message}`, { cause: error });
}
