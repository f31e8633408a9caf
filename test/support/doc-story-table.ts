/** How the commands of a page are run. */
export interface PageStory {
  /**
   * objects: against an API of its own, without machines. machines: against a server with pool `lab` of machines of this
   * computer. A reason: they are not run, only parsed.
   */
  readonly on: "objects" | "machines" | { readonly notRun: string };
  /** Names of the page in place of which others stand: hosts that nobody has. */
  readonly replace?: Readonly<Record<string, string>>;
  /** What a reader has already: files, variables, and what was done before. */
  readonly files?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly before?: readonly string[];
  /** What the next page must not find. */
  readonly after?: readonly string[];
  /** kept: its manifests are not applied; the page's commands apply them, or do not need them. */
  readonly manifests?: "kept";
  /** By how a command begins: why it is only parsed. */
  readonly notRun?: Readonly<Record<string, string>>;
  /** By how a command begins: what it may say where it ends with another code than 0, as those do that answer by it. */
  readonly mayEnd?: Readonly<Record<string, RegExp>>;
  /** What is done after the page's manifests: to wait for them, as a reader does. */
  readonly settle?: readonly string[];
}

const hosts = "it makes a pool of hosts reached over SSH: test/e2e/readme.test.ts runs it";

/** An application as simple as can be. */
const application = (name: string, component: string, text = "hello"): string => `apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components: [{name: ${component}, replicas: 2}]
  phases:
  - name: serve
    processes: [{name: server, component: ${component}, command: [sh, -c, "echo ${text}; exec sleep 1000"], restartPolicy: Always}]
`;

/** What a page is about and does not show. */
const given = (name: string, component = "web"): Pick<PageStory, "files" | "before"> => ({
  files: { "given.yaml": application(name, component) },
  before: ["plush apply -f given.yaml --wait"],
});

const edge =
  "printf '%s' '{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: edge}, spec: {provider: {join: {}}}}' | plush apply -f -";
const demo = "plush create namespace demo";
const finding = /will do|no set of them keeps all rules/;
const doctor = { "plush doctor": /bad/ };

/** Every page that has commands. */
export const pageStories: Readonly<Record<string, PageStory>> = {
  "README.md": { on: { notRun: "test/e2e/readme.test.ts runs it on hosts reached over SSH" } },
  "docs/access.md": {
    on: "objects",
    variables: { SECRET: "s" },
    files: {
      "audit.log": `${JSON.stringify({ annotations: { "authorization.k8s.io/decision": "forbid" }, requestReceivedTimestamp: "t", user: { username: "u" }, verb: "get", requestURI: "/" })}\n`,
    },
    notRun: { "plush server --oidc-issuer-url": "it needs an issuer of OpenID Connect" },
  },
  "docs/cleanup.md": {
    on: "machines",
    after: ["plush delete application survey --timeout=30s"],
  },
  "docs/client.md": { on: { notRun: "test/integration/client-package.test.ts installs the package" } },
  "docs/concepts.md": { on: "machines", after: ["plush delete application survey --timeout=30s"] },
  "docs/console.md": { on: "objects", notRun: { "plush ui": "it serves a browser until it is ended" } },
  "docs/fair-use.md": { on: "objects" },
  "docs/find.md": {
    on: "machines",
    manifests: "kept",
    files: { "app.yaml": application("found", "web") },
    replace: { "gate-1": "lab-1" },
    mayEnd: { "plush find": finding },
  },
  "docs/gitops.md": { on: { notRun: "test/integration/git-sync.test.ts runs them on a repository" } },
  "docs/loans.md": {
    on: "machines",
    manifests: "kept",
    replace: { m1: "lab-1" },
    before: [
      `printf '%s' '{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: night}, spec: {provider: {borrow: {pool: lab, count: 1}}}}' >night.yaml`,
      "plush apply -f night.yaml",
    ],
    after: ["plush delete pool night --timeout=30s"],
  },
  "docs/machines.md": {
    on: "machines",
    manifests: "kept",
    replace: { "paris-1": "lab-1" },
    notRun: {
      "plush create pool": hosts,
      "plush reboot": "it would restart this computer",
    },
    mayEnd: doctor,
  },
  "docs/metrics.md": { on: "machines", after: ["plush delete application files --timeout=30s"] },
  "docs/migrating.md": {
    on: "machines",
    manifests: "kept",
    files: {
      "sword.xml":
        '<?xml version="1.0"?><plush><project name="p"><component name="c"><rspec><num_hosts>2</num_hosts></rspec></component></project></plush>',
    },
  },
  "docs/monitoring.md": {
    on: { notRun: "test/e2e/monitoring.test.ts runs Prometheus, Alertmanager and the receiver" },
  },
  "docs/operation.md": {
    on: "machines",
    notRun: {
      podman: "there need be no container engine: test/container/run-steps.mjs runs what the file says",
      "sudo plush server install": "pkg/server/install installs for systemd, which has nothing to say against the unit",
    },
    mayEnd: doctor,
  },
  "docs/plan.md": {
    on: "machines",
    files: { "manifests/app.yaml": application("planned", "web") },
    mayEnd: { "plush plan -f manifests/": /to create/ },
  },
  "docs/priority.md": { on: "machines", files: { "urgent.yaml": application("urgent", "web") } },
  "docs/providers.md": {
    on: "machines",
    manifests: "kept",
    before: [edge],
    after: ["plush delete pool edge --timeout=30s"],
  },
  "docs/rebalance.md": { on: "objects" },
  "docs/recovery.md": {
    on: "machines",
    replace: { n7: "lab-7" },
    variables: { T: "1", BODY: "{}", KEY: "k" },
    settle: ["until plush get claim shop-servers-2; do sleep 0.1; done"],
    after: ["plush delete application shop --timeout=30s"],
  },
  "docs/run.md": {
    on: "machines",
    files: { "install.sh": "true\n", "conf/a": "a", ...given("web").files },
    before: ["plush apply -f given.yaml --wait"],
    notRun: { "curl --cacert": "it needs the token and the port of the reader's server" },
  },
  "docs/security.md": { on: "objects" },
  "docs/sensors.md": {
    on: "machines",
    manifests: "kept",
    replace: { n3: "lab-3" },
    mayEnd: { "plush find": finding },
  },
  "docs/streams.md": { on: "machines", ...given("web") },
  "docs/troubleshooting.md": { on: "machines", ...given("shop"), mayEnd: doctor },
  "docs/work.md": { on: "machines" },
  "docs/reference/application.md": { on: "machines" },
  "docs/reference/applicationrevision.md": {
    on: "machines",
    files: { "one.yaml": application("pages", "web"), "two.yaml": application("pages", "web", "bye") },
    before: ["plush apply -f one.yaml --wait", "plush apply -f two.yaml --wait"],
  },
  "docs/reference/barrier.md": { on: "machines" },
  "docs/reference/claim.md": { on: "machines", ...given("hello") },
  "docs/reference/clusterrole.md": { on: "objects", manifests: "kept" },
  "docs/reference/clusterrolebinding.md": { on: "objects", manifests: "kept" },
  "docs/reference/component.md": { on: "machines" },
  "docs/reference/configmap.md": { on: "objects", manifests: "kept", files: { motd: "hello" } },
  "docs/reference/event.md": { on: "machines", ...given("pages") },
  "docs/reference/eventsink.md": { on: "objects" },
  "docs/reference/gitsync.md": { on: { notRun: "test/integration/git-sync.test.ts runs them on a repository" } },
  "docs/reference/hook.md": { on: "objects" },
  "docs/reference/lease.md": { on: "objects" },
  "docs/reference/namespace.md": { on: "machines", manifests: "kept" },
  "docs/reference/node.md": { on: "machines", replace: { n1: "lab-1" } },
  "docs/reference/nodemetrics.md": { on: "machines" },
  "docs/reference/phase.md": { on: "machines", after: ["plush delete component fleet --timeout=30s"] },
  "docs/reference/pod.md": { on: "machines", ...given("hello") },
  "docs/reference/podmetrics.md": { on: "machines" },
  "docs/reference/process.md": {
    on: "machines",
    replace: { n1: "lab-1" },
    settle: ["plush wait process/beacon --for=condition=Ready --timeout=30s"],
  },
  "docs/reference/resource.md": {
    on: "machines",
    manifests: "kept",
    replace: { gateway: "lab-9" },
    notRun: { "plush trust": "no machine of this computer shows a host key" },
  },
  "docs/reference/resourcepool.md": {
    on: "machines",
    manifests: "kept",
    replace: { lab: "second" },
    before: [edge, "plush create pool second --local 1"],
    after: ["plush delete pool edge --timeout=30s"],
    notRun: { "plush create pool lab": hosts },
  },
  "docs/reference/resourcequery.md": { on: "machines", mayEnd: { "plush find": finding } },
  "docs/reference/resourcequota.md": { on: "objects" },
  "docs/reference/role.md": {
    on: "objects",
    manifests: "kept",
    before: [demo],
    mayEnd: { "plush auth can-i create applications -n demo --as=alice": /^no/ },
  },
  "docs/reference/rolebinding.md": { on: "objects", manifests: "kept", before: [demo] },
  "docs/reference/secret.md": { on: "objects", manifests: "kept" },
  "docs/reference/service.md": { on: "objects" },
  "docs/reference/serviceaccount.md": {
    on: "machines",
    manifests: "kept",
    before: [demo],
    after: ["plush delete namespace demo"],
  },
  "docs/reference/software.md": { on: "machines", ...given("hello") },
  "docs/reference/token.md": { on: "objects", manifests: "kept", before: [demo] },
  "docs/reference/workchunk.md": {
    on: "machines",
    notRun: { "plush get items": "docs/work.md runs it on a phase that has items" },
  },
};
