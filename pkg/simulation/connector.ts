import {
  type AgentConnection,
  type AgentSession,
  ConnectError,
  type Connector,
  type ConnectRequest,
  connectSteps,
  type ProbeVerdict,
} from "../fabric/index.ts";
import type { AgentProcess } from "./agent-process.ts";
import type { Machine } from "./machine.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { Random } from "./random.ts";
import { SimulatedSession } from "./session.ts";

export interface ConnectorParts {
  /** The server's. */
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly machine: Machine;
  /** It reaches its machine once. */
  readonly onlyOnce: boolean;
}

const connectTimeoutMs = 10_000;
/** Handshake of SSH, and what is looked up before an agent is spoken with. */
const handshakeMs = 60;
const startMs = 300;

/** The way to a simulated machine, as SSH would find it. */
export class SimulatedConnector implements Connector {
  readonly #parts: ConnectorParts;
  #wasReached = false;

  get lookTarget() {
    return { address: this.#parts.machine.name, port: 22 };
  }

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
  }

  async connect(request: ConnectRequest): Promise<AgentConnection<AgentSession>> {
    const { clock, machine, onlyOnce } = this.#parts;
    request.onStep(connectSteps.connecting);
    if (onlyOnce && this.#wasReached) throw new ConnectError("Unreachable", `${machine.name} is not tried again`);
    await this.#trip(handshakeMs);
    await request.enter?.();
    request.onStep(connectSteps.inspecting);
    await this.#trip(5);
    const agent = await this.#agent(request);
    this.#wasReached = true;
    const connection = machine.wire.connect();
    const session = new SimulatedSession(connection, clock, agent);
    return { stream: session, hostKey: `SHA256:${machine.name}`, close: () => session.close() };
  }

  async probe(timeoutMs: number): Promise<ProbeVerdict> {
    const { clock, machine } = this.#parts;
    const roundTripMs = machine.wire.latencyMs() + machine.wire.latencyMs();
    const verdict = roundTripMs > timeoutMs ? "silent" : machine.answers;
    await clock.sleep(verdict === "silent" ? timeoutMs : roundTripMs);
    return verdict;
  }

  async remove(): Promise<void> {
    const { machine } = this.#parts;
    await this.#trip(handshakeMs);
    machine.killAgent();
    machine.table.sweep(() => true);
    machine.table.forget(() => true);
    machine.disk.clear();
  }

  /** The agent that runs, or one that is started now. */
  async #agent({ config, replace, signal, onStep }: ConnectRequest): Promise<AgentProcess> {
    const { clock, machine, random } = this.#parts;
    if (replace !== undefined) machine.killAgent();
    if (machine.agent === undefined) {
      onStep(connectSteps.startingAgent);
      await this.#trip(startMs + random.between(0, 200));
      if (machine.disk.isFull)
        throw new ConnectError("DiskFull", `${machine.name}: no disk space left for the agent, free some there`);
      signal.throwIfAborted();
      if (machine.agent === undefined) machine.startAgent(config);
    }
    for (let waited = 0; waited < connectTimeoutMs; waited += 20) {
      const { agent } = machine;
      if (agent?.isListening) return agent;
      await clock.sleep(20);
    }
    throw new ConnectError("BootstrapFailed", `${machine.name}: the agent does not listen`);
  }

  /** Something there and back; rejects where the machine does not answer. */
  async #trip(workMs: number): Promise<void> {
    const { clock, machine } = this.#parts;
    const { answers } = machine;
    if (answers === "silent") await clock.sleep(connectTimeoutMs);
    else await clock.sleep(machine.wire.latencyMs() * 2 + workMs);
    if (answers !== "answered" || machine.answers !== "answered")
      throw new ConnectError("Unreachable", `${machine.name} does not answer`);
  }
}
