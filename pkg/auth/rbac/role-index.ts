import type {
  ClusterRole,
  ClusterRoleBinding,
  KubeObject,
  PolicyRule,
  RbacSubject,
  Role,
  RoleBinding,
  RoleRef,
} from "../../api/index.ts";
import type { Identity } from "../identity.ts";
import { serviceAccountUser } from "../service-account.ts";

/** A role that somebody has, and by which binding. */
export interface Grant {
  /** Undefined: the role does not exist. */
  readonly rules: readonly PolicyRule[] | undefined;
  readonly roleRef: RoleRef;
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "bob"`. */
  readonly description: string;
}

interface BoundRole {
  readonly roleRef: RoleRef;
  readonly roleKey: string;
  /** By the key of the binding: how it is described. Several bindings of one role are looked at as one. */
  readonly bindings: Map<string, string>;
}

/** Bound roles by their keys. */
type Roles = Map<string, BoundRole>;

/** Roles and bindings, found by who has them: what one request costs does not depend on how many others have roles. */
export class RoleIndex {
  readonly #rules = new Map<string, readonly PolicyRule[]>();
  /** By subject, then by namespace ("": everywhere). */
  readonly #bySubject = new Map<string, Map<string, Roles>>();
  readonly #bindings = new Map<string, ClusterRoleBinding | RoleBinding>();

  /** Takes an object of one of `rbacKinds` in, in place of what had its name before. */
  put(object: KubeObject): void {
    const typed = object as ClusterRole | Role | ClusterRoleBinding | RoleBinding;
    switch (typed.kind) {
      case "ClusterRole":
      case "Role":
        this.#rules.set(keyOf(typed), typed.rules);
        break;
      default:
        this.#unbind(keyOf(typed));
        this.#bind(typed);
    }
  }

  remove(object: KubeObject): void {
    const key = keyOf(object);
    this.#rules.delete(key);
    this.#unbind(key);
  }

  /** The rules of the role that a binding in `namespace` names. */
  rulesOfRole(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    return this.#rules.get(roleKey(ref, namespace));
  }

  /** Everything that somebody has been given everywhere, and then what in `namespace`. */
  *grantsOf(identity: Identity, namespace: string | undefined): Generator<Grant> {
    const subjects = [`User/${identity.user}`, ...identity.groups.map((group) => `Group/${group}`)];
    const scopes = namespace === undefined || namespace === "" ? [""] : ["", namespace];
    for (const scope of scopes)
      for (const subject of subjects) {
        const roles = this.#bySubject.get(subject)?.get(scope);
        if (roles === undefined) continue;
        for (const { roleRef, roleKey: key, bindings } of roles.values()) {
          const [description = ""] = bindings.values();
          yield { rules: this.#rules.get(key), roleRef, description };
        }
      }
  }

  #bind(binding: ClusterRoleBinding | RoleBinding): void {
    const key = keyOf(binding);
    this.#bindings.set(key, binding);
    const { roleRef } = binding;
    const scope = scopeOf(binding);
    const role = roleKey(roleRef, scope);
    for (const subject of binding.subjects) {
      const scopes = entry(this.#bySubject, subjectKey(subject, scope), () => new Map<string, Roles>());
      const roles = entry(scopes, scope, () => new Map<string, BoundRole>());
      const bound = entry(roles, role, () => ({ roleRef, roleKey: role, bindings: new Map() }));
      bound.bindings.set(key, describe(binding, subject));
    }
  }

  #unbind(key: string): void {
    const binding = this.#bindings.get(key);
    if (binding === undefined) return;
    this.#bindings.delete(key);
    const scope = scopeOf(binding);
    const role = roleKey(binding.roleRef, scope);
    for (const subject of binding.subjects) {
      const who = subjectKey(subject, scope);
      const scopes = this.#bySubject.get(who);
      const roles = scopes?.get(scope);
      const bound = roles?.get(role);
      bound?.bindings.delete(key);
      if (bound?.bindings.size === 0) roles?.delete(role);
      if (roles?.size === 0) scopes?.delete(scope);
      if (scopes?.size === 0) this.#bySubject.delete(who);
    }
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function roleKey({ kind, name }: RoleRef, namespace: string): string {
  return kind === "Role" ? `Role/${namespace}/${name}` : `ClusterRole//${name}`;
}

function scopeOf(binding: ClusterRoleBinding | RoleBinding): string {
  return binding.kind === "RoleBinding" ? (binding.metadata.namespace ?? "") : "";
}

/** A service account is the user that its tokens say; without a namespace it is one of the binding's. */
function subjectKey({ kind, name, namespace }: RbacSubject, scope: string): string {
  return kind === "ServiceAccount" ? `User/${serviceAccountUser(namespace ?? scope, name)}` : `${kind}/${name}`;
}

function describe({ kind, metadata, roleRef }: ClusterRoleBinding | RoleBinding, subject: RbacSubject): string {
  const { name = "", namespace } = metadata;
  const binding = namespace === undefined ? name : `${name}/${namespace}`;
  const isAccount = subject.kind === "ServiceAccount";
  const who = isAccount ? `${subject.name}/${subject.namespace ?? namespace ?? ""}` : subject.name;
  return `${kind} ${JSON.stringify(binding)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(who)}`;
}
