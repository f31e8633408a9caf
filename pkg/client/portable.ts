/** The part of this package that runs in browsers too: nothing here reaches a module of Node's. */
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
export { type CommandOptions, type CommandOutput, type CommandStream, openCommand } from "./command-stream.ts";
export { eachLimited } from "./each-limited.ts";
export { type FetchConnection, fetchTransport } from "./fetch-transport.ts";
export { type FollowEvent, type FollowOptions, follow, listAll } from "./follow.ts";
export { lines } from "./json-lines.ts";
export type { SocketTransport } from "./message-socket.ts";
export { objectPath, type Query, type ResourceKind, withQuery } from "./resource-path.ts";
export { bodyChunks, readBody, statusErrorOf } from "./response-body.ts";
export { type RestApi, restClient } from "./rest-client.ts";
export { send } from "./send.ts";
export type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
