import { createHash, X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import {
  annotations,
  cleanupFinalizer,
  controllerRef,
  isDeleting,
  kinds,
  labels,
  type Resource,
  type ResourcePool,
} from "../api/index.ts";
import type { ExtraRoute } from "../apiserver/index.ts";
import { durationMs } from "../clock/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { Fabric, Provider } from "../fabric/index.ts";
import {
  type JoinTokenAnswer,
  joinRoute,
  joinTokenRoute,
  joinUpgrade,
  type Registered,
  type RegisterRequest,
} from "../protocol/index.ts";
import {
  joinToken,
  LinkHub,
  liveTokens,
  makeJoinProvider,
  makeJoinSecret,
  poolOfSecret,
  redeem,
} from "../providers/join/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import { changeTokens } from "./change-tokens.ts";
import type { Closers } from "./closers.ts";
import type { Foundation } from "./foundation.ts";
import { readJoinTokenRequest } from "./join-token-request.ts";

type Ports = Pick<ControllerPorts, "api" | "cache"> & { readonly fabric: Pick<Fabric, "retry"> };

/** Hosts that dial in: their tokens, their connections, and the provider of their pools. */
export interface Joins {
  readonly provider: Provider;
  readonly tokenRoute: ExtraRoute;
  takeHost(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

export function makeJoins(foundation: Foundation, ports: Ports, closers: Closers): Joins {
  const { clock, store, certificates, bundle } = foundation;
  const hub = new LinkHub({
    clock,
    clusterUid: store.clusterUid,
    authority: certificates.pki.authority.certificate,
    register: (request) => register(request, foundation, ports),
    keyOf: (uid) => {
      const resource = ports.cache(kinds.Resource).byUid(uid);
      return resource?.metadata.annotations?.[annotations.joinKey];
    },
    onParked: (uid) => ports.fabric.retry(uid),
  });
  closers.add(() => hub.close());
  return {
    provider: makeJoinProvider(hub, bundle),
    tokenRoute: tokenRoute(foundation, ports),
    takeHost(request, socket, head) {
      if (request.url !== joinRoute || request.headers.upgrade !== joinUpgrade) return false;
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${joinUpgrade}\r\n\r\n`);
      if (head.length > 0) socket.unshift(head);
      hub.accept(socket);
      return true;
    },
  };
}

/** Who may make tokens decides who may bring machines, to which others then give their work and their Secrets. */
function tokenRoute({ clock, certificates }: Foundation, { api, cache }: Ports): ExtraRoute {
  return {
    method: "POST",
    path: joinTokenRoute,
    async handle({ body, authorize, signal }) {
      const { pool: name, uses, ttlMs } = readJoinTokenRequest(body);
      authorize({ verb: "update", group: kinds.ResourcePool.group, resource: kinds.ResourcePool.plural, name });
      const pool = joinPool(cache(kinds.ResourcePool).get({ namespace: "", name }), name);
      const secret = makeJoinSecret(name);
      const nowAt = clock.now();
      const goodForMs = ttlMs ?? durationMs(pool.spec.provider.join?.tokenTTL ?? "24h");
      const token = joinToken(secret, uses, nowAt + goodForMs);
      await changeTokens(name, (tokens) => [...liveTokens(tokens, nowAt), token], { api, clock, signal });
      const answer: JoinTokenAnswer = {
        token: secret,
        caHash: hashOfAuthority(certificates.pki.authority.certificate),
        expires: token.expires,
      };
      return { code: 201, contentType: "application/json", body: JSON.stringify(answer) };
    },
  };
}

/** One use is gone before there is a machine: of several hosts with a token for one, one is let in. */
async function register(
  request: RegisterRequest,
  { clock, store }: Foundation,
  { api, cache }: Ports,
): Promise<Registered> {
  const poolName = poolOfSecret(request.token) ?? "";
  const refusal = new StatusError("Unauthorized", "the token is not known, is used up, or is good no longer");
  const known = cache(kinds.ResourcePool).get({ namespace: "", name: poolName });
  if (known === undefined || redeem(known.status?.joinTokens ?? [], request.token, clock.now()) === undefined)
    throw refusal;
  const pool = joinPool(known, poolName);
  const machine = newMachine(pool, request);
  const name = machine.metadata.name ?? "";
  if (cache(kinds.Resource).get({ namespace: "", name }) !== undefined) throw nameTaken(name);
  await api.create(kinds.Resource, machine, { dryRun: true });
  await changeTokens(
    poolName,
    (tokens) => {
      const left = redeem(tokens, request.token, clock.now());
      if (left === undefined) throw refusal;
      return left;
    },
    { api, clock },
  );
  try {
    const { metadata } = await api.create<Resource>(kinds.Resource, machine);
    return { clusterUid: store.clusterUid, resourceUid: metadata.uid ?? "", resourceName: name };
  } catch (error) {
    throw isReason(error, "AlreadyExists") ? nameTaken(name) : error;
  }
}

function nameTaken(name: string): StatusError {
  return new StatusError(
    "AlreadyExists",
    `Resource ${name} is there already: give the host another --name, or delete the Resource`,
  );
}

function newMachine(pool: ResourcePool, { name, publicKey, address }: RegisterRequest): Resource {
  const poolName = pool.metadata.name ?? "";
  const spec = {
    poolName,
    address: name,
    port: 22,
    dataAddress: address,
    labels: {},
    taints: [],
    unschedulable: false,
  };
  return {
    apiVersion: "plush.dev/v1",
    kind: "Resource",
    metadata: {
      name,
      labels: { [labels.pool]: poolName },
      annotations: { [annotations.joinKey]: publicKey },
      finalizers: [cleanupFinalizer],
      ownerReferences: [controllerRef(pool, kinds.ResourcePool)],
    },
    spec,
  };
}

function joinPool(pool: ResourcePool | undefined, name: string): ResourcePool {
  if (pool === undefined) throw new StatusError("NotFound", `resourcepools.plush.dev "${name}" not found`);
  if (pool.spec.provider.join === undefined)
    throw new StatusError("Invalid", `pool ${name} is none that hosts join: spec.provider.join is not set`);
  if (isDeleting(pool)) throw new StatusError("Conflict", `pool ${name} is being deleted`);
  return pool;
}

function hashOfAuthority(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(key).digest("hex")}`;
}
