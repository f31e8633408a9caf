import { at, cluster, core, plush, type Section } from "../row.ts";

const web = plush("applications/web", { "metadata.labels.tier": "front", "spec.components.0.name": "servers" });
const applications = plush("applications", { "items.length": 3, "items.0.metadata.name": "dev-pause" });
const bySet = core("configmaps?labelSelector=set", { "items.0.metadata.name": "first" });

export const reading: Section = {
  title: "Reading",
  rows: [
    { run: "kubectl get app", prints: /^NAME +STATE.*AGE\ndev-pause [\s\S]*^web /m, reads: applications },
    { run: "kubectl get app -o wide", prints: /^NAME +STATE.*REASON/, reads: applications },
    { run: "kubectl get applications.plush.dev web --no-headers", prints: /^web .*\n$/, reads: web },
    { run: "kubectl get applications.v1.plush.dev/web", prints: /^NAME.*\nweb .*\n$/, reads: web },
    { run: "kubectl get app -A", prints: /^NAMESPACE +NAME.*\ndefault +dev-pause /m, reads: applications },
    { run: "kubectl get app web -o yaml", prints: /^apiVersion: plush.dev\/v1\nkind: Application$/m, reads: web },
    { run: "kubectl get app web -o json", prints: /^\{\n {4}"apiVersion": "plush.dev\/v1"/, reads: web },
    { run: "kubectl get app -o name", prints: /^(application\.plush\.dev\/[a-z-]+\n){3}$/, reads: applications },
    { run: "kubectl get app web -o 'jsonpath={.spec.components[0].name}'", prints: /^servers$/, reads: web },
    {
      run: "kubectl get app -o 'jsonpath-as-json={.items[*].metadata.name}'",
      prints: /"pause",\n/,
      reads: applications,
    },
    { run: "kubectl get app web -o 'go-template={{len .spec.components}}'", prints: /^1$/, reads: web },
    {
      run: "kubectl get app -o custom-columns=WHO:.metadata.name,SUSPENDED:.spec.suspend",
      prints: /^WHO +SUSPENDED$[\s\S]*^pause +true$/m,
      reads: plush("applications/pause", { "spec.suspend": true }),
    },
    {
      run: "kubectl get app -o custom-columns-file=columns.txt",
      prints: /^NAME +MEMBERS$[\s\S]*^web +2$/m,
      reads: web,
    },
    { run: "kubectl get app --show-labels", prints: /LABELS\n[\s\S]*tier=front/, reads: web },
    { run: "kubectl get app -L tier", prints: /TIER\n[\s\S]*front/, reads: web },
    { run: "kubectl get app --show-kind", prints: /^application\.plush\.dev\/web /m, reads: web },
    { run: "kubectl get app -l tier=front -o name", prints: /^application\.plush\.dev\/web\n$/, reads: web },
    {
      run: "kubectl get cm -l 'set in (one, both),set!=one' -o name",
      prints: /^configmap\/first\nconfigmap\/second\n$/,
      reads: bySet,
    },
    { run: "kubectl get cm -l '!set' -o name", prints: /^configmap\/dev-notes\nconfigmap\/notes\n/, reads: bySet },
    { run: "kubectl get app -l 'a=='", prints: /^No resources found in default namespace\.$/m, reads: applications },
    {
      run: "kubectl get app -l 'a in b'",
      code: 1,
      prints: /Unable to find "plush\.dev\/v1, Resource=applications" that match label selector "a in b"/,
      reads: applications,
    },
    {
      run: "kubectl get app --field-selector metadata.name=web -o name",
      prints: /^application\.plush\.dev\/web\n$/,
      reads: plush("applications?fieldSelector=metadata.name%3Dweb", { "items.length": 1 }),
    },
    {
      run: "kubectl get ns --field-selector status.phase=Active -o name",
      prints: /^namespace\/default\n/,
      reads: at("/api/v1/namespaces?fieldSelector=status.phase%3DTerminating", { items: [] }),
    },
    {
      run: "kubectl get app --field-selector spec.nothing=1",
      code: 1,
      prints: /field label not supported: spec\.nothing/,
      reads: applications,
    },
    {
      run: "kubectl get cm --sort-by=.metadata.name --no-headers",
      prints: /^dev-notes [\s\S]*^settings /m,
      reads: bySet,
    },
    {
      run: "kubectl get app -o name --sort-by='{.spec.components[0].replicas}'",
      prints: /application\.plush\.dev\/web\n$/,
      reads: web,
    },
    {
      run: "kubectl get cm --chunk-size=1 -o name",
      prints: /^(configmap\/\S+\n){6,}$/,
      reads: core("configmaps?limit=1", { "items.length": 1, "metadata.continue": /./ }),
    },
    { run: "kubectl get cm --chunk-size=0 --server-print=false", prints: /^NAME +AGE\n/, reads: bySet },
    { run: "kubectl get all", prints: /^application\.plush\.dev\/dev-pause /m, reads: applications },
    {
      run: "kubectl get app,cm",
      prints: /^application\.plush\.dev\/web [\s\S]*^configmap\/first /m,
      reads: [web, bySet],
    },
    {
      run: "kubectl get app/web cm/first -o name",
      prints: /^application\.plush\.dev\/web\nconfigmap\/first\n$/,
      reads: web,
    },
    {
      run: "kubectl get app web nosuch",
      code: 1,
      prints: /^web [\s\S]*Error from server \(NotFound\): applications\.plush\.dev "nosuch" not found\n$/m,
      reads: plush("applications/nosuch", "gone"),
    },
    { run: "kubectl get app nosuch --ignore-not-found", prints: /^$/, reads: plush("applications/nosuch", "gone") },
    {
      run: "kubectl get app -n lab",
      prints: /^No resources found in lab namespace\.$/m,
      reads: at("/apis/plush.dev/v1/namespaces/lab/applications", { items: [] }),
    },
    { run: "kubectl get -f web.yaml -o name", prints: /^application\.plush\.dev\/web$/m, reads: web },
    {
      run: "kubectl get -k kustomization -o name",
      prints: /^configmap\/dev-notes\napplication\.plush\.dev\/dev-pause\n$/,
      reads: core("configmaps/dev-notes", { "data.topic": "tests" }),
    },
    { run: "kubectl get app web --subresource=status -o 'jsonpath={.kind}'", prints: /^Application$/, reads: web },
    {
      run: "kubectl get app web --subresource=scale -o 'jsonpath={.kind} {.spec.replicas}'",
      prints: /^Scale 2$/,
      reads: plush("applications/web/scale", { "spec.replicas": 2 }),
    },
    {
      run: "kubectl get app web -o yaml --show-managed-fields",
      prints: /managedFields:[\s\S]*manager: kubectl/,
      reads: plush("applications/web", { "metadata.managedFields.0.manager": "kubectl" }),
    },
    {
      run: "kubectl get pool,res",
      prints: /^resourcepool\.plush\.dev\/local [\s\S]*^resource\.plush\.dev\/local-3 /m,
      reads: cluster("resources/local-3", { "spec.poolName": "local" }),
    },
    {
      run: "kubectl get --raw /apis/plush.dev/v1/resourcepools/local",
      prints: /^\{.*"kind":"ResourcePool"/,
      reads: cluster("resourcepools/local", { kind: "ResourcePool" }),
    },
    {
      run: "kubectl get ns",
      prints: /^default +Active +/m,
      reads: at("/api/v1/namespaces/default", { "status.phase": "Active" }),
    },
    {
      run: "kubectl get secret keys -o 'go-template={{.data.user | base64decode}}'",
      prints: /^rita$/,
      reads: core("secrets/keys", { "data.user": "cml0YQ==" }),
    },
    { run: "kubectl get secrets", prints: /^keys +Opaque +2 /m, reads: core("secrets/keys", { type: "Opaque" }) },
    {
      run: "kubectl get nosuchkind",
      code: 1,
      prints: /the server doesn't have a resource type "nosuchkind"/,
      reads: plush("nosuchkinds", "gone"),
    },
    {
      run: "kubectl get app -o nosuch",
      code: 1,
      prints: /unable to match a printer suitable for the output format/,
      reads: applications,
    },
    { run: "kubectl -v=6 get app web -o name", prints: /GET.* 200 OK|status="200 OK"/, reads: web },
    { run: "kubectl --request-timeout=10s --disable-compression get app web -o name", prints: /web/, reads: web },
  ],
};
