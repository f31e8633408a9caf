import type { ApiClient } from "../client/index.ts";
import type { LocalProvider } from "../providers/local/index.ts";

/** A server that serves, in this process. */
export interface RunningServer {
  /** https://HOST:PORT */
  readonly url: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The API without HTTP, as the administrator. */
  readonly api: ApiClient;
  readonly local: LocalProvider;
  /** Reads certificates again, see Certificates. */
  reload(): Promise<void>;
  /** Finishes what runs and closes everything; processes on machines go on. */
  stop(): Promise<void>;
}
