import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AgentConfig } from "../../protocol/index.ts";
import type { TreeWire } from "../tree/tree-wire.ts";
import { HollowAgent, type HollowAgentOptions } from "./hollow-agent.ts";
import { Valve } from "./valve.ts";

/**
 * silent: cut off; what runs goes on. frozen: its agent stands still, the machine answers. off: without power. slow: all
 * takes longer on the way. unwell: what runs is not ready. exit: the agent ends once, and is started again by whoever connects. heal: all is well again.
 */
export const hollowFaults = ["silent", "frozen", "off", "slow", "unwell", "exit", "heal"] as const;
export type HollowFault = (typeof hollowFaults)[number];

/** What a look from outside sees, in the words of the fabric. */
export type HollowLook = "answered" | "silent";

const slowMs = 200;
/** Where all of them are, whatever their addresses are called. */
const loopback = "127.0.0.1";

export type HollowMachineOptions = Omit<HollowAgentOptions, "onRemoved" | "wire"> & Pick<TreeWire, "inTurn" | "pingMs">;

/** A machine that is not there, with the connections to it. */
export class HollowMachine {
  readonly #options: HollowMachineOptions;
  readonly #connections = new Set<Valve>();
  #agent: HollowAgent | undefined;
  /** Its program runs; what it knows outlives its end, as a ledger does. */
  #isAgentRunning = false;
  #fault: Exclude<HollowFault, "exit" | "heal"> | undefined;

  constructor(options: HollowMachineOptions) {
    this.#options = options;
  }

  get look(): HollowLook {
    return this.#fault === "silent" || this.#fault === "off" ? "silent" : "answered";
  }

  get isAgentRunning(): boolean {
    return this.#isAgentRunning;
  }

  /** Serves a connection; brings the agent up where there is none. */
  connect(stream: Duplex, config: AgentConfig): void {
    const wire: TreeWire = {
      hostOf: () => loopback,
      wrap: (socket: Socket) => this.#wrap(socket),
      inTurn: this.#options.inTurn,
      ...(this.#options.pingMs !== undefined && { pingMs: this.#options.pingMs }),
    };
    this.#agent ??= new HollowAgent(config, { ...this.#options, wire, onRemoved: () => this.remove() });
    this.#isAgentRunning = true;
    this.#agent.accept(this.#wrap(stream));
  }

  inflict(fault: HollowFault): void {
    if (fault === "exit") {
      this.#endAgent();
      return;
    }
    this.#fault = fault === "heal" ? undefined : fault;
    if (fault === "off") {
      this.#endAgent();
      this.#agent?.reboot();
    }
    this.#agent?.setWell(fault !== "unwell");
    for (const valve of this.#connections) this.#apply(valve);
  }

  remove(): void {
    this.#endAgent();
    this.#agent?.close();
    this.#agent = undefined;
  }

  #endAgent(): void {
    if (this.#isAgentRunning) this.#agent?.restart();
    this.#isAgentRunning = false;
    for (const valve of this.#connections) valve.destroy();
  }

  /** Subject to the machine's faults, as long as it stands. */
  #wrap(stream: Duplex): Valve {
    const valve = new Valve(stream, this.#options.clock);
    this.#connections.add(valve);
    valve.on("error", () => valve.destroy());
    valve.once("close", () => this.#connections.delete(valve));
    this.#apply(valve);
    return valve;
  }

  #apply(valve: Valve): void {
    valve.slow(this.#fault === "slow" ? slowMs : 0);
    if (this.#fault === "silent" || this.#fault === "frozen") valve.shut();
    else valve.open();
  }
}
