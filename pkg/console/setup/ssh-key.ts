/** The form in which OpenSSH keeps keys, for one of Ed25519. Pure: the key's bytes come from elsewhere. */

const keyType = "ssh-ed25519";
const lineLength = 70;

/** "ssh-ed25519 AAAA… comment", a line of authorized_keys. `publicKey`: 32 bytes. */
export function publicLine(publicKey: Uint8Array, comment: string): string {
  return `${keyType} ${base64(publicBlob(publicKey))} ${comment}`;
}

/** The private key's file, without a passphrase. `seed`: 32 bytes; `check`: any number, which is there twice. */
export function privateFile(
  { publicKey, seed }: { readonly publicKey: Uint8Array; readonly seed: Uint8Array },
  comment: string,
  check: number,
): string {
  const secret = padded(
    joined([
      number(check),
      number(check),
      text(keyType),
      counted(publicKey),
      counted(joined([seed, publicKey])),
      text(comment),
    ]),
  );
  const file = joined([
    bytesOf("openssh-key-v1\0"),
    text("none"),
    text("none"),
    text(""),
    number(1),
    counted(publicBlob(publicKey)),
    counted(secret),
  ]);
  const lines = base64(file).match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function publicBlob(publicKey: Uint8Array): Uint8Array {
  return joined([text(keyType), counted(publicKey)]);
}

/** To a multiple of the cipher's block, which is 8 without one: 1, 2, 3 … */
function padded(bytes: Uint8Array): Uint8Array {
  const missing = (8 - (bytes.length % 8)) % 8;
  return joined([bytes, Uint8Array.from({ length: missing }, (_, index) => index + 1)]);
}

function text(value: string): Uint8Array {
  return counted(bytesOf(value));
}

function counted(bytes: Uint8Array): Uint8Array {
  return joined([number(bytes.length), bytes]);
}

function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Of text too: what a Secret's data are. */
export function base64(value: Uint8Array | string): string {
  const bytes = typeof value === "string" ? bytesOf(value) : value;
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
