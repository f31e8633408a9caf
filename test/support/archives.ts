import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

export interface Member {
  readonly name: string;
  readonly content?: string;
  readonly mode?: number;
  readonly type?: "file" | "symlink" | "character-device";
  readonly linkname?: string;
}

/** A tar.gz of these members, names as they are: also such as no honest archive has. */
export async function tarGz(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content = "", mode = 0o644, type = "file", linkname } of members) {
    archive.entry({ name, mode, type, ...(linkname !== undefined && { linkname }) }, type === "file" ? content : "");
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Serves files by name on a loopback port. */
export async function serveFiles(files: ReadonlyMap<string, Buffer>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const body = files.get((request.url ?? "").slice(1));
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-length": body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
