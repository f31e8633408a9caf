import type { ExtraRoute } from "../apiserver/index.ts";
import { type WebhookPorts, WebhookReceiver } from "../controllers/gitsync/index.ts";
import type { Counter, Metrics } from "../metrics/index.ts";
import { StatusError } from "../status/index.ts";

const prefix = "/plush/v1/webhooks/gitsync/";

/** Where servers of repositories tell of pushes; open to everybody, since what they send is signed. */
export function makeGitWebhookRoute(ports: WebhookPorts, metrics: Metrics): ExtraRoute {
  const receiver = new WebhookReceiver(ports);
  const calls: Counter<"result"> = metrics.counter({
    name: "plush_gitsync_webhooks_total",
    help: "Calls of webhooks of GitSyncs, by what came of them.",
    labels: ["result"],
  });
  for (const result of ["asked", "ignored", "refused"]) calls.inc({ result }, 0);
  return {
    method: "POST",
    path: `${prefix}:namespace/:name`,
    async handle({ path, headers, raw, body }) {
      try {
        const result = receiver.receive(keyOf(path), { headers, raw, body });
        calls.inc({ result });
        return { code: 202, contentType: "application/json", body: JSON.stringify({ result }) };
      } catch (error) {
        calls.inc({ result: "refused" });
        throw error;
      }
    },
  };
}

function keyOf(path: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = path.slice(prefix.length).split("/").map(decodePart);
  return { namespace, name };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new StatusError("BadRequest", "the address cannot be read", { cause: error });
  }
}
