import { sign } from "node:crypto";
import { access, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import type { TLSSocket } from "node:tls";
import { sleep } from "../../clock/index.ts";
import { linkProof } from "../../protocol/index.ts";
import { removeAgent } from "../daemon/run.ts";
import { makeLayout } from "../layout.ts";
import { dialServer, hear, tell } from "./dial-server.ts";
import { type JoinFile, readJoinFile } from "./join-file.ts";
import { type LinkOptions, startWanted } from "./start-wanted.ts";

const firstWaitMs = 500;
const maxWaitMs = 30_000;

/**
 * Keeps a connection to the server at hand for as long as the host belongs to it: when the server takes one it becomes
 * a link to the agent's socket, and another is dialled. Ends when the agent is removed.
 */
export async function runLink(options: LinkOptions): Promise<void> {
  const { directory, clock, log } = options;
  let waitMs = firstWaitMs;
  for (;;) {
    const file = await readJoinFile(directory);
    if (file === undefined) return;
    try {
      const outcome = await offer(options, file, () => {
        waitMs = firstWaitMs;
      });
      if (outcome === "removed") return;
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : String(error), waitMs }, "no link to the server");
      await sleep(clock, waitMs);
      waitMs = Math.min(maxWaitMs, waitMs * 2);
    }
  }
}

/** Dials, shows who it is, and answers until the connection becomes a link. */
async function offer(options: LinkOptions, file: JoinFile, onAccepted: () => void): Promise<"linked" | "removed"> {
  const socket = await dialServer(file.server, file.authority);
  try {
    await introduce(socket, file);
    for (;;) {
      const asked = await hear(socket);
      onAccepted();
      switch (asked["do"]) {
        case "ping":
          // The agent may have been removed over a link, by itself.
          if ((await readJoinFile(options.directory)) === undefined) return "removed";
          tell(socket, { do: "pong" });
          break;
        case "start":
          await startWanted(options, socket, asked);
          await goesOn(socket);
          join(socket, makeLayout(options.directory).socket);
          return "linked";
        case "remove":
          await removeAll(options);
          tell(socket, { do: "removed" });
          socket.end();
          return "removed";
        default:
          throw new Error(`the server asks for what is not known here: ${String(asked["do"])}`);
      }
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function introduce(socket: TLSSocket, { clusterUid, resourceUid, privateKey }: JoinFile): Promise<void> {
  tell(socket, { do: "link", resourceUid });
  const { nonce } = await hear(socket);
  if (typeof nonce !== "string") throw new Error("the server's answer is not understood");
  const proof = Buffer.from(linkProof({ clusterUid, resourceUid, nonce }));
  tell(socket, { signature: sign(null, proof, privateKey).toString("base64") });
}

async function goesOn(socket: TLSSocket): Promise<void> {
  const { do: word } = await hear(socket);
  if (word !== "go") throw new Error("the server's answer is not understood");
}

/** The agent may have removed itself already, or may never have been started. */
async function removeAll(options: LinkOptions): Promise<void> {
  if (await exists(makeLayout(options.directory).config)) await removeAgent(options);
  await rm(options.directory, { recursive: true, force: true });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** From here on the agent answers. */
function join(socket: TLSSocket, path: string): void {
  const agent = createConnection(path);
  agent.on("error", () => socket.destroy());
  agent.once("close", () => socket.destroy());
  socket.once("close", () => agent.destroy());
  agent.pipe(socket);
  socket.pipe(agent);
}
