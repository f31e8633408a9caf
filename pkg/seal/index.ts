/**
 * Signatures over what travels through hands that are not trusted: Ed25519 over the exact bytes of a text. Knows
 * nothing of the text's meaning, and keeps no key.
 */
export { makeSealKeys, type Sealed, type SealKeys, seal, signatureOf, unseal } from "./seal.ts";
