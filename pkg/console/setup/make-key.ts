import { StatusError } from "../../status/index.ts";
import { setupTexts as texts } from "../texts/setup.ts";
import { privateFile, publicLine } from "./ssh-key.ts";

export interface KeyPair {
  readonly privateFile: string;
  /** For authorized_keys. */
  readonly publicLine: string;
}

/** Makes a key pair in the browser. Rejects where it cannot. */
export async function makeKeyPair(comment: string): Promise<KeyPair> {
  try {
    const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("no pair");
    const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    // Its last 32 bytes are the seed: RFC 8410.
    const seed = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).slice(-32);
    const check = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    return {
      privateFile: privateFile({ publicKey, seed }, comment, check),
      publicLine: publicLine(publicKey, comment),
    };
  } catch (error) {
    throw new StatusError("BadRequest", texts.noKeysHere, { cause: error });
  }
}
