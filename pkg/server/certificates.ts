import { type AgentPki, ensureAgentPki, ensurePki, type Pki } from "../auth/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { serverName } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

export interface CertificateOptions {
  readonly directory: string;
  /** Names and addresses under which clients reach the server. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

const everyMs = 12 * 3_600_000;

/** The certificates of a server that runs: what will run out soon is made anew while it runs. */
export class Certificates {
  readonly #options: CertificateOptions;
  readonly #listeners: ((pki: Pki) => Promise<void> | void)[] = [];
  #pki: Pki;
  #agentPki: AgentPki;
  #cancel = (): void => undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: CertificateOptions, pki: Pki, agentPki: AgentPki) {
    this.#options = options;
    this.#pki = pki;
    this.#agentPki = agentPki;
  }

  static async open(options: CertificateOptions): Promise<Certificates> {
    const { pki, agentPki } = await ensure(options);
    const certificates = new Certificates(options, pki, agentPki);
    certificates.#wind();
    return certificates;
  }

  get pki(): Pki {
    return this.#pki;
  }

  /** Among agents. */
  get agentPki(): AgentPki {
    return this.#agentPki;
  }

  /** Called when one that clients see is another one. */
  onChange(listener: (pki: Pki) => Promise<void> | void): void {
    this.#listeners.push(listener);
  }

  /**
   * Reads them again, as after somebody put others into the directory, and makes those anew that run out soon. Connections
   * that stand go on with what they began with. Rejects where a file cannot be read; then all stays as it was.
   */
  async reload(): Promise<void> {
    const { pki, agentPki } = await ensure(this.#options);
    const before = this.#pki;
    this.#pki = pki;
    if (agentPki.server.certificate !== this.#agentPki.server.certificate) this.#agentPki = agentPki;
    const isSame =
      pki.server.certificate === before.server.certificate && pki.admin.certificate === before.admin.certificate;
    if (isSame) return;
    this.#options.log.info({ directory: this.#options.directory }, "certificates renewed");
    for (const listener of this.#listeners) await listener(pki);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#looking;
  }

  #wind(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#options.clock.setTimer(everyMs, () => {
      this.#looking = this.#look();
    });
  }

  async #look(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      this.#options.log.error({ error: StatusError.from(error).message }, "certificates cannot be renewed");
    }
    this.#wind();
  }
}

async function ensure({ directory, hosts, clock }: CertificateOptions): Promise<{ pki: Pki; agentPki: AgentPki }> {
  const now = clock.now();
  const [pki, agentPki] = await Promise.all([
    ensurePki(directory, { hosts, now }),
    ensureAgentPki(directory, { name: serverName, now }),
  ]);
  return { pki, agentPki };
}
