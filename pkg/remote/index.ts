/** SSH and TCP towards machines. The only user of ssh2; its errors become RemoteErrors here. */
export { type HostKeyPolicy, keyTypesOf, knownHostKeys } from "./host-key.ts";
export { ensureKeyPair, type KeyPair } from "./key-pair.ts";
export { type ProbeAnswer, probeTcp } from "./probe-tcp.ts";
export { RemoteError, type RemoteReason } from "./remote-error.ts";
export { connectSsh, probeThrough, type SshOptions, type SshTarget } from "./ssh-connect.ts";
export { type RemoteOutput, type RemoteProcess, SshSession } from "./ssh-session.ts";
