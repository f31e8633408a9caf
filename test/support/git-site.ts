import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** A repository as a server has it, and somebody's checkout of it: files are written, committed and pushed. */
export class GitSite {
  readonly root: string;
  readonly bare: string;
  readonly work: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "plush-site-"));
    this.bare = join(this.root, "site.git");
    this.work = join(this.root, "work");
    for (const path of [this.bare, this.work]) mkdirSync(path);
    this.#run(this.bare, ["init", "--quiet", "--bare", "--initial-branch=main"]);
    for (const [name, value] of [
      ["http.receivepack", "true"],
      ["receive.denyNonFastForwards", "false"],
      ["uploadpack.allowAnySHA1InWant", "true"],
    ] as const)
      this.#run(this.bare, ["config", name, value]);
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("remote", "add", "origin", this.bare);
  }

  /** Of files of this computer. */
  get url(): string {
    return `file://${this.bare}`;
  }

  git(...args: readonly string[]): string {
    return this.#run(this.work, args);
  }

  /** Writes files; undefined removes one. Nothing is committed. */
  write(files: Readonly<Record<string, string | Buffer | undefined>>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.work, path);
      if (content === undefined) rmSync(file, { recursive: true });
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.work, path)), { recursive: true });
    symlinkSync(target, join(this.work, path));
  }

  /** Commits everything, and answers the commit. */
  commit(files: Readonly<Record<string, string | Buffer | undefined>> = {}, ...options: readonly string[]): string {
    this.write(files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message=change", ...options);
    return this.git("rev-parse", "HEAD");
  }

  /** Commits and pushes to the files themselves. */
  push(files: Readonly<Record<string, string | Buffer | undefined>> = {}): string {
    const commit = this.commit(files);
    this.git("push", "--quiet", "--force", "origin", "HEAD:main");
    return commit;
  }

  /** Pushes what is committed to a server, which may be one of this process. */
  async pushTo(url: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const env = { ...siteEnvironment, ...variables };
    await promisify(execFile)("git", ["push", "--quiet", url, "HEAD:main"], { cwd: this.work, env });
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #run(cwd: string, args: readonly string[]): string {
    return execFileSync("git", [...args], { cwd, env: siteEnvironment, stdio: ["ignore", "pipe", "pipe"] })
      .toString()
      .trim();
  }
}

const siteEnvironment = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.org",
};
