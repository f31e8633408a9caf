/** A small application; `replicas` and `labels` are what tests change. */
export function application(
  name: string,
  options: { readonly replicas?: number; readonly labels?: Readonly<Record<string, string>> } = {},
): object {
  return {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name, ...(options.labels && { labels: options.labels }) },
    spec: {
      components: [{ name: "servers", replicas: options.replicas ?? 1 }],
      phases: [{ name: "serve", processes: [{ name: "server", command: ["sleep", "100"], restartPolicy: "Always" }] }],
    },
  };
}

export function process(name: string, spec: object = {}): object {
  return {
    apiVersion: "plush.dev/v1",
    kind: "Process",
    metadata: { name },
    spec: { resourceName: "m1", command: ["sleep", "100"], restartPolicy: "Always", ...spec },
  };
}

export function configMap(name: string, data: Readonly<Record<string, string>>, metadata: object = {}): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

export function manifestList(...items: readonly object[]): object {
  return { apiVersion: "v1", kind: "List", items };
}
