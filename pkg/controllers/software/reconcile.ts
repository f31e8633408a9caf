import { keyOf, kinds, type Secret, type Software } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type Controller, type ControllerPorts, type ReconcileResult, writeStatus } from "../../controller/index.ts";
import { type Credentials, credentialsOf } from "./credentials.ts";
import { DigestMismatch, FetchFailures } from "./fetch-failures.ts";
import { blobOf, planSoftware, type SoftwareObservation, type SoftwarePlan } from "./plan.ts";

export interface SoftwarePorts extends ControllerPorts {
  readonly packages: PackageSource;
}

/** Where packages come from and where they are kept. */
export interface PackageSource {
  /**
   * Fetches a url into the blob store, whatever its digest. Rejects with StatusError: Forbidden where the address may not
   * be asked, anything else where it is worth another attempt. `headers` are for the url's own host alone.
   */
  fetch(
    url: string,
    options: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<{ readonly digest: string; readonly size: number }>;
  /** Undefined where there is no such blob. */
  stat(digest: string): Promise<{ readonly size: number } | undefined>;
}

/** Resolves Software objects: what they name is fetched once, and its digest recorded and held to. */
export function makeSoftwareController(ports: SoftwarePorts): Controller {
  const failures = new FetchFailures();
  const software = ports.cache(kinds.Software);
  // Asked for now, so that it is filled before the first reconcile.
  ports.cache(kinds.Secret);
  return {
    name: "software",
    kind: kinds.Software,
    watches: [{ kind: kinds.Secret, keys: (secret: Secret) => fetchedWith(secret).map(keyOf) }],
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const found = software.get(key);
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) {
        if (found?.metadata.uid !== undefined) failures.forget(found.metadata.uid);
        return {};
      }
      const plan = planSoftware(await observe(found, ports, failures));
      const written = await report(found, plan, ports, signal);
      if (plan.fetch === undefined) return after(plan);
      const known = await fetchPackage(written, plan.fetch, { ports, failures, signal });
      const next = planSoftware(await observe(known, ports, failures));
      await report(written, next, ports, signal);
      return after(next);
    },
  };

  /** With other credentials it is tried at once. */
  function fetchedWith({ metadata }: Secret): readonly Software[] {
    const found = software
      .list(metadata.namespace)
      .filter(({ spec }) => spec.source?.secretRef?.name === metadata.name);
    for (const one of found) failures.forget(one.metadata.uid ?? "");
    return found;
  }
}

function credentials(software: Software, ports: SoftwarePorts): Credentials {
  const { namespace = "" } = software.metadata;
  return credentialsOf(software, (name) => ports.cache(kinds.Secret).get({ namespace, name }));
}

interface FetchContext {
  readonly ports: SoftwarePorts;
  readonly failures: FetchFailures;
  readonly signal: AbortSignal;
}

async function observe(
  software: Software,
  ports: SoftwarePorts,
  failures: FetchFailures,
): Promise<SoftwareObservation> {
  const digest = blobOf(software);
  const blob = digest === undefined ? undefined : await ports.packages.stat(digest);
  const failure = failures.get(software);
  const nowMs = ports.clock.now();
  const found = credentials(software, ports);
  return {
    software,
    ...("missing" in found && { missing: found.missing }),
    blobSize: blob?.size,
    ...(failure !== undefined && { failure }),
    nowMs,
    nowText: formatTimestamp(nowMs),
  };
}

/** Fetches what the plan asks for; answers the object with what is known of it then. */
async function fetchPackage(
  software: Software,
  order: NonNullable<SoftwarePlan["fetch"]>,
  { ports, failures, signal }: FetchContext,
): Promise<Software> {
  const { url, digest } = order;
  try {
    const found = credentials(software, ports);
    const headers = "headers" in found ? found.headers : {};
    const fetched = await ports.packages.fetch(url, { headers, signal });
    if (digest !== undefined && digest !== fetched.digest) {
      throw new DigestMismatch(`${url} has ${fetched.digest}, which is not the ${digest} that is held to`);
    }
    failures.forget(software.metadata.uid ?? "");
    return { ...software, status: { ...software.status, ...fetched, source: url } };
  } catch (error) {
    signal.throwIfAborted();
    failures.add(software, error, ports.clock.now());
    return software;
  }
}

async function report(
  software: Software,
  plan: SoftwarePlan,
  ports: SoftwarePorts,
  signal: AbortSignal,
): Promise<Software> {
  const before = readyReason(software.status);
  const written = await writeStatus({ api: ports.api, kind: kinds.Software, object: software, signal }, plan.status);
  const ready = plan.status.conditions?.find(({ type }) => type === "Ready");
  if (ready !== undefined && ready.reason !== before && ready.reason !== "Fetching") {
    const type = ready.status === "True" ? "Normal" : "Warning";
    ports.events.record(software, type, ready.reason, ready.message);
  }
  return written;
}

function readyReason(status: Software["status"]): string | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready")?.reason;
}

function after({ recheckAfterMs }: SoftwarePlan): ReconcileResult {
  return recheckAfterMs === undefined ? {} : { requeueAfterMs: recheckAfterMs };
}
