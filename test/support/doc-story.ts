import { execFile } from "node:child_process";
import { setMaxListeners } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../pkg/cli/run-cli.ts";
import { blocksOf, commandsOf, type DocBlock, plainCallOf, type ShellCommand } from "./doc-blocks.ts";
import type { PageStory } from "./doc-story-table.ts";
import { isInstalled } from "./programs.ts";

const root = resolve(import.meta.dirname, "../..");

export interface StoryPlace {
  /** HOME, and where commands are run. */
  readonly home: string;
  readonly kubeconfig: string;
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Commands that the program itself has, and not what is loaded here. */
const apart: ReadonlySet<string> = new Set(["server", "demo", "restore", "ui"]);
/** Programs of others, which a computer need not have. */
const foreign = ["kubectl", "jq", "openssl"];
/** A reader that would go on for ever has seen enough. */
const followMs = 1500;
const commandMs = 30_000;

/** What a page says, done in its order: manifests are applied, commands run. Answers the faults, each with file and line. */
export class DocStory {
  readonly #page: string;
  readonly #text: string;
  readonly #story: PageStory;
  readonly #place: StoryPlace;
  readonly #faults: string[] = [];
  /** Excuses that were needed. */
  readonly #used = new Set<string>();
  #lastManifest = "";

  constructor(page: string, story: PageStory, place: StoryPlace) {
    this.#page = page;
    this.#text = readFileSync(join(root, page), "utf8");
    this.#story = story;
    this.#place = place;
  }

  async run(): Promise<readonly string[]> {
    const { files = {}, before = [], after = [], settle = [], notRun = {}, mayEnd = {} } = this.#story;
    for (const [name, text] of Object.entries(files)) this.#write(name, text);
    await this.#each(before);
    const blocks = blocksOf(this.#text);
    // Commands may name what is shown further down.
    this.#lastManifest = blocks.find(isManifest)?.text ?? "";
    let isSettled = false;
    for (const block of blocks) {
      if (isManifest(block)) await this.#manifest(block);
      if (block.language !== "sh") continue;
      if (!isSettled) await this.#each(settle);
      isSettled = true;
      for (const command of commandsOf(block)) await this.#command(command);
    }
    await this.#each(after);
    for (const excuse of [...Object.keys(notRun), ...Object.keys(mayEnd)])
      if (!this.#used.has(excuse)) this.#faults.push(`${this.#page}: nothing there needs the excuse for: ${excuse}`);
    return this.#faults;
  }

  async #each(commands: readonly string[]): Promise<void> {
    for (const text of commands) this.#judge(`${this.#page}, set-up`, text, await this.#execute(text));
  }

  async #manifest({ text, line, notApplied }: DocBlock): Promise<void> {
    this.#lastManifest = text;
    if (notApplied !== undefined || this.#story.manifests === "kept") return;
    const yaml = this.#replaced(text);
    for (const [, namespace = ""] of yaml.matchAll(/\bnamespace: ([a-z0-9-]+)/g))
      if (namespace !== "default") await this.#plush(["create", "namespace", namespace]);
    const verb = /^# plush create -f /m.test(yaml) ? "create" : "apply";
    this.#judge(`${this.#page}:${line}`, `plush ${verb} -f`, await this.#plush([verb, "-f", "-"], yaml));
  }

  async #command({ text, line }: ShellCommand): Promise<void> {
    const { notRun = {}, mayEnd = {} } = this.#story;
    const bare = text.replace(/\s+# .*$/, "").trim();
    const excuse = (table: Readonly<Record<string, unknown>>): string => {
      const found = Object.keys(table).find((start) => bare.startsWith(start));
      if (found !== undefined) this.#used.add(found);
      return found ?? "";
    };
    if (excuse(notRun) !== "") return;
    if (foreign.some((program) => bare.includes(program) && !isInstalled(program))) return;
    const words = mayEnd[excuse(mayEnd)];
    const asked = this.#replaced(bare);
    this.#lend(asked);
    this.#judge(`${this.#page}:${line}`, asked, await this.#execute(asked), words);
  }

  /** A file that a command names and nobody has made holds the manifest that the page showed last. */
  #lend(text: string): void {
    for (const [, name = ""] of text.matchAll(/ -f ([\w.-]+\.yaml)\b/g)) {
      if (this.#story.files?.[name] === undefined && !existsSync(join(this.#place.home, name)))
        this.#write(name, this.#replaced(this.#lastManifest));
    }
  }

  #write(name: string, text: string): void {
    const file = join(this.#place.home, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  #replaced(text: string): string {
    return Object.entries(this.#story.replace ?? {}).reduce(
      (replaced, [from, to]) => replaced.replaceAll(new RegExp(`(?<![\\w-])${from}(?![\\w-])`, "g"), to),
      text,
    );
  }

  #judge(place: string, text: string, { code, out, err }: Outcome, mayEnd?: RegExp): void {
    if (code === 0 || mayEnd?.test(out + err)) return;
    this.#faults.push(`${place}: ${text}: exit ${code}\n${out.slice(-1000)}${err.slice(-2000)}`);
  }

  async #execute(text: string): Promise<Outcome> {
    const { home } = this.#place;
    const call = plainCallOf(text, home);
    if (call === undefined || apart.has(call.argv[0] ?? "")) return this.#shell(text);
    const outcome = await this.#plush(call.argv, call.input && readFileSync(join(home, call.input), "utf8"));
    if (call.output !== undefined) writeFileSync(join(home, call.output), outcome.out);
    return outcome;
  }

  /** In this process: the program itself would be started hundreds of times. */
  async #plush(argv: readonly string[], input = ""): Promise<Outcome> {
    const { home, kubeconfig } = this.#place;
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const [out, err] = [gathered(stdout), gathered(stderr)];
    const follows = argv.some((word) => ["--follow", "--watch", "-w"].includes(word)) || isFollowedLog(argv);
    const limit = AbortSignal.timeout(follows ? followMs : commandMs);
    // As many requests as are under way listen to it.
    setMaxListeners(0, limit);
    const cwd = process.cwd();
    process.chdir(home);
    try {
      const code = await runCli({
        argv,
        env: { ...this.#environment(), PLUSHCONFIG: kubeconfig },
        stdio: { stdin: Readable.from([Buffer.from(input)]), stdout, stderr },
        commands: {},
        signal: limit,
      });
      return { code: follows && limit.aborted ? 0 : code, out: out(), err: err() };
    } finally {
      process.chdir(cwd);
    }
  }

  #shell(text: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const options = { cwd: this.#place.home, env: this.#environment(), timeout: commandMs };
      const child = execFile("bash", ["--norc", "-euo", "pipefail", "-c", text], options, (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 255;
        resolve({ code, out, err });
      });
      child.stdin?.end();
    });
  }

  #environment(): Record<string, string> {
    const { home, kubeconfig } = this.#place;
    return {
      PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
      HOME: home,
      KUBECONFIG: kubeconfig,
      EDITOR: "true",
      NO_COLOR: "1",
      ...this.#story.variables,
    };
  }
}

function isFollowedLog(argv: readonly string[]): boolean {
  return argv[0] === "logs" && argv.includes("-f");
}

function gathered(stream: PassThrough): () => string {
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text + (stream.read()?.toString() ?? "");
}

function isManifest({ language, text }: DocBlock): boolean {
  return language === "yaml" && /^apiVersion:/m.test(text);
}

/** Pages with blocks of sh. */
export function pagesWithCommands(pages: readonly string[]): readonly string[] {
  return pages.filter(
    (page) =>
      existsSync(join(root, page)) &&
      blocksOf(readFileSync(join(root, page), "utf8")).some(({ language }) => language === "sh"),
  );
}
