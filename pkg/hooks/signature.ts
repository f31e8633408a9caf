import { createHash, createHmac } from "node:crypto";

/**
 * The value of header Plush-Signature: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of `SECONDS.BODY` under the key.
 * With the time in it, a call that somebody recorded is no good later.
 */
export function signature(key: string, body: string, nowAt: number): string {
  const seconds = Math.floor(nowAt / 1000);
  const hex = createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${hex}`;
}

/** Names a call by the failures that it tells: the same failures, told again, have the same name. */
export function callId(failureIds: readonly string[]): string {
  return createHash("sha256")
    .update([...failureIds].sort().join("\n"))
    .digest("hex")
    .slice(0, 32);
}
