import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { dialServer, fetchAuthority, hear, tell } from "./dial-server.ts";
import { type JoinFile, writeJoinFile } from "./join-file.ts";

export interface JoinRequest {
  /** https://HOST:PORT */
  readonly server: string;
  readonly token: string;
  /** "sha256:…" */
  readonly caHash: string;
  /** Default: the host's own name. */
  readonly name?: string;
  /** Default: the one from which the server is reached. */
  readonly address?: string;
  /** Default: where agents are that are brought over SSH. */
  readonly directory?: string;
}

/** Joins a pool: makes a key, has it let in by the token, and writes down what the link needs. Answers the directory. */
export async function register(request: JoinRequest): Promise<{ readonly directory: string; readonly file: JoinFile }> {
  const { server, token, caHash } = request;
  const authority = await fetchAuthority(server, caHash);
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const socket = await dialServer(server, authority);
  try {
    tell(socket, {
      do: "register",
      token,
      publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
      name: request.name ?? hostname().toLowerCase(),
      address: request.address ?? socket.localAddress ?? "",
    });
    const { clusterUid, resourceUid, resourceName } = await hear(socket);
    if (typeof clusterUid !== "string" || typeof resourceUid !== "string" || typeof resourceName !== "string")
      throw new Error("the server's answer is not understood");
    const directory = request.directory ?? placeOf(clusterUid, resourceUid);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const file = { server, authority, clusterUid, resourceUid, resourceName, privateKey: key };
    await writeJoinFile(directory, file);
    return { directory, file };
  } finally {
    socket.destroy();
  }
}

/** As for agents that are brought over SSH. */
function placeOf(clusterUid: string, resourceUid: string): string {
  const id = `${shortHash(clusterUid)}-${shortHash(resourceUid)}`;
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? join("/var/lib/plush-agent", id) : join(`/var/tmp/plush-agent-${uid}`, id);
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
