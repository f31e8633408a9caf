// Runs the steps of the Containerfile without a container engine: each stage in a root made by mmdebstrap, each RUN in it by
// chroot; then starts what the container would start, as its user, and asks its HEALTHCHECK. Needs root, mmdebstrap and the
// network. `node test/container/run-steps.mjs [DIRECTORY]` leaves nothing behind.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const source = resolve(import.meta.dirname, "../..");
const work = process.argv[2] ?? mkdtempSync("/var/tmp/plush-container-");
const startMs = 60_000;

/** Of a network whose authority is its own: npm is told of it, in the steps that need it. */
const authority = process.env["NODE_EXTRA_CA_CERTS"];

/** Instructions of a Containerfile: word and rest, with continued lines put together. */
export function instructionsOf(text) {
  return text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line);
      return { word, rest };
    });
}

function inRoot({ root, user, directory, environment }, argv, options = {}) {
  const settings = Object.entries({
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...environment,
  });
  const asUser = user === undefined ? [] : [`--userspec=${user}:${user}`];
  const script = 'cd "$0" && exec "$@"';
  const words = ["-i", ...settings.map(([name, value]) => `${name}=${value}`), "sh", "-c", script, directory, ...argv];
  return { file: "chroot", args: [...asUser, root, "/usr/bin/env", ...words], options };
}

function run(stage, argv) {
  const extra = authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: "/run/authority.pem" };
  if (authority !== undefined) cpSync(authority, join(stage.root, "run/authority.pem"), { dereference: true });
  const environment = { ...stage.environment, ...extra };
  const { file, args } = inRoot({ ...stage, environment, user: undefined }, argv);
  execFileSync(file, args, { stdio: ["ignore", "inherit", "inherit"] });
}

/** A stage's root: made once, and copied, as a base image is. */
function begin(rest, stages) {
  const [, suite, name = `stage-${stages.length}`] =
    /^(?:\S*\/)?debian:([a-z]+)-slim(?:\s+AS\s+(\S+))?$/.exec(rest) ?? [];
  if (suite === undefined) throw new Error(`FROM ${rest}: a stage begins with Debian`);
  const base = join(work, `base-${suite}.tar`);
  if (!existsSync(base))
    execFileSync("mmdebstrap", ["--variant=minbase", "--quiet", suite, base], { stdio: "inherit" });
  const root = join(work, name);
  mkdirSync(root);
  execFileSync("tar", ["-C", root, "-xf", base]);
  execFileSync("mount", ["--bind", "/proc", join(root, "proc")]);
  cpSync("/etc/resolv.conf", join(root, "etc/resolv.conf"), { dereference: true });
  return { name, root, directory: "/", environment: {}, user: undefined };
}

function copy(rest, stage, stages) {
  const words = rest.split(/\s+/);
  const from = /^--from=(.*)$/.exec(words[0])?.[1];
  const base = from === undefined ? source : stages.find(({ name }) => name === from).root;
  const paths = from === undefined ? words : words.slice(1);
  const target = resolve(stage.directory, paths.at(-1));
  for (const path of paths.slice(0, -1)) {
    const at = join(base, path);
    const isInto = paths.length > 2 || (!statSync(at).isDirectory() && paths.at(-1).endsWith("/"));
    cpSync(at, join(stage.root, isInto ? join(target, basename(path)) : target), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

function carryOut({ word, rest }, stage, stages) {
  switch (word) {
    case "RUN":
      return run(stage, ["sh", "-ec", rest]);
    case "COPY":
      return copy(rest, stage, stages);
    case "WORKDIR":
      stage.directory = rest;
      return mkdirSync(join(stage.root, rest), { recursive: true });
    case "ENV":
      for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) stage.environment[name] = value;
      return undefined;
    case "USER":
      stage.user = rest;
      return undefined;
    case "HEALTHCHECK":
      stage.check = JSON.parse(rest.slice(rest.indexOf("[")));
      return undefined;
    case "ENTRYPOINT":
      stage.entry = JSON.parse(rest);
      return undefined;
    case "CMD":
      stage.command = JSON.parse(rest);
      return undefined;
    case "VOLUME":
    case "EXPOSE":
    case "STOPSIGNAL":
      return undefined;
    default:
      throw new Error(`${word}: no such instruction is known here`);
  }
}

/** What the container is for: it serves, as no root, and says that it is well. */
async function serve(stage) {
  const { file, args } = inRoot(stage, [...stage.entry, ...stage.command]);
  const child = spawn(file, args, { stdio: ["ignore", "inherit", "inherit"] });
  const check = inRoot(stage, stage.check);
  const healthy = () => {
    try {
      return execFileSync(check.file, check.args, { stdio: ["ignore", "pipe", "ignore"] })
        .toString()
        .trim();
    } catch {
      return undefined;
    }
  };
  try {
    const until = performance.now() + startMs;
    let said = healthy();
    while (said === undefined && performance.now() < until && child.exitCode === null) {
      await sleep(500);
      said = healthy();
    }
    const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
    if (said === undefined) throw new Error("it does not become healthy");
    if (uid === 0) throw new Error("it runs as root");
    const foreign = execFileSync("find", [join(stage.root, "opt/plush"), "-user", String(uid)]).toString();
    if (foreign !== "") throw new Error(`it could change itself: ${foreign}`);
    console.log(`healthy as user ${uid}: ${said}`);
  } finally {
    const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
    child.kill("SIGTERM");
    console.log(`ended by SIGTERM: ${await ended}`);
  }
}

const stages = [];
try {
  for (const instruction of instructionsOf(readFileSync(join(source, "Containerfile"), "utf8"))) {
    console.log(`${instruction.word} ${instruction.rest}`);
    if (instruction.word === "FROM") stages.push(begin(instruction.rest, stages));
    else carryOut(instruction, stages.at(-1), stages);
  }
  await serve(stages.at(-1));
} finally {
  for (const { root } of stages) execFileSync("umount", ["-l", join(root, "proc")]);
  rmSync(work, { recursive: true, force: true });
}
