import { at, cluster, core, plush, type Section } from "../row.ts";

export const creating: Section = {
  title: "Creating",
  rows: [
    {
      run: "kubectl create -f pool.yaml",
      prints: /^resourcepool\.plush\.dev\/local created$/m,
      reads: cluster("resourcepools/local", { "spec.provider.local.count": 3 }),
    },
    {
      run: "kubectl create -f pool.yaml",
      code: 1,
      prints: /\(AlreadyExists\).*resourcepools\.plush\.dev "local" already exists/,
      reads: cluster("resourcepools/local", { "metadata.generation": 1 }),
    },
    {
      run: "kubectl create namespace lab",
      prints: /^namespace\/lab created$/m,
      reads: at("/api/v1/namespaces/lab", { "status.phase": "Active", "spec.finalizers": ["kubernetes"] }),
    },
    {
      run: "kubectl create ns draft --dry-run=server -o name",
      prints: /^namespace\/draft$/m,
      reads: at("/api/v1/namespaces/draft", "gone"),
    },
    {
      run: "kubectl create ns draft --dry-run=client -o yaml",
      prints: /^kind: Namespace$/m,
      reads: at("/api/v1/namespaces/draft", "gone"),
    },
    {
      run: "kubectl create secret generic keys --from-literal=user=rita --from-file=web.yaml",
      prints: /^secret\/keys created$/m,
      reads: core("secrets/keys", { type: "Opaque", "data.user": "cml0YQ==", "data.web\\.yaml": /^YXBp/ }),
    },
    {
      run: "kubectl create secret docker-registry registry --docker-server=example.com --docker-username=u --docker-password=p",
      prints: /^secret\/registry created$/m,
      reads: core("secrets/registry", { type: "kubernetes.io/dockerconfigjson", "data.\\.dockerconfigjson": /^ey/ }),
    },
    {
      run: "kubectl config view --raw -o json > config.json && for part in certificate key; do sed -n 's/.*client-'$part'-data\": \"\\(.*\\)\".*/\\1/p' config.json | head -1 | base64 -d > $part.pem; done && kubectl create secret tls tls --cert=certificate.pem --key=key.pem",
      prints: /^secret\/tls created$/m,
      reads: core("secrets/tls", { type: "kubernetes.io/tls", "data.tls\\.crt": /^LS0t/ }),
    },
    {
      run: "kubectl create configmap notes --from-literal=a=1 --from-file=pause=pause.yaml",
      prints: /^configmap\/notes created$/m,
      reads: core("configmaps/notes", { "data.a": "1", "data.pause": /^apiVersion/ }),
    },
    {
      run: "kubectl create configmap notes --from-literal=a=1 -n nowhere",
      code: 1,
      prints: /namespaces "nowhere" not found/,
      reads: at("/api/v1/namespaces/nowhere/configmaps/notes", "gone"),
    },
    {
      run: "kubectl create serviceaccount robot",
      prints: /^serviceaccount\/robot created$/m,
      reads: core("serviceaccounts/robot", { kind: "ServiceAccount" }),
    },
    {
      run: "kubectl create -f lease.yaml && kubectl get lease lock",
      prints: /^lock +rita +/m,
      reads: at("/apis/coordination.k8s.io/v1/namespaces/default/leases/lock", { "spec.holderIdentity": "rita" }),
    },
    {
      run: "kubectl create -f pause.yaml --save-config",
      prints: /^application\.plush\.dev\/pause created$/m,
      reads: plush("applications/pause", {
        "spec.suspend": true,
        "metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration": /suspend/,
      }),
    },
    {
      run: "kubectl create -f numbered.yaml -o name && kubectl create -f numbered.yaml -o name",
      prints: /^(configmap\/numbered-[bcdfghjklmnpqrstvwxz2456789]{5}\n){2}$/,
      reads: core("configmaps?labelSelector=set%3Dnumbered", { "items.1.metadata.generateName": "numbered-" }),
    },
    {
      run: "kubectl create -f unknown-field.yaml",
      code: 1,
      prints: /\(BadRequest\).*strict decoding error: unknown field "spec\.instal"/,
      reads: plush("software/typo", "gone"),
    },
    {
      run: "kubectl create -f unknown-field.yaml --validate=warn",
      prints: /Warning: unknown field "spec\.instal"/,
      reads: plush("software/typo", { "spec.instal": undefined }),
    },
    {
      run: "kubectl delete -f unknown-field.yaml; kubectl create -f unknown-field.yaml --validate=ignore",
      prints: /^software\.plush\.dev\/typo created\n$/m,
      reads: plush("software/typo", { "spec.instal": undefined }),
    },
    {
      run: "kubectl create -f two-faults.yaml",
      code: 1,
      prints: /The Process "faulty" is invalid: *\n\* spec\.command: [^\n]*\n\* spec\.restartPolicy: /,
      reads: plush("processes/faulty", "gone"),
    },
    {
      run: "kubectl create -f cycle.yaml",
      code: 1,
      prints: /The Application "cycle" is invalid: spec\.phases\[0\]\.after: Invalid value: .*a → b → a/,
      reads: plush("applications/cycle", "gone"),
    },
    {
      run: "kubectl create -f unknown-kind.yaml",
      code: 1,
      prints: /no matches for kind "Nope" in version "plush\.dev\/v1"/,
      reads: plush("nopes/nope", "gone"),
    },
    {
      run: "kubectl create configmap Bad_Name",
      code: 1,
      prints: /metadata\.name: Invalid value: "Bad_Name"/,
      reads: core("configmaps/Bad_Name", "gone"),
    },
    {
      run: "kubectl create --raw /api/v1/namespaces/default/configmaps -f scrap.json",
      prints: /"name":"scrap"/,
      reads: core("configmaps/scrap", { "data.count": "1" }),
    },
    {
      run: 'KUBE_EDITOR="sed -i s/green/grey/" kubectl create --edit -f settings.yaml',
      prints: /^configmap\/settings created$/m,
      reads: core("configmaps/settings", { "data.color": "grey" }),
    },
    {
      run: "kubectl kustomize kustomization | kubectl create --dry-run=server -f - -o name",
      prints: /^configmap\/dev-notes\napplication\.plush\.dev\/dev-pause\n$/,
      reads: plush("applications/dev-pause", "gone"),
    },
    {
      run: "kubectl create -f missing.yaml",
      code: 1,
      prints: /the path "missing\.yaml" does not exist/,
      reads: core("configmaps/missing", "gone"),
    },
  ],
};
