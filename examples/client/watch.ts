import { type Application, connect, isTrue, type Manifest } from "plush-client";

const hello: Manifest<Application> = {
  metadata: { name: "hello" },
  spec: {
    components: [{ name: "web", replicas: 2 }],
    phases: [{ name: "serve", processes: [{ name: "server", command: ["sleep", "86400"], restartPolicy: "Always" }] }],
  },
};

const client = await connect();
const applications = client.applications.informer({
  namespace: client.namespace,
  on: {
    add: (app) => console.log(`${app.metadata.name}: there`),
    update: (app) => console.log(`${app.metadata.name}: ${app.status?.state}`),
    delete: (app) => console.log(`${app.metadata.name}: gone`),
    error: (error) => console.error(`trying again: ${error.message}`),
  },
});

await client.applications.apply(hello);
const signal = AbortSignal.timeout(120_000);
const app = await applications.waitFor("hello", ({ status }) => isTrue(status?.conditions, "Ready"), { signal });

const { items } = await client.claims.list({
  namespace: client.namespace,
  labelSelector: "plush.dev/application=hello",
});
for (const { spec } of items) console.log(`member ${spec.ordinal} is on ${spec.resourceName}`);

await client.applications.delete("hello");
await applications.waitForDeletion(app, { signal });
await client.close();
