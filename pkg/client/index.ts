/**
 * The typed API client: one interface, over HTTPS here and in-process in the server. Errors are StatusErrors; nothing is
 * cached; objects are trusted to be what the server says, beyond their envelope.
 */
export type {
  ApiClient,
  CallOptions,
  DeleteOptions,
  JsonPatchOperation,
  ListOptions,
  ObjectList,
  Patch,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./api-client.ts";
export { type BlobUpload, uploadBlob } from "./blob-upload.ts";
export { type CommandOutput, type CommandRequest, type CommandStream, openCommand } from "./command-stream.ts";
export { eachLimited } from "./each-limited.ts";
export { type FollowEvent, type FollowOptions, follow, listAll } from "./follow.ts";
export { type HttpClient, httpClient } from "./http-client.ts";
export { httpsTransport, type ServerConnection } from "./https-transport.ts";
export { lines } from "./json-lines.ts";
export { type Configuration, type KubeconfigSource, loadConfiguration } from "./kubeconfig.ts";
export { manyLogs } from "./many-logs.ts";
export type { MessageSocket, SocketRequest, SocketTransport } from "./message-socket.ts";
export { collectionPath, objectPath, type Query, type ResourceKind, withQuery } from "./resource-path.ts";
export { bodyChunks, readBody, statusErrorOf } from "./response-body.ts";
export { duplexOf } from "./socket-duplex.ts";
export type { StreamRequest, StreamResponse, StreamTransport, Upgraded } from "./stream-transport.ts";
export type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
export { maxMessageBytes, messageSocketOf } from "./ws-socket.ts";
