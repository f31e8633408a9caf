import { core, plush, type Section } from "../row.ts";

const lastApplied = "metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration";

export const applying: Section = {
  title: "Applying, and what would change",
  rows: [
    {
      run: "kubectl apply -f settings.yaml",
      prints:
        /configmap\/settings configured\nWarning: .*missing the kubectl\.kubernetes\.io\/last-applied-configuration annotation/,
      reads: core("configmaps/settings", { "data.color": "green", [lastApplied]: /green/ }),
    },
    {
      run: "kubectl apply -f settings.yaml",
      prints: /^configmap\/settings unchanged$/m,
      reads: core("configmaps/settings", { "data.color": "green" }),
    },
    {
      run: "kubectl diff -f settings-blue.yaml",
      code: 1,
      prints: /^- +color: green\n\+ +color: blue$/m,
      reads: core("configmaps/settings", { "data.color": "green" }),
    },
    {
      run: "kubectl apply -f - --dry-run=server -o 'jsonpath={.data.color}' < settings-blue.yaml",
      prints: /^blue$/,
      reads: core("configmaps/settings", { "data.color": "green" }),
    },
    {
      run: "kubectl apply -f settings-blue.yaml --dry-run=client",
      prints: /configured \(dry run\)/,
      reads: core("configmaps/settings", { "data.color": "green" }),
    },
    {
      run: "kubectl apply -f settings-blue.yaml",
      prints: /^configmap\/settings configured$/m,
      reads: core("configmaps/settings", { "data.color": "blue", "data.size": "3" }),
    },
    {
      run: "kubectl diff -f settings-blue.yaml",
      prints: /^$/,
      reads: core("configmaps/settings", { "data.color": "blue" }),
    },
    {
      run: "kubectl apply view-last-applied configmap/settings",
      prints: /color: blue/,
      reads: core("configmaps/settings", { [lastApplied]: /blue/ }),
    },
    {
      run: "kubectl apply set-last-applied -f settings.yaml",
      prints: /^configmap\/settings configured$/m,
      reads: core("configmaps/settings", { "data.color": "blue", [lastApplied]: /green/ }),
    },
    {
      run: 'KUBE_EDITOR="sed -i s/green/red/" kubectl apply edit-last-applied configmap/settings',
      prints: /^configmap\/settings edited$/m,
      reads: core("configmaps/settings", { "data.color": "blue", [lastApplied]: /red/ }),
    },
    {
      run: "kubectl apply -f web.yaml",
      prints: /^application\.plush\.dev\/web created$/m,
      reads: plush("applications/web", { "spec.components.0.replicas": 2, "metadata.generation": 1 }),
    },
    {
      run: "kubectl apply -f web.yaml --server-side --dry-run=server",
      prints: /serverside-applied \(server dry run\)/,
      reads: plush("applications/web", { "metadata.generation": 1 }),
    },
    {
      run: "kubectl apply -f web.yaml --server-side",
      prints: /^application\.plush\.dev\/web serverside-applied\n$/,
      reads: plush("applications/web", { "metadata.managedFields.0.manager": "kubectl", "metadata.generation": 1 }),
    },
    {
      run: "kubectl apply -f web-one.yaml --server-side --field-manager=other",
      code: 1,
      prints: /conflict with "kubectl" using plush\.dev\/v1: \.spec\.components\[name="servers"\]\.replicas/,
      reads: plush("applications/web", { "spec.components.0.replicas": 2 }),
    },
    {
      run: "kubectl apply -f web-one.yaml --server-side --field-manager=other --force-conflicts",
      prints: /serverside-applied/,
      reads: plush("applications/web", { "spec.components.0.replicas": 1, "metadata.generation": 2 }),
    },
    {
      run: "kubectl diff -f web.yaml --server-side --force-conflicts",
      code: 1,
      prints: /^\+ +replicas: 2$/m,
      reads: plush("applications/web", { "spec.components.0.replicas": 1 }),
    },
    {
      run: "kubectl apply -f web.yaml --server-side --force-conflicts",
      prints: /serverside-applied/,
      reads: plush("applications/web", { "spec.components.0.replicas": 2 }),
    },
    {
      run: "kubectl apply -f web-one.yaml",
      prints: /^application\.plush\.dev\/web configured\n$/,
      reads: plush("applications/web", { "spec.components.0.replicas": 1 }),
    },
    {
      run: "kubectl apply -f web.yaml --server-side",
      prints: /^application\.plush\.dev\/web serverside-applied\n$/,
      reads: plush("applications/web", { "spec.components.0.replicas": 2 }),
    },
    {
      run: "kubectl apply -f status.yaml --server-side --subresource=status --field-manager=me",
      prints: /serverside-applied/,
      reads: plush("applications/web", { "spec.components.0.replicas": 2 }),
      but: [{ upTo: 31, code: 1, prints: /unknown flag: --subresource/, why: "the flag is newer" }],
    },
    {
      run: "kubectl apply -f both.yaml",
      prints: /^configmap\/first created\nconfigmap\/second created$/m,
      reads: core("configmaps?labelSelector=set%3Dboth", { "items.1.metadata.name": "second" }),
    },
    {
      run: "kubectl apply -f first.yaml --prune -l set=both --prune-allowlist=core/v1/ConfigMap",
      prints: /configmap\/second pruned/,
      reads: core("configmaps/second", "gone"),
    },
    {
      run: "KUBECTL_APPLYSET=true kubectl apply -f both.yaml --prune --applyset=set -n default",
      prints: /configmap\/second created/,
      reads: core("secrets/set", { "metadata.labels.applyset\\.kubernetes\\.io/id": /^applyset-/ }),
    },
    {
      run: "KUBECTL_APPLYSET=true kubectl apply -f first.yaml --prune --applyset=set -n default",
      prints: /configmap\/second pruned/,
      reads: core("configmaps/second", "gone"),
    },
    {
      run: "KUBECTL_APPLYSET=true kubectl apply -f both.yaml --prune --applyset=configmaps/set -n default --server-side --force-conflicts",
      prints: /configmap\/second serverside-applied/,
      reads: core("configmaps/set", { "metadata.labels.applyset\\.kubernetes\\.io/id": /^applyset-/ }),
    },
    {
      run: "kubectl apply -k kustomization",
      prints: /configmap\/dev-notes created\napplication\.plush\.dev\/dev-pause created/,
      reads: plush("applications/dev-pause", { "spec.suspend": true }),
    },
    {
      run: "kubectl diff -k kustomization",
      prints: /^$/,
      reads: plush("applications/dev-pause", { "metadata.generation": 1 }),
    },
    {
      run: "kubectl apply -f tree",
      prints: /^configmap\/top created\n$/,
      reads: core("configmaps/bottom", "gone"),
    },
    {
      run: "kubectl apply -R -f tree",
      prints: /^configmap\/bottom created\nconfigmap\/top unchanged\n$/,
      reads: core("configmaps/bottom", { "metadata.labels.set": "tree" }),
    },
    {
      run: "kubectl delete -R -f tree",
      prints: /configmap "bottom" deleted[\s\S]*configmap "top" deleted/,
      reads: core("configmaps?labelSelector=set%3Dtree", { items: [] }),
    },
    {
      run: "kubectl apply -f unknown-kind.yaml",
      code: 1,
      prints: /no matches for kind "Nope" in version "plush\.dev\/v1"/,
      reads: plush("nopes/nope", "gone"),
    },
    {
      run: "kubectl apply -f numbered.yaml",
      code: 1,
      prints: /cannot use generate name with apply/,
      reads: core("configmaps?labelSelector=set%3Dnumbered", { "items.length": 2 }),
    },
    {
      run: "kubectl apply -f first.yaml --prune --all",
      code: 1,
      prints: /no matches for kind/,
      reads: core("configmaps/second", { "data.count": "2" }),
    },
  ],
};
