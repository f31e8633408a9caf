import { type GitSource, keyOf, kinds, type Secret, type Software } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type Controller, type ControllerPorts, type ReconcileResult, writeStatus } from "../../controller/index.ts";
import type { Credentials, GitCredentials } from "../../git/index.ts";
import { originsOf, type PackageOrigin, sourceText } from "../../graph/index.ts";
import { credentialsOf, headersOf } from "./credentials.ts";
import { DigestMismatch, FetchFailures } from "./fetch-failures.ts";
import { blobOf, type OriginObservation } from "./origin-plan.ts";
import { planSoftware, type SoftwareObservation, type SoftwarePlan } from "./plan.ts";

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
  ): Promise<FetchedPackage>;
  /**
   * Fetches a commit, `commit` if it is given, else what the reference is now, as an archive: the same commit is the same
   * digest. Rejects as `fetch` does, and with GitError.
   */
  fetchGit(
    source: GitSource & { readonly commit?: string },
    options: { readonly credentials: GitCredentials; readonly signal: AbortSignal },
  ): Promise<FetchedPackage & { readonly commit: string }>;
  /** Undefined where there is no such blob. */
  stat(digest: string): Promise<{ readonly size: number } | undefined>;
}

export interface FetchedPackage {
  readonly digest: string;
  readonly size: number;
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
      let current = found;
      // Each variant is fetched at most once: what failed is not fetched again at once.
      for (const _origin of originsOf(found)) {
        const plan = planSoftware(await observe(current, ports, failures));
        current = await report(current, plan, ports, signal);
        if (plan.fetch === undefined) return after(plan);
        current = await fetchPackage(current, plan.fetch, { ports, failures, signal });
      }
      const last = planSoftware(await observe(current, ports, failures));
      await report(current, last, ports, signal);
      return last.fetch === undefined ? after(last) : { requeueAfterMs: 0 };
    },
  };

  /** With other credentials it is tried at once. */
  function fetchedWith({ metadata }: Secret): readonly Software[] {
    const found = software
      .list(metadata.namespace)
      .filter((one) => originsOf(one).some(({ source }) => source?.secretRef?.name === metadata.name));
    for (const one of found) failures.forget(one.metadata.uid ?? "");
    return found;
  }
}

function credentials({ metadata }: Software, { source }: PackageOrigin, ports: SoftwarePorts): Credentials {
  const { namespace = "" } = metadata;
  return credentialsOf(source ?? {}, (name) => ports.cache(kinds.Secret).get({ namespace, name }));
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
  const origins = await Promise.all(
    originsOf(software).map(async (origin): Promise<OriginObservation> => {
      const digest = blobOf(origin);
      const blob = digest === undefined ? undefined : await ports.packages.stat(digest);
      const failure = failures.get(software, origin);
      const found = credentials(software, origin, ports);
      return {
        ...("missing" in found && { missing: found.missing }),
        ...(blob !== undefined && { blobSize: blob.size }),
        ...(failure !== undefined && { failure }),
      };
    }),
  );
  const nowMs = ports.clock.now();
  return { software, origins, nowMs, nowText: formatTimestamp(nowMs) };
}

/** Fetches what the plan asks for; answers the object with what is known of it then. */
async function fetchPackage(
  software: Software,
  order: NonNullable<SoftwarePlan["fetch"]>,
  { ports, failures, signal }: FetchContext,
): Promise<Software> {
  const origin = originsOf(software)[order.index];
  if (origin === undefined) return software;
  try {
    const found = credentials(software, origin, ports);
    const used = "found" in found ? found.found : ({ kind: "none" } as const);
    const fetched = await fetchFrom(order, used, ports.packages, signal);
    if (order.digest !== undefined && order.digest !== fetched.digest) {
      const name = order.url ?? `${order.git?.url} at ${order.git?.ref}`;
      const message = `${name} has ${fetched.digest}, which is not the ${order.digest} that is held to`;
      throw new DigestMismatch(message);
    }
    failures.succeeded(software, origin);
    return withFetched(software, order.index, { ...fetched, source: sourceText(origin.source ?? {}) });
  } catch (error) {
    signal.throwIfAborted();
    failures.add(software, origin, error, ports.clock.now());
    return software;
  }
}

async function fetchFrom(
  { url, git, commit }: NonNullable<SoftwarePlan["fetch"]>,
  used: GitCredentials,
  packages: PackageSource,
  signal: AbortSignal,
): Promise<FetchedPackage & { readonly commit?: string }> {
  if (git === undefined) return packages.fetch(url ?? "", { headers: headersOf(used), signal });
  return packages.fetchGit({ ...git, ...(commit !== undefined && { commit }) }, { credentials: used, signal });
}

function withFetched(
  software: Software,
  index: number,
  fetched: FetchedPackage & { readonly source: string; readonly commit?: string },
): Software {
  const { variants = [] } = software.spec;
  const { commit: _commit, ...before } = software.status ?? {};
  if (index >= variants.length) return { ...software, status: { ...before, ...fetched } };
  const resolved = variants.map((_variant, at) => (at === index ? fetched : (before.variants?.[at] ?? {})));
  return { ...software, status: { ...software.status, variants: resolved } };
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
