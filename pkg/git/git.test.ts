import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GitServer, makeRepository, startGitServer, type TestRepository } from "../../test/support/git-server.ts";
import { isInstalled } from "../../test/support/programs.ts";
import { missingSshd, startSshd, type TestSshd } from "../../test/support/sshd.ts";
import { readGitAddress } from "./git-address.ts";
import { type GitOptions, type GitRequest, withCommit } from "./index.ts";
import { runGit } from "./run-git.ts";

const ann = `Basic ${Buffer.from("ann:h'u s&h%").toString("base64")}`;

test.each([
  ["https://x.test/a.git", "https x.test 443"],
  ["ssh://git@x.test:2222/a", "ssh x.test 2222"],
  ["ssh://git@[2001:db8::1]/a", "ssh 2001:db8::1 22"],
  ["git@x.test:a/b.git", "ssh x.test 22"],
  ["file:///srv/a", "file  0"],
])("the address %s", (url, expected) => {
  const { scheme, host, port } = readGitAddress(url);
  expect(`${scheme} ${host} ${port}`).toBe(expected);
});

test.each(["ssh://-oProxyCommand=x/y", "ext::sh -c id", "/etc/passwd", "git@x.test://a", "ftp://x.test/a"])(
  "%s is no address of a repository",
  (url) => {
    expect(() => readGitAddress(url)).toThrow();
  },
);

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

describe.skipIf(!isInstalled("git"))("git", () => {
  let root: string;
  let scratch: string;
  let repository: TestRepository;
  let open: GitServer;
  let guarded: GitServer;
  const asked: string[] = [];

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "plush-git-test-"));
    scratch = join(root, "scratch");
    repository = makeRepository(join(root, "served", "sword"));
    open = await startGitServer(join(root, "served"));
    guarded = await startGitServer(join(root, "served"), ann);
  });
  afterAll(async () => {
    await open.stop();
    await guarded.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function fetched(request: Partial<GitRequest>, options: Partial<GitOptions> = {}) {
    const all = {
      url: `${open.url}/sword`,
      ref: "main",
      credentials: { kind: "none" } as const,
      signal: AbortSignal.timeout(60_000),
      ...request,
    };
    const addressOf = async (host: string, port: number): Promise<string> => {
      asked.push(`${host}:${port}`);
      return "127.0.0.1";
    };
    return withCommit(
      { directory: scratch, addressOf, allowFile: true, ...options },
      all,
      async ({ commit, archive }) => {
        const tar = Buffer.concat(await archive.toArray());
        return { commit, tar, digest: createHash("sha256").update(tar).digest("hex") };
      },
    );
  }

  test.each<[string, () => string, () => string]>([
    ["a branch", () => "main", () => repository.second],
    ["a tag with a text of its own", () => "v1", () => repository.first],
    ["a full name", () => "refs/heads/main", () => repository.second],
    ["what the repository is at", () => "HEAD", () => repository.second],
    ["a commit", () => repository.first, () => repository.first],
  ])("B-SOF-17: %s is resolved to its commit", async (_name, ref, commit) => {
    expect((await fetched({ ref: ref() })).commit).toBe(commit());
  });

  test("B-SOF-17: what it was resolved to before is what is fetched", async () => {
    expect((await fetched({ ref: "main", commit: repository.first })).commit).toBe(repository.first);
  });

  test("B-SOF-18: the same commit is the same bytes, wherever it is fetched from: its files, and nothing of git", async () => {
    const other = makeRepository(join(root, "elsewhere"));
    execFileSync("git", ["tag", "another", other.second], { cwd: other.path });
    const [over, local] = [await fetched({}), await fetched({ url: `file://${other.path}` })];
    expect(local.digest).toBe(over.digest);
    const members: string[] = [];
    const reader = extract();
    reader.end(over.tar);
    for await (const entry of reader) {
      const { type, name, mode, linkname, mtime, uid } = entry.header;
      const content = (await buffer(entry as unknown as Readable)).toString("latin1");
      members.push(
        `${type} ${name} ${mode?.toString(8)} ${linkname ?? JSON.stringify(content)} ${Number(mtime)} ${uid}`,
      );
    }
    expect(members).toEqual([
      'file .gitattributes 644 "left-out export-ignore\\nnamed export-subst\\n" 0 0',
      "symlink alias 777 bin/run 0 0",
      'file bin/run 755 "#!/bin/sh\\necho two\\n" 0 0',
      `file binary 644 ${JSON.stringify("\0\xff\n\0\n")} 0 0`,
      'file empty 644 "" 0 0',
      'file left-out 644 "here\\n" 0 0',
      'file named 644 "$Format:%d$\\n" 0 0',
    ]);
    expect(readdirSync(scratch)).toEqual([]);
  });

  test("B-SOF-19: a login is asked for by git and in no argument; a wrong one is said with git's words, without it", async () => {
    const url = `${guarded.url}/sword`;
    const login = (password: string) => ({ kind: "login", username: "ann", password }) as const;
    expect((await fetched({ url, credentials: login("h'u s&h%") })).commit).toBe(repository.second);
    const wrong = fetched({ url, credentials: login("wrong-word") });
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining("Authentication failed") });
    await wrong.catch(({ message }) => expect(message).not.toContain("wrong-word"));
    await expect(fetched({ url })).rejects.toMatchObject({
      reason: "Unreachable",
      message: expect.stringMatching(/^fatal: /),
    });
  });

  test("B-SOF-19: while it is asked, the password is in no argument and no variable of any process", async () => {
    const secret = "p4ssw0rd-of-nobody-else";
    const credentials = { kind: "login", username: "ann", password: secret } as const;
    const url = `${guarded.url}/slow/sword`;
    const asking = fetched({ url, credentials }, { timeoutMs: 20_000 }).catch((error: unknown) => String(error));
    await expect.poll(() => guarded.slow, { timeout: 15_000 }).toBe(`Basic ${btoa(`ann:${secret}`)}`);
    const seen = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => ["cmdline", "environ"].map((file) => textOf(join("/proc", pid, file))));
    expect(seen.some((text) => text.includes("git") && text.includes("/slow/sword"))).toBe(true);
    expect(seen.filter((text) => text.includes(secret) || text.includes(btoa(`ann:${secret}`)))).toEqual([]);
    guarded.letGo();
    expect(await asking).not.toContain(secret);
  });

  test("B-SOF-19: a token goes with each request", async () => {
    const server = await startGitServer(join(root, "served"), "Bearer abc");
    const credentials = { kind: "token", token: "abc" } as const;
    expect((await fetched({ url: `${server.url}/sword`, credentials })).commit).toBe(repository.second);
    expect(new Set(server.seen)).toEqual(new Set(["Bearer abc"]));
    await server.stop();
  });

  test("the address that was judged is the one that is dialled, and no other: redirects are not followed", async () => {
    const port = new URL(open.url).port;
    expect((await fetched({ url: `http://named.test:${port}/sword` })).commit).toBe(repository.second);
    expect(asked.at(-1)).toBe(`named.test:${port}`);
    await expect(fetched({ url: `${open.url}/moved/sword` })).rejects.toMatchObject({ reason: "Unreachable" });
    const refuse = async (): Promise<string> => {
      throw Object.assign(new Error("refused"), { reason: "Forbidden" });
    };
    await expect(fetched({}, { addressOf: refuse })).rejects.toThrow("refused");
  });

  test.each<[string, () => Partial<GitRequest>, Partial<GitOptions>, object]>([
    [
      "a reference that is not there",
      () => ({ ref: "gone" }),
      {},
      { reason: "RefNotFound", message: /no branch and no tag gone/ },
    ],
    ["a short commit", () => ({ ref: "abcdef0" }), {}, { reason: "RefNotFound", message: /all of its 40 digits/ }],
    ["a commit that is not there", () => ({ ref: "a".repeat(40) }), {}, { reason: "RefNotFound" }],
    [
      "no repository",
      () => ({ url: `${open.url}/none` }),
      {},
      { reason: "Unreachable", message: /none\/?' not found/ },
    ],
    [
      "a file, where that is not allowed",
      () => ({ url: `file://${repository.path}` }),
      { allowFile: false },
      { reason: "Forbidden" },
    ],
    ["other protocols", () => ({ url: "ext::sh -c id" }), {}, { reason: "Invalid" }],
    [
      "a password in the address",
      () => ({ url: "https://a:b@x.test/y" }),
      {},
      { reason: "Invalid", message: /secretRef/ },
    ],
    ["more than is allowed", () => ({}), { maxBytes: 10 }, { reason: "RequestEntityTooLarge" }],
    ["who says nothing", () => ({ url: `${open.url}/silent/x` }), { timeoutMs: 1500 }, { reason: "Timeout" }],
  ])(
    "B-SOF-20: refused with a reason: %s",
    async (_name, request, options, { message, ...expected }: { message?: RegExp }) => {
      const matching = message === undefined ? {} : { message: expect.stringMatching(message) };
      await expect(fetched(request(), options)).rejects.toMatchObject({ ...expected, ...matching });
      expect(readdirSync(scratch)).toEqual([]);
    },
  );

  test("B-SOF-20: without the program git it is said what to install", async () => {
    const place = { cwd: root, env: { PATH: root }, credentials: { kind: "none" } as const };
    await expect(runGit({ ...place, signal: AbortSignal.timeout(5000) }, ["--version"])).rejects.toMatchObject({
      reason: "GitMissing",
      message: expect.stringContaining("install it"),
    });
  });

  describe.skipIf(missingSshd() !== undefined)("over ssh", () => {
    let sshd: TestSshd;
    beforeAll(async () => {
      sshd = await startSshd();
    });
    afterAll(() => sshd.stop());
    const url = (): string => `ssh://${sshd.user}@git.test:${sshd.port}${repository.path}`;
    const known = (): string => sshd.knownHosts.replace("127.0.0.1", "git.test");

    test("B-SOF-21: a key of a Secret opens it; the host's key is held against known_hosts", async () => {
      const credentials = { kind: "ssh", privateKey: sshd.privateKey, knownHosts: known() } as const;
      expect((await fetched({ url: url(), credentials })).commit).toBe(repository.second);
      expect(asked.at(-1)).toBe(`git.test:${sshd.port}`);
      const another = execFileSync("sh", [
        "-c",
        'd=$(mktemp -d); ssh-keygen -q -t ed25519 -N "" -f "$d/k"; cat "$d/k.pub"; rm -r "$d"',
      ]);
      const knownHosts = `[git.test]:${sshd.port} ${another.toString().split(" ").slice(0, 2).join(" ")}`;
      await expect(fetched({ url: url(), credentials: { ...credentials, knownHosts } })).rejects.toMatchObject({
        message: expect.stringMatching(/host key/i),
      });
    });

    test("B-SOF-21: a key with a passphrase, and no known_hosts: whatever key the host shows", async () => {
      const file = join(root, "locked");
      writeFileSync(file, sshd.privateKey, { mode: 0o600 });
      execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", "pass word", "-f", file]);
      const locked = { kind: "ssh", privateKey: readFileSync(file, "utf8"), passphrase: "pass word" } as const;
      expect((await fetched({ url: url(), credentials: locked })).commit).toBe(repository.second);
      await expect(fetched({ url: url(), credentials: { ...locked, passphrase: "no" } })).rejects.toMatchObject({
        message: expect.stringContaining("Permission denied"),
      });
    });

    test("without a key it is refused, with ssh's own words", async () => {
      await expect(fetched({ url: url() })).rejects.toMatchObject({
        message: expect.stringContaining("Permission denied"),
      });
    });
  });
});
