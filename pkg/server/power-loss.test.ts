import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlushServer, plushProgram, runProgram } from "../../test/support/plush-server.ts";
import { losePower, missedBy, type PowerLoss } from "../../test/support/power-loss/power-losses.ts";
import {
  compileRecorder,
  type Recorded,
  readRecording,
  recordingVariables,
} from "../../test/support/power-loss/recording.ts";
import { isInstalled } from "../../test/support/programs.ts";
import { StatusError } from "../status/index.ts";
import { Closers } from "./closers.ts";
import { type Foundation, openFoundation } from "./foundation.ts";
import { installation } from "./installation.ts";

/** What the server, or a command, has said is done, and how to see that it is. */
interface Promised {
  /** Length of the recording when it was said. */
  readonly at: number;
  readonly what: string;
  readonly check: (foundation: Foundation, directory: string) => unknown;
}

const isPossible = process.platform === "linux" && isInstalled("cc") && existsSync(plushProgram);

describe.runIf(isPossible)("a power loss at any moment of a server's life, backup and restore among it", () => {
  let scratch: string;
  let root: string;
  let log: string;
  let variables: Record<string, string>;
  let recording: readonly Recorded[];
  const promised: Promised[] = [];
  /** Between these lengths the old directory and the restored one are both good, and a refusal that says so. */
  const restoring = { from: 0, to: 0 };

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "plush-server-power-"));
    root = join(scratch, "root");
    log = join(scratch, "log");
    mkdirSync(root);
    variables = recordingVariables(compileRecorder(scratch) ?? "", root, log);
    await liveThrough();
    recording = readRecording(log);
  }, 180_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const recorded = (): number => statSync(log).size;

  function promise(what: string, check: Promised["check"]): void {
    promised.push({ at: recorded(), what, check });
  }

  async function recordedCommand(...args: readonly string[]): Promise<void> {
    const env = {
      PATH: process.env["PATH"],
      HOME: scratch,
      PLUSHCONFIG: join(root, "data/admin.kubeconfig"),
      ...variables,
    };
    const { code, stderr } = await runProgram(plushProgram, args, { env });
    expect(code, stderr).toBe(0);
  }

  async function liveThrough(): Promise<void> {
    const server = new PlushServer(join(root, "data"), scratch, [], variables);
    try {
      await server.start();
      const authority = readFileSync(join(root, "data/pki/ca.pem"), "utf8");
      promise("the authority", ({ certificates: { pki } }) =>
        expect(authority.startsWith(pki.authority.certificate)).toBe(true),
      );
      const key = readFileSync(join(root, "data/keys/document-key.pem"), "utf8");
      promise("the key of documents", ({ data }) =>
        expect(readFileSync(join(data.keys, "document-key.pem"), "utf8")).toBe(key),
      );
      for (const name of ["a", "b"]) await makeSecret(server, name);
      await makePackage(server);
      const backup = join(root, "backup.plush");
      await recordedCommand("backup", backup);
      const digest = sha256(readFileSync(backup));
      promise("the backup", (_, directory) =>
        expect(sha256(readFileSync(join(directory, "backup.plush")))).toBe(digest),
      );
      await server.stop();
      restoring.from = recorded();
      await recordedCommand("restore", backup, "--data-dir", server.dataDirectory);
      restoring.to = recorded();
      promise("the restore", ({ data }) => expect(existsSync(data.restoredMark)).toBe(true));
      await server.start();
      await makeSecret(server, "c");
    } finally {
      await server.stop();
    }
  }

  async function makeSecret(server: PlushServer, name: string): Promise<void> {
    const metadata = { name, namespace: "default" };
    await server.apply(
      JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, stringData: { text: `of ${name}` } }),
    );
    promise(`Secret ${name}`, ({ store, sealer }) => {
      const entry = store.list("/").entries.find(({ key }) => key.endsWith(`secrets/default/${name}`));
      const text = Buffer.from(`of ${name}`).toString("base64");
      expect(sealer.open(entry?.value ?? {})).toMatchObject({ data: { text } });
    });
  }

  async function makePackage(server: PlushServer): Promise<void> {
    const file = join(scratch, "package.bin");
    writeFileSync(file, Buffer.alloc(300_000, 7));
    const spec = { source: { file } };
    const metadata = { name: "p", namespace: "default" };
    await server.apply(JSON.stringify({ apiVersion: "plush.dev/v1", kind: "Software", metadata, spec }));
    const [name = ""] = readdirSync(join(root, "data/blobs/sha256"));
    promise("the package", ({ data }) => expect(sha256(readFileSync(join(data.completeBlobs, name)))).toBe(name));
  }

  test("is modelled on a recording that misses nothing", () => {
    expect(missedBy(recording, root)).toEqual([]);
  });

  test("B-DSK-2: leaves what was said to be done, or a server that says what to do", async () => {
    expect(promised.length).toBeGreaterThan(7);
    const refusals: string[] = [];
    await losePower({
      root,
      recording,
      points: 100,
      check: async (loss) => {
        const refusal = await checkWhatIsLeft(loss);
        if (refusal === undefined) return;
        refusals.push(refusal);
        expect(loss.at).toBeGreaterThan(restoring.from);
        expect(loss.at).toBeLessThanOrEqual(restoring.to);
        expect(refusal).toMatch(/a restore of \S+ was cut short; run plush restore FILE again/);
      },
    });
  }, 600_000);

  async function checkWhatIsLeft({ directory, at }: PowerLoss): Promise<string | undefined> {
    const closers = new Closers();
    try {
      const foundation = await openFoundation(
        {
          dataDir: join(directory, "data"),
          host: "127.0.0.1",
          port: 0,
          names: [],
          logLevel: "silent",
          logFormat: "text",
          ...installation,
        },
        closers,
      );
      for (const { at: said, what, check } of promised) {
        if (said > at) continue;
        try {
          check(foundation, directory);
        } catch (cause) {
          throw new Error(`${what} is lost: ${StatusError.from(cause).message}`, { cause });
        }
      }
      return undefined;
    } catch (error) {
      if (error instanceof StatusError) return error.message;
      throw error;
    } finally {
      await closers.closeAll();
    }
  }
});

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
