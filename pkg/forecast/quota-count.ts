import { type KindInfo, type KubeObject, kinds, type ResourceQuota } from "../api/index.ts";
import { forbidden } from "../apiserver/index.ts";
import { type ChargeChange, chargeOf, quotaCause, quotaRefusal, type Usage } from "../quota/index.ts";

/** One object before and after a write. */
export interface ObjectWrite {
  readonly kind: KindInfo;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

export interface QuotaCountPorts {
  readonly quotasOf: (namespace: string) => readonly ResourceQuota[];
  /** What a namespace has; asked for only where it has a quota. */
  readonly usageOf: (namespace: string) => Usage;
}

/** What namespaces may have, and have, while one write after the other is only thought of. */
export class QuotaCount {
  readonly #ports: QuotaCountPorts;
  readonly #usages = new Map<string, Usage>();
  /** Of namespaces that nobody has counted yet. */
  readonly #uncounted = new Map<string, ChargeChange[]>();
  /** Quotas that are made or changed on the way. */
  readonly #quotas = new Map<string, Map<string, ResourceQuota | undefined>>();

  constructor(ports: QuotaCountPorts) {
    this.#ports = ports;
  }

  /** Throws Forbidden as the server does, where a write is more than the quotas of its namespace allow. */
  check(write: ObjectWrite): void {
    const change = changeOf(write);
    const metadata = (write.after ?? write.before)?.metadata ?? {};
    const { namespace = "" } = metadata;
    if (change?.after === undefined) return;
    const quotas = this.#quotasOf(namespace);
    if (quotas.length === 0) return;
    const refusal = quotaRefusal(quotas, this.#usageOf(namespace), change);
    if (refusal !== undefined) throw forbidden(write.kind, metadata.name ?? "", refusal, [quotaCause(refusal)]);
  }

  /** Counts a write that is made. */
  enter(write: ObjectWrite): void {
    const { namespace = "", name = "" } = (write.after ?? write.before)?.metadata ?? {};
    if (write.kind.kind === kinds.ResourceQuota.kind) {
      const own = this.#quotas.get(namespace) ?? new Map<string, ResourceQuota | undefined>();
      this.#quotas.set(namespace, own.set(name, write.after as ResourceQuota | undefined));
    }
    const change = changeOf(write);
    if (change === undefined) return;
    const usage = this.#usages.get(namespace);
    if (usage !== undefined) apply(usage, change);
    else this.#uncounted.set(namespace, [...(this.#uncounted.get(namespace) ?? []), change]);
  }

  /** In the order of their names. */
  #quotasOf(namespace: string): readonly ResourceQuota[] {
    const named = this.#ports.quotasOf(namespace).map((quota) => [quota.metadata.name ?? "", quota] as const);
    const all = new Map<string, ResourceQuota | undefined>([...named, ...(this.#quotas.get(namespace) ?? [])]);
    return [...all]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([, quota]) => (quota === undefined ? [] : [quota]));
  }

  #usageOf(namespace: string): Usage {
    const known = this.#usages.get(namespace);
    if (known !== undefined) return known;
    const usage = this.#ports.usageOf(namespace).copy();
    for (const change of this.#uncounted.get(namespace) ?? []) apply(usage, change);
    this.#uncounted.delete(namespace);
    this.#usages.set(namespace, usage);
    return usage;
  }
}

type Specified = KubeObject & { readonly spec?: unknown };

/** Undefined where it changes nothing that counts, as a status. */
function changeOf({ kind, before, after }: ObjectWrite): ChargeChange | undefined {
  if (!kind.namespaced || isSameSpec(before, after)) return undefined;
  const change = { before: before && chargeOf(kind, before), after: after && chargeOf(kind, after) };
  return change.before === undefined && change.after === undefined ? undefined : change;
}

function isSameSpec(before: Specified | undefined, after: Specified | undefined): boolean {
  return before !== undefined && after !== undefined && before.spec === after.spec;
}

function apply(usage: Usage, { before, after }: ChargeChange): void {
  if (before !== undefined) usage.remove(before);
  if (after !== undefined) usage.add(after);
}
