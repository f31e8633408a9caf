import { createHmac, timingSafeEqual } from "node:crypto";
import { type GitSync, isDeleting, keyOf, kinds, type ObjectKey, secretText } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Pushes } from "./pushes.ts";
import { concernsPush } from "./webhook-plan.ts";

/** What a server of repositories has sent. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it came: signatures are of its bytes. */
  readonly raw: Uint8Array;
  /** What it says. */
  readonly body: unknown;
}

export interface WebhookPorts extends Pick<ControllerPorts, "cache"> {
  readonly pushes: Pushes;
}

/** Key of the Secret that signs. */
const hmacKey = "hmac";

/** Reads what servers of repositories tell. */
export class WebhookReceiver {
  readonly #ports: WebhookPorts;

  constructor(ports: WebhookPorts) {
    this.#ports = ports;
    // Asked for now, so that they are filled when the first one comes.
    ports.cache(kinds.GitSync);
    ports.cache(kinds.Secret);
  }

  /** Has the repository asked at once where a push concerns a sync. Throws Unauthorized, whatever is wrong. */
  receive(key: ObjectKey, request: WebhookRequest): "asked" | "ignored" {
    const sync = this.#ports.cache(kinds.GitSync).get(key);
    const secret = this.#secretOf(sync);
    // Who does not know the secret does not learn which syncs there are either.
    if (sync === undefined || secret === undefined || !isSigned(secret, request))
      throw new StatusError("Unauthorized", "no GitSync of this name listens to this sender");
    if (isDeleting(sync) || !concernsPush(sync, eventOf(request), request.body)) return "ignored";
    this.#ports.pushes.add(keyOf(sync));
    return "asked";
  }

  #secretOf(sync: GitSync | undefined): string | undefined {
    const name = sync?.spec.webhook?.secretRef.name;
    if (sync === undefined || name === undefined) return undefined;
    const held = this.#ports.cache(kinds.Secret).get({ namespace: sync.metadata.namespace ?? "", name });
    const text = held && secretText(held, hmacKey);
    return text === undefined || text === "" ? undefined : text;
  }
}

function eventOf({ headers }: WebhookRequest): string {
  return headerOf(headers, ["x-github-event", "x-gitea-event", "x-forgejo-event", "x-gitlab-event"]);
}

function headerOf(headers: WebhookRequest["headers"], names: readonly string[]): string {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === "string") return value;
  }
  return "";
}

/** GitHub: sha256=HEX; Gitea and Forgejo: HEX; GitLab sends the secret itself. */
function isSigned(secret: string, { headers, raw }: WebhookRequest): boolean {
  const token = headerOf(headers, ["x-gitlab-token"]);
  if (token !== "") return isSame(token, secret);
  const signature = headerOf(headers, ["x-hub-signature-256", "x-gitea-signature", "x-forgejo-signature"]);
  const expected = createHmac("sha256", secret).update(raw).digest("hex");
  return isSame(signature.replace(/^sha256=/, ""), expected);
}

/** Takes as long whatever is different; of other lengths, their hashes are compared. */
function isSame(left: string, right: string): boolean {
  const hash = (text: string): Buffer => createHmac("sha256", "compared").update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
}
