import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EventReceiverProgram, startEventReceiver } from "../support/event-receiver-program.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import { emulationIsPossible, isInstalled } from "../support/programs.ts";
import { Prometheus, startAlertmanager } from "../support/prometheus.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const programs = isInstalled("prometheus", "prometheus-alertmanager");

describe.skipIf(!emulationIsPossible() || !programs)("somebody is paged (emulated hosts, a real Prometheus)", () => {
  let bed: Testbed;
  let prometheus: Prometheus;
  let alertmanager: Awaited<ReturnType<typeof startAlertmanager>>;
  let receiver: EventReceiverProgram;

  beforeAll(async () => {
    bed = await startTestbed({ hosts: 3 });
    receiver = await startEventReceiver();
    alertmanager = await startAlertmanager(bed.home, receiver.port);
    await bed.apply(receiver.manifest);
    const [first, second] = bed.hosts;
    const login = ["--user", "root", "--identity", bed.identity];
    await bed.server.plush("create", "pool", "lab", "--hosts", `${first?.address},${second?.address}`, ...login);
    await bed.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: service}
spec:
  components: [{name: members, replicas: 2}]
  phases:
    - name: serve
      processes: [{name: serve, command: [sleep, '72000'], restartPolicy: Always}]
`);
    await bed.server.plush("wait", "application/service", "--for=condition=Ready", "--timeout=60s");
    prometheus = await Prometheus.start({ server: bed.server, home: bed.home, alertmanager: alertmanager.address });
  }, 120_000);

  afterAll(async () => {
    await prometheus?.stop();
    await alertmanager?.stop();
    await receiver?.stop();
    await bed?.close();
  });

  it("B-MON-3: an alert for a host that was killed fires, pages, and is resolved by the replacement", async () => {
    await eventually(
      async () => expect(await prometheus.query("plush:applications_degraded:sum == 0")).toHaveLength(1),
      20_000,
    );
    expect(await prometheus.firing()).toEqual([]);
    const [lost, kept, fresh] = bed.hosts;
    await lost?.crash();
    await eventually(
      async () => expect(await prometheus.firing()).toEqual(["PlushApplicationDegraded", "PlushMachinesLost"]),
      30_000,
    );
    await eventually(
      async () => expect(receiver.output()).toContain("alert firing: PlushApplicationDegraded: 1 applications"),
      20_000,
    );
    // No machine is left that could take the member's place: now there is one.
    const hosts = [lost, kept, fresh].map((host) => ({ address: host?.address }));
    const patch = JSON.stringify({ spec: { provider: { static: { hosts } } } });
    await bed.server.plush("patch", "pool", "lab", "--type", "merge", "-p", patch);
    await eventually(async () => {
      const claims = await bed.server.list<SeenObject>("claims");
      expect(claims.map(({ status }) => status?.state)).toEqual(["Ready", "Ready"]);
      expect(await prometheus.firing()).toEqual(["PlushMachinesLost"]);
      expect(receiver.output()).toContain("alert resolved: PlushApplicationDegraded");
    }, 30_000);
    expect(await prometheus.query('plush_replacements_total{cause="HostLost"} == 1')).toHaveLength(1);
  });

  it("B-MON-4: the example's receiver and chat were told of it by Events too", async () => {
    await eventually(async () => {
      expect(receiver.output()).toMatch(/dev\.plush\.Claim\.Replaced Claim\/default\/service-members-\d: moved from/);
      expect(receiver.output()).toMatch(/chat: :warning: \*Replaced\* Claim\/default\/service-members-\d: moved from/);
      expect(receiver.output()).not.toMatch(/chat: :information_source:/);
    }, 20_000);
  });
});
