import { existsSync, realpathSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cleanUpEmulation, removeGroup } from "./clean-up.ts";
import { runCommand } from "./command.ts";
import { adoptDelayedNetwork, type DelayedNetwork, makeDelayedNetwork } from "./delayed-network.ts";
import { EmulatedHost } from "./host.ts";
import { hostInit } from "./host-init.ts";
import { makeRoomForNeighbours } from "./neighbours.ts";
import { type AddressRange, makeBridge, type Network, networkNames } from "./network.ts";
import { controlGroupBases, delaySocketIn, directoryOf } from "./places.ts";
import type { Topology } from "./topology.ts";

/** What all hosts of an emulation have in common. */
export interface WorldOptions {
  /** At most 5 characters, [a-z0-9]; names devices, namespaces and directory. A crashed run of this name is removed first. */
  readonly name: string;
  /** Its addresses: emulations that run at the same time differ in name and in this. By default 10.88.0.0/16. */
  readonly range?: AddressRange;
  /** Public key line that may log in. */
  readonly authorizedKey: string;
  /** A login user with sudo besides root. */
  readonly user?: string;
  /** Directories of this machine that hosts do not see (the checkout, the server's data). */
  readonly hidden?: readonly string[];
  /** Files in its directory, by name, which are there before anything else is. */
  readonly files?: Readonly<Record<string, string>>;
  /** Sites with what lies between them, and the program that makes it so; absent: all hosts on one bridge. */
  readonly distances?: { readonly topology: Topology; readonly program: string };
}

export interface EmulationOptions extends WorldOptions {
  readonly hosts: number;
  /** Indices (from 1) of hosts on which Node.js is not installed. */
  readonly withoutNode?: readonly number[];
  /** Further sshd options, "Name=value", for some hosts. */
  readonly sshdOptions?: (index: number) => readonly string[];
  /** Where hosts stand, by index. */
  readonly siteOf?: (index: number) => string;
}

/** One host to be made. */
export interface HostSpec {
  /** From 1; gives its address. */
  readonly index: number;
  readonly name: string;
  readonly site?: string;
  readonly withoutNode?: boolean;
  readonly sshdOptions?: readonly string[];
}

/** What hosts have of their own, empty at first. */
const alwaysHidden = ["/root", "/home", "/tmp", "/var/tmp"];

/** Hosts that boot at the same time. */
const bootsAtOnce = 16;

/** What stands in a host's directory, so that another program can take it up. */
const specFile = "host.json";

/** Stands in the directory of a network that was made to its end. */
const wholeFile = "whole";

/** A set of hosts on one network, this computer among them. Needs root on Linux. */
export class Emulation {
  readonly #options: WorldOptions;
  readonly #network: Network | DelayedNetwork;
  readonly #group: string;
  #hosts: readonly EmulatedHost[] = [];

  private constructor(options: WorldOptions, network: Network | DelayedNetwork, group: string) {
    this.#options = options;
    this.#network = network;
    this.#group = group;
  }

  get hosts(): readonly EmulatedHost[] {
    return this.#hosts;
  }

  /** Network device that carries what this machine sends to hosts; what they send each other does not pass it. */
  get bridge(): string {
    return this.#network.names.bridge;
  }

  /** What lies between sites; undefined where there are none. */
  get distances(): DelayedNetwork | undefined {
    return "line" in this.#network ? this.#network : undefined;
  }

  /** Makes network and hosts and boots them all. */
  static async start(options: EmulationOptions): Promise<Emulation> {
    const emulation = await Emulation.open(options);
    const specs = Array.from({ length: options.hosts }, (_, at): HostSpec => {
      const index = at + 1;
      const site = options.siteOf?.(index);
      return {
        index,
        name: `n${index}`,
        withoutNode: options.withoutNode?.includes(index) ?? false,
        sshdOptions: options.sshdOptions?.(index) ?? [],
        ...(site !== undefined && { site }),
      };
    });
    await emulation.add(specs);
    return emulation;
  }

  /** Makes the network, without any host. */
  static async open(options: WorldOptions): Promise<Emulation> {
    await cleanUpEmulation(options.name);
    const directory = directoryOf(options.name);
    await mkdir(directory, { recursive: true });
    await runCommand("mount", ["-t", "tmpfs", "-o", "mode=755", "tmpfs", directory]);
    for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(directory, name), text);
    await writeFile(join(directory, "init"), hostInit);
    await makeMask(directory, hiddenFrom(options));
    await makeRoomForNeighbours();
    const names = networkNames(options.name, options.range);
    const network =
      options.distances === undefined
        ? await makeBridge(names)
        : await makeDelayedNetwork({ names, ...options.distances, socket: delaySocketIn(directory) });
    await writeFile(join(directory, wholeFile), "");
    return new Emulation(options, network, await controlGroupRoot(options.name));
  }

  /**
   * Takes up what another program has made with the same options and left running; undefined: there is nothing. Hosts are
   * taken up one by one, by `load`.
   */
  static async adopt(options: WorldOptions): Promise<Emulation | undefined> {
    const directory = directoryOf(options.name);
    // Written last: what is not whole is made anew.
    if (options.distances === undefined || !existsSync(join(directory, wholeFile))) return undefined;
    const names = networkNames(options.name, options.range);
    const delayed = { names, ...options.distances, socket: delaySocketIn(directory) };
    const found = await adoptDelayedNetwork(delayed);
    const network = found ?? (await makeDelayedNetwork(delayed));
    const emulation = new Emulation(options, network, await controlGroupRoot(options.name));
    if (found === undefined) await network.reconnect(await emulation.specs());
    return emulation;
  }

  /** Puts sites and links elsewhere; `siteOf` says where a host stands from now on. */
  async setTopology(topology: Topology, siteOf: (spec: HostSpec) => string | undefined): Promise<void> {
    const moved = (await this.specs()).map(({ site: _, ...spec }): HostSpec => {
      const site = siteOf(spec);
      return site === undefined ? spec : { ...spec, site };
    });
    await this.distances?.setTopology(topology, moved);
    for (const spec of moved) await writeFile(join(this.#directoryOf(spec), specFile), JSON.stringify(spec));
  }

  /** What there is of hosts, whoever made them. */
  async specs(): Promise<readonly HostSpec[]> {
    const directory = join(directoryOf(this.#options.name), "hosts");
    const names = await readdir(directory).catch(() => []);
    const specs = await Promise.all(names.map((name) => readSpec(join(directory, name))));
    return specs.filter((spec) => spec !== undefined);
  }

  /** A host whoever made it, as it is now; undefined: there is none of this index. */
  async load(index: number): Promise<EmulatedHost | undefined> {
    const spec = await readSpec(this.#directoryOf({ index }));
    if (spec === undefined) return undefined;
    const host = this.#makeHost(spec);
    await host.adopt();
    return host;
  }

  /** Makes hosts and boots them. What an interrupted attempt has left of them goes first. */
  async add(specs: readonly HostSpec[]): Promise<readonly EmulatedHost[]> {
    for (const spec of specs) if (this.#isBegun(spec)) await this.remove(this.#makeHost(spec));
    await this.#network.plug(specs);
    const hosts = specs.map((spec) => this.#makeHost(spec));
    for (const [at, host] of hosts.entries()) {
      await host.install();
      await writeFile(join(host.directory, specFile), JSON.stringify(specs[at]));
    }
    this.#hosts = [...this.#hosts, ...hosts];
    for (let at = 0; at < hosts.length; at += bootsAtOnce)
      await Promise.all(hosts.slice(at, at + bootsAtOnce).map((host) => host.powerOn()));
    return hosts;
  }

  /** Ends a host and removes all of it. */
  async remove(host: EmulatedHost): Promise<void> {
    await host.adopt();
    await host.crash();
    await this.#network.unplug(host.index);
    await rm(host.directory, { recursive: true, force: true });
    if (this.#group !== "") await removeGroup(join(this.#group, String(host.index)));
    this.#hosts = this.#hosts.filter((other) => other !== host);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.crash()));
    await cleanUpEmulation(this.#options.name);
  }

  #directoryOf({ index }: { readonly index: number }): string {
    return join(directoryOf(this.#options.name), "hosts", String(index));
  }

  #isBegun(spec: HostSpec): boolean {
    return [this.#directoryOf(spec), `/run/netns/${this.#network.names.namespace(spec.index)}`].some(existsSync);
  }

  #makeHost(spec: HostSpec): EmulatedHost {
    const { name, authorizedKey, user } = this.#options;
    const directory = directoryOf(name);
    return new EmulatedHost({
      index: spec.index,
      name: spec.name,
      directory: this.#directoryOf(spec),
      network: this.#network,
      mask: join(directory, "mask"),
      hidden: hiddenFrom(this.#options),
      initScript: join(directory, "init"),
      controlGroup: this.#group === "" ? "" : join(this.#group, String(spec.index)),
      hide: spec.withoutNode === true ? realpathSync(process.execPath) : "",
      authorizedKey,
      ...(user !== undefined && { user }),
      sshdOptions: spec.sshdOptions ?? [],
    });
  }
}

async function readSpec(directory: string): Promise<HostSpec | undefined> {
  const text = await readFile(join(directory, specFile), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as HostSpec);
}

function hiddenFrom(options: WorldOptions): readonly string[] {
  return [...alwaysHidden, ...(options.hidden ?? [])];
}

/** A layer over this machine's root in which some directories are empty: opaque, in overlayfs' words. */
async function makeMask(directory: string, hidden: readonly string[]): Promise<void> {
  const mask = join(directory, "mask");
  const setOpaque = "import os,sys; os.setxattr(sys.argv[1], 'trusted.overlay.opaque', b'y')";
  for (const path of hidden) {
    const inMask = join(mask, path);
    await mkdir(dirname(inMask), { recursive: true });
    await mkdir(inMask, { recursive: true, mode: 0o755 });
    if (path.endsWith("/tmp")) await runCommand("chmod", ["1777", inMask]);
    if (path === "/root") await runCommand("chmod", ["700", inMask]);
    await runCommand("python3", ["-c", setOpaque, inMask]);
  }
}

/** A control group for the hosts where version 2 is writable here, else "". */
async function controlGroupRoot(name: string): Promise<string> {
  for (const root of controlGroupBases) {
    if (!existsSync(join(root, "cgroup.procs")) || !existsSync(join(root, "cgroup.controllers"))) continue;
    const group = join(root, `plush-emulation-${name}`);
    const made = await mkdir(group, { recursive: true }).then(
      () => true,
      () => false,
    );
    if (made) return group;
  }
  return "";
}
