import { readFileSync } from "node:fs";
import http2 from "node:http2";
import { Http2AgentSession } from "../../pkg/fabric/agent-session.ts";
import { type AgentConfig, protocolVersion } from "../../pkg/protocol/index.ts";
import { connectSsh, type SshSession } from "../../pkg/remote/index.ts";
import { EagerDuplex } from "../../pkg/streams/index.ts";
import { eventually } from "../support/eventually.ts";
import type { Testbed } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";

const limitMs = 60_000;
/** As an agent has it. */
const windowBytes = 8 << 20;
const readerSocket = "/run/reader.sock";

/** Reads what is posted to it, and answers at its end. */
const reader = `
const http2 = require("node:http2");
const server = http2.createServer({ settings: { initialWindowSize: ${windowBytes} }, maxSessionMemory: 512 });
server.on("session", (session) => session.setLocalWindowSize(${2 * windowBytes}));
server.on("stream", (stream) => {
  stream.resume();
  stream.once("end", () => {
    stream.respond({ ":status": 200 });
    stream.end();
  });
});
server.listen("${readerSocket}");
`;

/** Connections to the agent of a bed's first machine as its server has one: SSH, in it HTTP/2. */
export interface AgentLink {
  readonly resourceName: string;
  readonly session: Http2AgentSession;
  /** Another one, for pings. */
  readonly pings: http2.ClientHttp2Session;
}

/** The same to a program that only reads. */
export interface ReaderLink {
  readonly session: http2.ClientHttp2Session;
}

export async function linkToAgent(bed: Testbed): Promise<AgentLink> {
  const [resource] = await bed.server.list<{ metadata: { name: string }; status: { directory: string } }>("resources");
  const [host] = bed.hosts;
  if (resource === undefined || host === undefined) throw new Error("no machine");
  const { directory } = resource.status;
  const ssh = await openSsh(bed);
  const socket = `${directory}/run/agent.sock`;
  const session = new Http2AgentSession(await ssh.forwardUnix(socket));
  const { clusterUid, resourceUid } = JSON.parse(await host.exec(["cat", `${directory}/agent.json`])) as AgentConfig;
  // A term of the past takes nothing away from the server.
  const hello = { protocol: protocolVersion, clusterUid, resourceUid, term: 0 };
  await session.hello(hello, AbortSignal.timeout(limitMs));
  return { resourceName: resource.metadata.name, session, pings: await connectThrough(ssh, socket) };
}

export async function linkToReader(bed: Testbed): Promise<ReaderLink> {
  const ssh = await openSsh(bed);
  const program = await ssh.start(`exec ${process.execPath} -e '${reader}'`);
  afterwards(() => program.close());
  return { session: await eventually(() => connectThrough(ssh, readerSocket), limitMs) };
}

async function connectThrough(ssh: SshSession, socket: string): Promise<http2.ClientHttp2Session> {
  const stream = await ssh.forwardUnix(socket);
  return http2.connect("http://agent", { createConnection: () => new EagerDuplex(stream), maxSessionMemory: 512 });
}

async function openSsh(bed: Testbed): Promise<SshSession> {
  const [host] = bed.hosts;
  if (host === undefined) throw new Error("no machine");
  const session = await connectSsh({
    host: host.address,
    port: host.port,
    user: "root",
    privateKey: readFileSync(bed.identity, "utf8"),
    hostKeys: { kind: "acceptNew" },
    jump: [],
    connectTimeoutMs: 10_000,
    signal: AbortSignal.timeout(limitMs),
  });
  afterwards(() => session.close());
  return session;
}
