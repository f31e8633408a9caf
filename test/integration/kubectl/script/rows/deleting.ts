import { at, core, plush, type Section } from "../row.ts";

export const deleting: Section = {
  title: "Deleting",
  rows: [
    {
      run: "kubectl delete cm first --dry-run=server",
      prints: /configmap "first" deleted.*\(server dry run\)/,
      reads: core("configmaps/first", { kind: "ConfigMap" }),
    },
    {
      run: "kubectl delete cm first --dry-run=client",
      prints: /\(dry run\)/,
      reads: core("configmaps/first", { kind: "ConfigMap" }),
    },
    { run: "kubectl delete cm first", prints: /configmap "first" deleted/, reads: core("configmaps/first", "gone") },
    {
      run: "kubectl delete cm first",
      code: 1,
      prints: /configmaps "first" not found/,
      reads: core("configmaps/first", "gone"),
    },
    {
      run: "kubectl delete cm first --ignore-not-found",
      prints: /^(No resources found\n)?$/,
      reads: core("configmaps/first", "gone"),
    },
    {
      run: "kubectl delete cm -l set=numbered",
      prints: /(configmap "numbered-\w{5}" deleted[^\n]*\n){2}/,
      reads: core("configmaps?labelSelector=set%3Dnumbered", { items: [] }),
    },
    {
      run: "kubectl delete -f settings.yaml -f unknown-field.yaml -o name",
      prints: /^configmap\/settings\nsoftware\.plush\.dev\/typo\n$/,
      reads: [core("configmaps/settings", "gone"), plush("software/typo", "gone")],
    },
    {
      run: "kubectl delete -k kustomization",
      prints: /configmap "dev-notes" deleted[\s\S]*application\.plush\.dev "dev-pause" deleted/,
      reads: plush("applications/dev-pause", "gone"),
    },
    {
      run: "kubectl create -f held.yaml && kubectl delete cm held --timeout=1s",
      code: 1,
      prints: /timed out waiting for the condition on configmaps\/held/,
      reads: core("configmaps/held", { "metadata.deletionTimestamp": /Z$/ }),
    },
    {
      run: 'kubectl patch cm held --type=merge -p \'{"metadata":{"finalizers":null}}\'',
      prints: /patched/,
      reads: core("configmaps/held", "gone"),
    },
    {
      run: "kubectl delete app pause --cascade=foreground",
      prints: /deleted/,
      reads: plush("applications/pause", "gone"),
    },
    {
      run: `kubectl create cm owner && kubectl create cm dependent && kubectl patch cm dependent --type=merge -p "{\\"metadata\\":{\\"ownerReferences\\":[{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"ConfigMap\\",\\"name\\":\\"owner\\",\\"uid\\":\\"$(kubectl get cm owner -o 'jsonpath={.metadata.uid}')\\"}]}}"`,
      prints: /configmap\/dependent patched/,
      reads: core("configmaps/dependent", { "metadata.ownerReferences.0.name": "owner" }),
    },
    {
      run: "kubectl delete cm owner --cascade=orphan",
      prints: /configmap "owner" deleted/,
      reads: [
        core("configmaps/owner", "gone"),
        core("configmaps/dependent", { "metadata.ownerReferences": undefined }),
      ],
    },
    {
      run: "kubectl delete cm --field-selector metadata.name=dependent",
      prints: /configmap "dependent" deleted/,
      reads: core("configmaps/dependent", "gone"),
    },
    { run: "kubectl delete sa robot --wait=false", prints: /deleted/, reads: core("serviceaccounts/robot", "gone") },
    { run: "kubectl delete secret registry --now", prints: /deleted/, reads: core("secrets/registry", "gone") },
    {
      run: "kubectl delete secret keys --grace-period=0 --force",
      prints: /secret "keys" force deleted[\s\S]*Immediate deletion does not wait/,
      reads: core("secrets/keys", "gone"),
    },
    {
      run: "kubectl delete --raw /api/v1/namespaces/default/configmaps/scrap",
      prints: /"status":"Success"/,
      reads: core("configmaps/scrap", "gone"),
    },
    {
      run: "kubectl create cm a -n lab && kubectl create cm b -n lab && kubectl delete cm --all -n lab",
      prints: /configmap "a" deleted[\s\S]*configmap "b" deleted/,
      reads: at("/api/v1/namespaces/lab/configmaps", { items: [] }),
    },
    {
      run: "kubectl create cm inside -n lab && kubectl delete ns lab",
      prints: /namespace "lab" deleted/,
      reads: [at("/api/v1/namespaces/lab", "gone"), at("/api/v1/namespaces/lab/configmaps/inside", "gone")],
    },
    {
      run: "kubectl delete ns default",
      code: 1,
      prints: /\(Forbidden\).*may not be deleted/,
      reads: at("/api/v1/namespaces/default", { "status.phase": "Active" }),
    },
    {
      run: "kubectl delete app web --timeout=30s",
      prints: /application\.plush\.dev "web" deleted/,
      reads: [plush("applications/web", "gone"), plush("processes", { items: [] })],
    },
    { run: "kubectl delete app --all", prints: /No resources found/, reads: plush("applications", { items: [] }) },
    {
      run: "kubectl delete app",
      code: 1,
      prints: /resource\(s\) were provided, but no name was specified/,
      reads: plush("applications", { items: [] }),
    },
  ],
};
