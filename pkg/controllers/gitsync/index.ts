/** GitSync: what is in a repository is checked as a whole, applied with an account's rights, pruned, and kept as it is. */
export { makeGitSyncMetrics } from "./metrics.ts";
export type { AccountAccess, GitSyncPorts } from "./ports.ts";
export { Pushes } from "./pushes.ts";
export { makeGitSyncController } from "./reconcile.ts";
export { diffSync } from "./sync-diff.ts";
export { type WebhookPorts, WebhookReceiver } from "./webhook.ts";
