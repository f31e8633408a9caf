import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveFiles, sha256, tarGz } from "../support/archives.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { plushProgram } from "../support/plush-server.ts";
import { findProgram } from "../support/programs.ts";

// The server as its users run it, with machines of this computer: what needs no other machine and no root.
describe("applications on a local pool", () => {
  const { home, server } = useLocalPool("local", 4);
  const files = new Map<string, Buffer>();
  let listener: Server;
  let url: string;

  beforeAll(async () => {
    ({ url, server: listener } = await serveFiles(files));
  });

  afterAll(() => void listener.close());

  async function ready(application: string): Promise<void> {
    await server.plush("wait", `application/${application}`, "--for=condition=Ready", "--timeout=60s");
  }

  const service = (name: string, fields: string, command: string): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components: [{name: members, ${fields}}]
  phases:
  - {name: run, processes: [{name: run, command: ${command}, restartPolicy: Always}]}
`;

  it("B-SOF-10: installs software from a URL, runs its programs, and uninstalls it", async () => {
    const archive = await tarGz([
      {
        name: "bin/greet",
        mode: 0o755,
        content:
          '#!/bin/sh\necho "greetings from $PLUSH_ORDINAL, $(cat "$(dirname "$0")/../installed")"\nexec sleep 60000\n',
      },
      { name: "install.sh", mode: 0o755, content: "#!/bin/sh\necho installed >installed\n" },
      { name: "uninstall.sh", mode: 0o755, content: `#!/bin/sh\necho gone >${home}/uninstalled\n` },
    ]);
    files.set("greet.tar.gz", archive);
    await server.apply(`
apiVersion: plush.dev/v1
kind: Software
metadata: {name: greet}
spec:
  source: {url: "${url}/greet.tar.gz"}
  sha256: ${sha256(archive)}
  install: [./install.sh]
  uninstall: [./uninstall.sh]
---${service("greeter", "replicas: 2, software: [greet]", "[greet]")}`);
    await ready("greeter");
    expect(await server.plush("logs", "application/greeter")).toContain("greetings from 1, installed");
    await server.plush("delete", "application", "greeter", "--timeout=30s");
    expect(readFileSync(join(home, "uninstalled"), "utf8")).toBe("gone\n");
  });

  it.skipIf(findProgram("python3") === undefined)("unpacks zip archives", async () => {
    const zip = join(home, "words.zip");
    const write =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1], 'w'); z.writestr('top/word', 'zipped\\n'); z.close()";
    execFileSync("python3", ["-c", write, zip]);
    files.set("words.zip", readFileSync(zip));
    await server.apply(`
apiVersion: plush.dev/v1
kind: Software
metadata: {name: words}
spec: {source: {url: "${url}/words.zip"}, strip: 1}
---${service("zipped", "replicas: 1, software: [words]", "[sh, -c, 'cat words/word; exec sleep 60003']")}`);
    await ready("zipped");
    expect(await server.plush("logs", "application/zipped")).toBe("zipped\n");
    await server.plush("delete", "application", "zipped", "--timeout=30s");
  });

  it.each([
    ["a wrong digest", "wrong", "DigestMismatch"],
    ["an archive that climbs out of its directory", "climber", "UnsafeArchive"],
    ["an install command that fails", "failing", "InstallFailed"],
  ])("names the cause where software has %s, and others go on", async (_, name, reason) => {
    const bad = {
      wrong: await tarGz([{ name: "file", content: "content" }]),
      climber: await tarGz([{ name: "../../../evil", content: "evil" }]),
      failing: await tarGz([
        { name: "install.sh", mode: 0o755, content: "#!/bin/sh\necho no compiler here >&2\nexit 7\n" },
      ]),
    }[name] as Buffer;
    files.set(`${name}.tar.gz`, bad);
    const digest = name === "wrong" ? "0".repeat(64) : sha256(bad);
    await server.apply(`
apiVersion: plush.dev/v1
kind: Software
metadata: {name: ${name}}
spec: {source: {url: "${url}/${name}.tar.gz"}, sha256: "${digest}"${name === "failing" ? ", install: [./install.sh]" : ""}}
---${service(name, `replicas: 1, software: [${name}]`, "[sleep, '60001']")}`);
    await eventually(async () => {
      const told = await server.plush("describe", "application", name);
      expect(told).toContain(reason);
      if (name === "failing") expect(told).toContain("no compiler here");
    }, 60_000);
    await server.apply(service("bystander", "replicas: 1", "[sleep, '60002']"));
    await ready("bystander");
    await server.plush("delete", "application", name, "bystander", "--timeout=30s");
    await server.plush("delete", "software", name);
  });

  it("updates members one after another, never more than maxUnavailable at once", async () => {
    const version = (number: number): string =>
      service("rolling", "replicas: 4", `[sh, -c, "echo version ${number}; exec sleep 6100${number}"]`).replace(
        "spec:",
        "spec:\n  updateStrategy: {maxUnavailable: 1}",
      );
    await server.apply(version(1));
    await ready("rolling");
    await server.apply(version(2));
    let fewest = 4;
    await eventually(
      async () => {
        const processes = await server.list<SeenObject & { spec: { command: string[] } }>("processes");
        const own = processes.filter((process) => process.metadata.name.startsWith("rolling-"));
        const up = own.filter((process) => process.status?.state === "Ready");
        fewest = Math.min(fewest, up.length);
        expect(up).toHaveLength(4);
        for (const process of up) expect(process.spec.command.join(" ")).toContain("61002");
      },
      60_000,
      50,
    );
    expect(fewest).toBeGreaterThanOrEqual(3);
    const logs = await server.plush("logs", "application/rolling");
    expect(logs.match(/version 2/g)).toHaveLength(4);
    await server.plush("delete", "application", "rolling", "--timeout=30s");
  });

  it("stops what a new manifest leaves out, and nothing else", async () => {
    const both = (names: readonly string[]): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: shrinking}
spec:
  components: [{name: members, replicas: 2}]
  phases:
${names.map((name) => `  - {name: ${name}, processes: [{name: ${name}, command: [sleep, "6600${name.length}"], restartPolicy: Always}]}`).join("\n")}
`;
    const running = async (command: string): Promise<number> => {
      const { stdout } = await server.run([
        "run",
        "pool/local",
        "-o",
        "groups",
        "--",
        "sh",
        "-c",
        `ps ax -o args= | grep -c "^${command}$"`,
      ]);
      // The machines share this computer's process table: each counts all.
      return Number(/^\s+(\d+)$/m.exec(stdout)?.[1] ?? 0);
    };
    await server.apply(both(["keep", "leave-out"]));
    await ready("shrinking");
    expect([await running("sleep 66004"), await running("sleep 66009")]).toEqual([2, 2]);
    const before = (await server.list<SeenObject>("processes")).find((one) =>
      one.metadata.name.endsWith("keep-members-0"),
    );
    await server.apply(both(["keep"]));
    await eventually(async () => {
      expect(
        (await server.list<SeenObject>("processes")).filter((one) => one.metadata.name.startsWith("shrinking")),
      ).toHaveLength(2);
    }, 30_000);
    expect([await running("sleep 66004"), await running("sleep 66009")]).toEqual([2, 0]);
    const after = (await server.list<SeenObject>("processes")).find((one) =>
      one.metadata.name.endsWith("keep-members-0"),
    );
    expect(after?.status?.pid).toBe(before?.status?.pid);
    await server.plush("delete", "application", "shrinking", "--timeout=30s");
  });

  it("B-UPD-15: scales up and down, the highest ordinals first", async () => {
    await server.apply(service("scaled", "replicas: 1", "[sleep, '62000']"));
    await ready("scaled");
    await server.plush("scale", "application/scaled", "--replicas=3");
    await eventually(async () => {
      const claims = await server.list<SeenObject>("claims");
      expect(claims.filter((claim) => claim.status?.state === "Ready").map((claim) => claim.spec.ordinal)).toEqual([
        0, 1, 2,
      ]);
    }, 30_000);
    // Who scales owns the number: a manifest that says another one is a conflict, one that leaves it out changes nothing.
    const conflicting = service("scaled", "replicas: 1", "[sleep, '62000']");
    expect((await server.run(["apply", "-f", "-"], { input: conflicting })).stderr).toContain("conflict");
    await server.plush("scale", "application/scaled", "--replicas=2");
    await eventually(async () => {
      expect((await server.list<SeenObject>("claims")).map((claim) => claim.spec.ordinal)).toEqual([0, 1]);
    }, 30_000);
    await server.plush("delete", "application", "scaled", "--timeout=30s");
  });

  it("B-FIL-5: gives Secrets to processes, and shows them to nobody else", async () => {
    await server.plush("create", "secret", "generic", "keys", "--from-literal=token=hunter2");
    await server.apply(
      service("secretive", "replicas: 1", '[sh, -c, "printf %s $TOKEN | wc -c; exec sleep 63000"]').replace(
        "restartPolicy: Always",
        "restartPolicy: Always, env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: token}}}]",
      ),
    );
    await ready("secretive");
    expect(await server.plush("logs", "application/secretive")).toMatch(/\b7\b/);
    expect(await server.plush("describe", "application", "secretive")).not.toContain("hunter2");
    expect(await server.plush("get", "all", "-o", "yaml")).not.toContain("hunter2");
    expect(server.log).not.toContain("hunter2");
    await server.plush("delete", "application", "secretive", "--timeout=30s");
  });

  it("B-BAD-3: waits for what a manifest names and is not there yet, and says so", async () => {
    await server.apply(service("early", "replicas: 1, software: [late]", "[sleep, '64000']"));
    await eventually(async () => {
      const early = await server.get<SeenObject>("application", "early");
      expect(conditionOf(early, "Stalled")).toMatch(/^True ReferenceNotFound: .*late/);
    }, 20_000);
    await server.apply("apiVersion: plush.dev/v1\nkind: Software\nmetadata: {name: late}\nspec: {}\n");
    await ready("early");
    await server.plush("delete", "application", "early", "--timeout=30s");
  });

  it("B-BAD-2: refuses a bad manifest whole, naming every fault with its line, and stores nothing", async () => {
    const file = join(home, "bad.yaml");
    writeFileSync(
      file,
      `${service("good", "replicas: 1", "[sleep, '65000']").trim()}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: bad}
spec:
  components: [{name: one, replicaz: 2}]
  phases:
  - name: run
    after: [nowhere]
    processes:
    - {name: run, component: two, command: [sleep], restartPolicy: Always}
`,
    );
    const { code, stderr } = await server.run(["apply", "-f", file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.yaml:\d+/);
    expect(stderr).toContain("replicaz");
    expect((await server.list<SeenObject>("applications")).map((app) => app.metadata.name)).not.toContain("good");
  });

  it("B-RUN-4: gives every command the same input, also one that does not read it, or begins late", async () => {
    const input = "x".repeat(1_000_000);
    const count = (...flags: string[]) =>
      server.run(["run", "pool/local", "-i", "-o", "groups", ...flags, "--", "wc", "-c"], { input });
    expect(await count()).toEqual({ code: 0, stdout: "4 hosts: local-[1-4]\n  1000000\n", stderr: "" });
    expect((await count("--max", "2")).stdout).toBe("4 hosts: local-[1-4]\n  1000000\n");
    const script = "case $PWD in *local-3) exec sleep 0.1;; esac; exec wc -c";
    const some = await server.run(["run", "--all", "-i", "--", "sh", "-c", script], { input });
    expect(some.stdout.split("\n").filter((line) => line.endsWith(": 1000000"))).toHaveLength(3);
    expect(some.code).toBe(0);
  });

  it("B-RUN-5: kills what takes too long; who failed is told by reason, and the worst answer is the exit code", async () => {
    const script = "case $PWD in *local-1) exit 3;; *local-2) exec sleep 66107;; *local-3) exit 4;; esac; echo well";
    const { code, stdout, stderr } = await server.run(["run", "--all", "--timeout", "1s", "--", "sh", "-c", script]);
    expect([code, stdout]).toEqual([124, "local-4: well\n"]);
    expect(stderr).toMatch(
      /\nerror: failed on 3 of 4 hosts\n {2}local-1: exit 3\n {2}local-2: timed out after 1s, and was killed\n {2}local-3: exit 4\n$/,
    );
    expect(findSleeps("66107")).toEqual([]);
    expect((await server.run(["run", "local-[1-2]", "--", "sh", "-c", "kill -9 $$"])).code).toBe(137);
    expect((await server.run(["run", "local-[1-9]", "--", "true"])).stderr).toContain('"local-5" not found');
  });

  it.each([
    ["SIGINT", 130],
    ["SIGKILL", null],
  ] as const)("B-RUN-3: %s to plush ends the command on every host, and what it has started", async (signal, code) => {
    // One of them heeds no hangup.
    const script = "case $PWD in *local-2) trap '' HUP;; esac; sleep 66108 & sleep 66108; sleep 66108";
    const child = spawn(plushProgram, ["run", "--all", "--timeout", "0", "--", "sh", "-c", script], {
      env: server.environment(),
    });
    let told = "";
    child.stderr.on("data", (chunk) => {
      told += chunk;
    });
    const ended = once(child, "close");
    await eventually(async () => expect(findSleeps("66108")).toHaveLength(8), 20_000);
    child.kill(signal);
    expect(await ended).toEqual(signal === "SIGKILL" ? [null, signal] : [code, null]);
    if (code !== null)
      expect(told).toMatch(
        /^stopping .* 4 of 4 hosts\n(.*\n)*error: failed on 4 of 4 hosts\n {2}local-\[1-4\]: stopped\n$/,
      );
    await eventually(async () => expect(findSleeps("66108")).toEqual([]), 10_000);
  });

  it("keeps a process running while the server is away, and knows its exit afterwards", async () => {
    await server.apply(
      service("survivor", "replicas: 1", `[sh, -c, "while [ ! -e ${home}/end ]; do sleep 0.2; done; exit 5"]`).replace(
        "Always",
        "Never",
      ),
    );
    await eventually(async () => {
      const [process] = (await server.list<SeenObject>("processes")).filter((one) =>
        one.metadata.name.startsWith("survivor-"),
      );
      expect(process?.status?.state).toBe("Ready");
    }, 30_000);
    await server.kill();
    writeFileSync(join(home, "end"), "");
    await server.start();
    await eventually(async () => {
      expect(await server.plush("describe", "application", "survivor")).toMatch(/exited with 5/);
    }, 40_000);
    await server.plush("delete", "application", "survivor", "--timeout=30s");
  });
});

/** Processes of this computer that sleep so long. */
function findSleeps(seconds: string): readonly string[] {
  return execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.trim().replace(/^\d+ /, "") === `sleep ${seconds}`);
}
