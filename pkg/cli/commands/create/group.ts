import type { CommandGroup } from "../../command.ts";

const secretGroup: CommandGroup = {
  usage: "create secret generic|ssh-auth NAME",
  summary: "Makes a Secret.",
  commands: {
    generic: async () => (await import("./secrets.ts")).createGenericSecret,
    "ssh-auth": async () => (await import("./secrets.ts")).createSshSecret,
  },
};

export const createGroup: CommandGroup = {
  usage: "create KIND NAME, or create -f FILE",
  summary: "Makes objects.",
  commands: {
    namespace: async () => (await import("./simple-kinds.ts")).createNamespace,
    configmap: async () => (await import("./simple-kinds.ts")).createConfigMap,
    serviceaccount: async () => (await import("./simple-kinds.ts")).createServiceAccount,
    secret: async () => secretGroup,
    token: async () => (await import("./token.ts")).createToken,
    "join-token": async () => (await import("./join-token.ts")).createJoinToken,
    role: async () => (await import("./roles.ts")).createRole,
    clusterrole: async () => (await import("./roles.ts")).createClusterRole,
    rolebinding: async () => (await import("./bindings.ts")).createRoleBinding,
    clusterrolebinding: async () => (await import("./bindings.ts")).createClusterRoleBinding,
    sync: async () => (await import("./sync.ts")).createSync,
    pool: async () => (await import("./pool.ts")).createPool,
  },
  aliases: { ns: "namespace", cm: "configmap", sa: "serviceaccount", resourcepool: "pool", gitsync: "sync" },
  fallback: async () => (await import("./from-file.ts")).createFromFile,
};
