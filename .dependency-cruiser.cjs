// The layers of the system, lowest first. A package imports lower layers only; equals are strangers.
// test/lint/ holds a tree that breaks each rule once, and a test that sees each rule say so.
const layers = [
  ["status", "signal"],
  ["clock"],
  ["log", "metrics", "api", "disk", "coordinates", "systemd", "tracing"],
  ["protocol", "match", "graph", "barrier", "merge", "quota", "seal", "spdy", "pages", "streams", "template", "work", "rollout", "why", "cells"],
  ["validation", "store", "client", "remote", "blobs", "archive", "egress", "git", "emulation", "audit", "inventory", "values", "peers"],
  ["workqueue", "informer", "events", "fabric", "doctor", "loopback", "manifests", "operations"],
  ["providers/made"],
  ["controller", "auth", "hooks", "fencing", "sdk", "providers/emulated", "providers/exec", "providers/join", "providers/local", "providers/static", "providers/vm"],
  ["sinks"],
  ["apiserver", "controllers", "agent", "cli", "console"],
  ["find", "forecast"],
  ["server"],
  ["simulation"],
];

/** npm packages that one of ours alone may import. */
const owners = {
  "better-sqlite3": "store",
  ssh2: "remote",
  fastify: "apiserver",
  jose: "auth",
  "prom-client": "metrics",
  pino: "log",
};

const pathOf = (name) => `^pkg/${name}/`;

const layerRules = layers.flatMap((layer, level) =>
  layer.map((name) => {
    const lower = layers.slice(0, level).flat();
    // Controllers are strangers to each other: $1 is the name of the importing one.
    const own = name === "controllers" ? "^pkg/controllers/$1/" : pathOf(name);
    return {
      name: `layer-${name.replace("/", "-")}`,
      comment: `pkg/${name} may import only ${lower.join(", ") || "no other package"}`,
      severity: "error",
      // A test may look at its package through what stands above it.
      from: {
        path: name === "controllers" ? "^pkg/controllers/([^/]+)/" : pathOf(name),
        pathNot: ["\\.test\\.ts$", "/testing/"],
      },
      to: { path: "^(pkg|cmd)/", pathNot: [own, ...lower.map(pathOf)] },
    };
  }),
);

const ownerRules = Object.entries(owners).map(([dependency, owner]) => ({
  name: `owner-${dependency}`,
  comment: `only pkg/${owner} may import ${dependency}`,
  severity: "error",
  from: { path: "^(pkg|cmd)/", pathNot: [pathOf(owner), "\\.test\\.ts$"] },
  to: { path: `node_modules/${dependency}/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...ownerRules,
    {
      name: "no-cycle",
      comment: "files import each other in one direction only",
      severity: "error",
      from: { path: "^(pkg|cmd)/" },
      to: { circular: true },
    },
    {
      name: "index-only",
      comment: "from outside, a package is its index.ts; of client and manifests, their portable.ts too",
      severity: "error",
      from: { path: "^(?:pkg|cmd)/((?:providers|controllers)/[^/]+|[^/]+)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^pkg/", pathNot: ["^pkg/$1/", "/index\\.ts$", "^pkg/(client|manifests)/portable\\.ts$"] },
    },
    {
      name: "nobody-imports-cmd",
      comment: "cmd/ is wiring: nothing builds on it",
      severity: "error",
      from: { path: "^pkg/" },
      to: { path: "^cmd/" },
    },
    {
      name: "test-support-is-for-tests",
      comment: "test/ is imported by tests only",
      severity: "error",
      from: { path: "^(pkg|cmd)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^test/" },
    },
    {
      name: "pure",
      comment: "plans and pure packages import no node: module and no npm package",
      severity: "error",
      from: { path: ["^pkg/(match|graph|barrier|merge|rollout|template|why|work)/", "/(plan|plan-[^/]*|[^/]*-plan)\\.ts$"], pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core", "npm"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(generated|fixtures)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs", ".json"], conditionNames: ["import", "node", "default"] },
  },
};
