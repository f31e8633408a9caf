import {
  type AgentConnection,
  ConnectError,
  type Connector,
  type ConnectRequest,
  type ProbeVerdict,
} from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";

export interface MadeConnectorOptions {
  readonly resourceName: string;
  /** Where its neighbours can look at it; absent where that is no way to see it. */
  readonly lookTarget?: { readonly address: string; readonly port: number };
  /** What a look from outside says. */
  readonly probe: (timeoutMs: number, signal: AbortSignal) => Promise<ProbeVerdict>;
  /** Whether the machine is there and has power, or has none on purpose. */
  readonly isThere: () => Promise<boolean>;
  /** Makes it where it is not there, and gives the way to it. */
  readonly ensure: (signal: AbortSignal) => Promise<Connector>;
  readonly takeBack: (signal: AbortSignal) => Promise<void>;
}

/** The way to a machine that is made when it is reached for the first time, and taken back as a whole. */
export class MadeConnector implements Connector {
  readonly lookTarget?: { readonly address: string; readonly port: number };
  readonly #options: MadeConnectorOptions;

  constructor(options: MadeConnectorOptions) {
    this.#options = options;
    if (options.lookTarget !== undefined) this.lookTarget = options.lookTarget;
  }

  async connect(request: ConnectRequest): Promise<AgentConnection> {
    const { resourceName, isThere, ensure } = this.#options;
    const { enter, ...rest } = request;
    let waits = request;
    try {
      if (!(await isThere())) {
        // To make a machine is costly work too.
        request.onStep(makingMachine);
        await enter?.();
        waits = rest;
      }
      const way = await ensure(request.signal);
      return await way.connect(waits);
    } catch (error) {
      if (error instanceof ConnectError) throw error;
      request.signal.throwIfAborted();
      throw new ConnectError("BootstrapFailed", `${resourceName}: ${StatusError.from(error).message}`);
    }
  }

  probe(timeoutMs: number, signal: AbortSignal): Promise<ProbeVerdict> {
    return this.#options.probe(timeoutMs, signal);
  }

  remove(signal: AbortSignal): Promise<void> {
    return this.#options.takeBack(signal);
  }
}

const makingMachine = "making the machine";
