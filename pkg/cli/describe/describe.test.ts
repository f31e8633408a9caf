import { expect, it } from "vitest";
import { type Event, type KubeObject, kinds } from "../../api/index.ts";
import { conditionSection, eventSection, headerSections } from "./common-sections.ts";
import { describerOf } from "./describers.ts";
import { renderSections } from "./section.ts";

const now = Date.parse("2026-01-01T01:00:00Z");

function plush(kind: string, name: string, content: object): KubeObject {
  return Object.assign({ apiVersion: "plush.dev/v1", kind, metadata: { name, namespace: "default" } }, content);
}

const application = plush("Application", "web", {
  metadata: { name: "web", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z", labels: { tier: "front" } },
  spec: {
    components: [{ name: "servers", replicas: 2, resources: { pool: "lab" }, software: ["pkg"] }],
    phases: [
      { name: "prepare", after: [] },
      { name: "serve", after: ["prepare"] },
    ],
  },
  status: {
    state: "Available",
    readyMembers: "1/2",
    replacements: 1,
    components: [{ name: "servers", replicas: 2, claimed: 2, configured: 2, ready: 1, updated: 2 }],
    conditions: [
      {
        type: "Ready",
        status: "False",
        reason: "Progressing",
        message: "1 of 2 members\nare ready",
        lastTransitionTime: "2026-01-01T00:59:00Z",
      },
    ],
  },
});

const related = [
  plush("Component", "web-servers", {
    spec: { name: "servers", replicas: 2 },
    status: { state: "Degraded", ready: 1, replicas: 2 },
  }),
  plush("Claim", "web-servers-1", {
    spec: { componentName: "web-servers", ordinal: 1, resourceName: "n3", epoch: 2 },
    status: {
      state: "Installing",
      software: [{ name: "pkg", state: "Fetching" }],
      replacements: [
        { at: "2026-01-01T00:59:50Z", from: "n2", to: "n3", reason: "machine n2 is dead: silence everywhere" },
      ],
    },
  }),
  plush("Claim", "web-servers-0", {
    spec: { componentName: "web-servers", ordinal: 0, resourceName: "n1", epoch: 1 },
    status: { state: "Ready", readySince: "2026-01-01T00:30:00Z" },
  }),
  plush("Process", "web-serve-server-0", {
    spec: { claimName: "web-servers-0" },
    status: { state: "Ready", pid: 42, resourceName: "n1", restarts: 1, startedAt: "2026-01-01T00:30:00Z" },
  }),
  plush("Phase", "web-prepare", {
    spec: { phase: "prepare", after: [] },
    status: { state: "Released", progress: "2/2", release: { at: "2026-01-01T00:10:00Z", rule: "all" } },
  }),
];

const events: readonly Event[] = [
  {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "e" },
    involvedObject: { kind: "Claim", name: "web-servers-1" },
    type: "Warning",
    reason: "Replaced",
    message: "moved from n2 to n3",
    firstTimestamp: "2026-01-01T00:50:00Z",
    lastTimestamp: "2026-01-01T00:59:50Z",
    count: 2,
  },
];

it("tells the story of an application", () => {
  const describer = describerOf(kinds.Application);
  const surroundings = { related, events };
  const text = renderSections([
    ...headerSections(kinds.Application, application, now),
    ...describer.summary(application, surroundings, now),
    conditionSection(application, now),
    ...describer.detail(application, surroundings, now),
    eventSection(events, now, true),
  ]);
  expect(`\n${text}`).toBe(`
Name:       web
Namespace:  default
Kind:       Application (plush.dev/v1)
Labels:     tier=front
Age:        60m (since 2026-01-01T00:00:00Z)
State:      Available
Members:    1/2 ready
Replaced:   1 members so far
Components:
  NAME      POOL   SOFTWARE   CLAIMED   CONFIGURED   READY   UPDATED
  ----      ----   --------   -------   ----------   -----   -------
  servers   lab    pkg        2/2       2/2          1/2     2/2
Conditions:
  TYPE    STATUS   REASON        FOR   MESSAGE
  ----    ------   ------        ---   -------
  Ready   False    Progressing   60s   1 of 2 members ⏎ are ready
Phases:
  phase prepare: Released 2/2 50m ago by all
  phase serve: Waiting (after prepare)
Members by component:
  component servers: Degraded 1/2 ready
  ├─ claim web-servers-0: Ready on n1 for 30m
  │  └─ process web-serve-server-0: Ready on n1 pid 42 1 restarts for 30m
  └─ claim web-servers-1: Installing on n3 (epoch 2) — pkg Fetching
Replacements:
  WHEN      CLAIM           FROM   TO   WHY
  ----      -----           ----   --   ---
  10s ago   web-servers-1   n2     n3   machine n2 is dead: silence everywhere
Events:
  AGE                 TYPE      REASON     OBJECT                MESSAGE
  ---                 ----      ------     ------                -------
  10s (x2 over 10m)   Warning   Replaced   claim/web-servers-1   moved from n2 to n3
`);
});

it("shows a Secret without its values, and any kind by its fields", () => {
  const secret = Object.assign(
    { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } },
    { type: "Opaque", data: { key: "c2VjcmV0" } },
  );
  const { detail } = describerOf(kinds.Secret);
  const text = renderSections(detail(secret, { related: [], events: [] }, now));
  expect(text).toBe("Type:  Opaque\nData:\n  key: 6 bytes\n");
});
