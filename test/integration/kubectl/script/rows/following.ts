import { cluster, core, type Section } from "../row.ts";

export const following: Section = {
  title: "Following",
  about: "These go on by themselves: they are ended when they have printed what they must.",
  rows: [
    {
      run: "kubectl get cm -w --output-watch-events -l watched",
      prints: /ADDED +w [\s\S]*MODIFIED +w [\s\S]*DELETED +w /,
      follows: {
        meanwhile:
          "kubectl create cm w --dry-run=client -o yaml | kubectl label -f - --local watched=yes -o yaml | kubectl create -f - && kubectl annotate cm w note=x && kubectl delete cm w",
      },
      reads: core("configmaps/w", "gone"),
    },
    {
      run: "kubectl get cm settings -w -o name",
      prints: /^configmap\/settings\nconfigmap\/settings\n/,
      follows: {
        from: /configmap\/settings/,
        meanwhile: "kubectl annotate --overwrite cm settings seen=$PPID >/dev/null",
      },
      reads: core("configmaps/settings", { "metadata.annotations.seen": /./ }),
    },
    {
      run: "kubectl get cm settings --watch-only -o 'jsonpath={.metadata.annotations.turn}{\"\\n\"}'",
      prints: /^\d+\n/,
      follows: {
        meanwhile: "for n in 1 2 3 4 5 6 7 8; do kubectl annotate --overwrite cm settings turn=$n >/dev/null; done",
      },
      reads: core("configmaps/settings", { "metadata.annotations.turn": "8" }),
    },
    {
      run: "kubectl get --raw '/api/v1/namespaces/default/configmaps?watch=true&fieldSelector=metadata.name%3Dsettings'",
      prints: /^\{"type":"ADDED","object":\{.*"name":"settings"/,
      follows: {},
      reads: core("configmaps/settings", { kind: "ConfigMap" }),
    },
    {
      run: "kubectl get --raw '/api/v1/configmaps?watch=1&timeoutSeconds=1'",
      prints: /^\{"type":"ADDED"/,
      reads: core("configmaps/settings", { kind: "ConfigMap" }),
    },
    {
      run: "kubectl events -w",
      prints: /^LAST SEEN[^\n]*\n[^\n]+\n/,
      follows: {},
      reads: core("events?limit=1", { "items.0.kind": "Event" }),
    },
    {
      run: "kubectl get res -w --no-headers",
      prints: /^local-1 [^\n]*\nlocal-2 [^\n]*\nlocal-3 /,
      follows: {},
      reads: cluster("resources", { "items.length": 3 }),
    },
  ],
};
