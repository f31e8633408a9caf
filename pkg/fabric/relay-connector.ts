import { connect, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import type { AgentSession } from "./agent-session.ts";
import { abortable } from "./deadline.ts";
import { type AgentConnection, ConnectError, type Connector } from "./fabric.ts";

/** Certificates of the agents of this server. */
export interface TreeAuthority {
  /** PEM: what agents' certificates are signed by. */
  readonly authority: string;
  /** The server's own by it, PEM, with the name that pkg/protocol gives it. */
  readonly server: { readonly certificate: string; readonly key: string };
  /** PEM, for an agent's key (SPKI PEM), with its uid for a name; good for `certificateMs`. */
  readonly certify: (resourceUid: string, publicKey: string) => Promise<string>;
  readonly certificateMs: number;
}

/** A way to a machine through the agent that is its parent. */
export interface RelayWay {
  readonly parentUid: string;
  /** Of the parent. */
  readonly session: AgentSession;
}

/**
 * Reaches an agent that runs, through its parent. The server knows the agent by its certificate and speaks TLS with it:
 * a parent can delay and drop, and nothing else.
 */
export function relayConnector(
  resourceUid: string,
  { session }: RelayWay,
  authority: TreeAuthority,
): Pick<Connector, "connect"> {
  return {
    async connect({ signal, replace }): Promise<AgentConnection> {
      if (replace !== undefined)
        throw new ConnectError("Unreachable", `no agent is replaced through its parent: ${replace}`);
      const stream = await session.openRelay(resourceUid, signal);
      const socket = connect({
        socket: stream,
        secureContext: contextOf(authority),
        servername: "",
        checkServerIdentity: (_host, { subject }) =>
          subject.CN === resourceUid ? undefined : new Error(`it is ${subject.CN}, not ${resourceUid}`),
      });
      // Whatever the socket is told comes to those who read from it.
      stream.once("close", () => socket.destroy());
      socket.on("error", () => stream.destroy());
      const close = (): void => void socket.destroy();
      try {
        await abortable(isSecure(socket), signal);
        return { stream: socket, close };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

const contexts = new WeakMap<TreeAuthority["server"], SecureContext>();

/** One for all relayed connections, until the server has another certificate: each of its own would cost more than all else of a connection. */
function contextOf(authority: TreeAuthority): SecureContext {
  const known = contexts.get(authority.server);
  if (known !== undefined) return known;
  const { certificate, key } = authority.server;
  const context = createSecureContext({ ca: authority.authority, cert: certificate, key, minVersion: "TLSv1.3" });
  contexts.set(authority.server, context);
  return context;
}

function isSecure(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the way through the parent has ended")));
  });
}
