const magic = "openssh-key-v1\0";
const publicBytes = 32;
const privateBytes = 64;

/** Whether a private key of ed25519, unencrypted and in OpenSSH's format (PROTOCOL.key), has numbers of the right size. */
export function isWholeKey(text: string): boolean {
  const bytes = Buffer.from(text.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  if (bytes.toString("latin1", 0, magic.length) !== magic) return false;
  // Cipher, key derivation and its options; then how many keys there are, and the public one.
  const options = fieldsOf(bytes, magic.length, 3)[2];
  const outer = fieldsOf(bytes, (options?.next ?? 0) + 4, 2);
  const inner = outer[1]?.bytes;
  if (inner === undefined) return false;
  // Two check numbers, the key's type, its public part, its private part.
  const [type, open, secret] = fieldsOf(inner, 8, 3);
  return (
    type?.bytes.toString("latin1") === "ssh-ed25519" &&
    open?.bytes.length === publicBytes &&
    secret?.bytes.length === privateBytes
  );
}

interface Field {
  readonly bytes: Buffer;
  /** Where the next one begins. */
  readonly next: number;
}

/** So many strings as SSH writes them, each after its length; fewer where there is not as much. */
function fieldsOf(bytes: Buffer, from: number, count: number): readonly Field[] {
  const fields: Field[] = [];
  for (let at = from; fields.length < count && at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    fields.push({ bytes: bytes.subarray(at + 4, end), next: end });
    at = end;
  }
  return fields;
}
