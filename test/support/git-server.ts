import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A repository with two commits: `first` has tag v1, `second` is what branch main is at. */
export interface TestRepository {
  readonly path: string;
  readonly first: string;
  readonly second: string;
}

/** Makes a repository whose commits are the same whoever makes it. */
export function makeRepository(path: string): TestRepository {
  mkdirSync(join(path, "bin"), { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], { cwd: path, env })
      .toString()
      .trim();
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(path, "bin", "run"), "#!/bin/sh\necho one\n");
  chmodSync(join(path, "bin", "run"), 0o755);
  symlinkSync("bin/run", join(path, "alias"));
  writeFileSync(join(path, "binary"), Buffer.from([0, 255, 10, 0, 10]));
  writeFileSync(join(path, "empty"), "");
  // What an archive of git itself would leave out, or write the names of references into.
  writeFileSync(join(path, ".gitattributes"), "left-out export-ignore\nnamed export-subst\n");
  writeFileSync(join(path, "left-out"), "here\n");
  writeFileSync(join(path, "named"), "$Format:%d$\n");
  git("add", "--all");
  git("commit", "--quiet", "--message=one");
  const first = git("rev-parse", "HEAD");
  git("tag", "--annotate", "--message=one", "v1");
  writeFileSync(join(path, "bin", "run"), "#!/bin/sh\necho two\n");
  git("commit", "--quiet", "--all", "--message=two");
  return { path, first, second: git("rev-parse", "HEAD") };
}

const env = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.org",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

export interface GitServer {
  /** Of the directory that it serves; a repository is URL/PATH. */
  readonly url: string;
  /** What requests brought as Authorization. */
  readonly seen: readonly string[];
  /** What a request for /slow/PATH brought, which is answered once it is let go. */
  readonly slow: string | undefined;
  letGo(): void;
  stop(): Promise<void>;
}

/** Serves a directory of repositories over HTTP, by git's own CGI program; `authorization`: who brings another is refused. */
export async function startGitServer(root: string, authorization?: string): Promise<GitServer> {
  const seen: string[] = [];
  let slow: string | undefined;
  let waiting: ServerResponse | undefined;
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? "");
    if (request.url?.startsWith("/moved/")) {
      response.writeHead(302, { location: request.url.replace("/moved/", "/") }).end();
    } else if (request.url?.startsWith("/slow/") && request.headers.authorization !== undefined) {
      slow = request.headers.authorization;
      waiting = response;
    } else if (request.url?.startsWith("/silent/")) {
      // Says nothing.
    } else if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    } else runCgi(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get slow() {
      return slow;
    },
    letGo: () => void waiting?.writeHead(404).end(),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function runCgi(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const header = (name: string): string => String(request.headers[name] ?? "");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  child.once("close", () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf("\r\n\r\n");
    const headers = answer
      .subarray(0, end)
      .toString("latin1")
      .split("\r\n")
      .map((line) => line.split(": "));
    const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
    for (const [name = "", value = ""] of headers) if (name !== "Status") response.setHeader(name, value);
    response.writeHead(Number.parseInt(status, 10));
    response.end(answer.subarray(end + 4));
  });
}
