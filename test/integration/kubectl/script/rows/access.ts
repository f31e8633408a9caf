import { at, core, plush, type Section } from "../row.ts";

const rbac = (resource: string, has: Parameters<typeof at>[1]) =>
  at(`/apis/rbac.authorization.k8s.io/v1/${resource}`, has);

export const access: Section = {
  title: "Who may what",
  about: "`rita` has a client certificate of the server's authority, and no rights but those that these rows give her.",
  reads: plush("applications/web", { "metadata.deletionTimestamp": undefined }),
  rows: [
    { run: "kubectl auth whoami", prints: /^Username +admin$/m },
    { run: "kubectl auth whoami -o 'jsonpath={.status.userInfo.groups}'", prints: /system:masters/ },
    { run: "kubectl --user=rita auth whoami", prints: /^Username +rita$/m },
    { run: "kubectl auth can-i create app", prints: /^yes$/m },
    { run: "kubectl auth can-i get app/web --subresource=status", prints: /^yes$/m },
    { run: "kubectl auth can-i '*' '*' --all-namespaces", prints: /^yes$/m },
    { run: "kubectl auth can-i delete pool --as=alice", code: 1, prints: /^no/m },
    { run: "kubectl auth can-i list app --as=alice --quiet", code: 1, prints: /^$/ },
    { run: "kubectl auth can-i get /healthz --as=alice", prints: /^yes$/m },
    { run: "kubectl auth can-i get /metrics --as=alice", code: 1, prints: /^no/m },
    {
      run: "kubectl auth can-i --list",
      prints: /^Resources +Non-Resource URLs +Resource Names +Verbs\n\*\.\* +\[\] +\[\] +\[\*\]/m,
    },
    { run: "kubectl create -f review.yaml -o 'jsonpath={.status.allowed}'", prints: /^false$/ },
    {
      run: "kubectl --user=rita get app",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): applications\.plush\.dev is forbidden: User "rita" cannot list resource "applications" in API group "plush\.dev" in the namespace "default"\n$/,
    },
    {
      run: "kubectl --user=rita get app web",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): applications\.plush\.dev "web" is forbidden: User "rita" cannot get resource "applications" in API group "plush\.dev" in the namespace "default"\n$/,
    },
    {
      run: "kubectl --user=rita get secrets -A",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): secrets is forbidden: User "rita" cannot list resource "secrets" in API group "" at the cluster scope\n$/,
    },
    {
      run: "kubectl --user=rita create cm x",
      code: 1,
      prints:
        /^error: failed to create configmap: configmaps is forbidden: User "rita" cannot create resource "configmaps" in API group "" in the namespace "default"\n$/,
      reads: core("configmaps/x", "gone"),
    },
    {
      run: "kubectl --user=rita apply --server-side -f web.yaml",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): applications\.plush\.dev "web" is forbidden: User "rita" cannot patch resource "applications" in API group "plush\.dev" in the namespace "default"\n$/,
    },
    {
      run: "kubectl --user=rita delete pool local",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): resourcepools\.plush\.dev "local" is forbidden: User "rita" cannot delete resource "resourcepools" in API group "plush\.dev" at the cluster scope\n$/,
      reads: at("/apis/plush.dev/v1/resourcepools/local", { "metadata.deletionTimestamp": undefined }),
    },
    {
      run: "kubectl --user=rita get --raw /metrics",
      code: 1,
      prints: /^Error from server \(Forbidden\): forbidden: User "rita" cannot get path "\/metrics"\n$/,
    },
    {
      run: "kubectl --user=rita get app --as=admin",
      code: 1,
      prints:
        /Error from server \(Forbidden\): users "admin" is forbidden: User "rita" cannot impersonate resource "users" in API group "" at the cluster scope\n$/,
    },
    {
      run: "kubectl auth reconcile -f roles.yaml",
      prints: /role\.rbac\.authorization\.k8s\.io\/reader reconciled[\s\S]*rolebinding\.\S+\/readers reconciled/,
      reads: rbac("namespaces/default/roles/reader", { "rules.0.resources": ["applications"] }),
    },
    { run: "kubectl --user=rita get app web -o name", prints: /^application\.plush\.dev\/web$/m },
    { run: "kubectl --user=rita auth can-i list app", prints: /^yes$/m },
    { run: "kubectl --user=rita auth can-i delete app", code: 1, prints: /^no$/m },
    {
      run: "kubectl --user=rita auth can-i --list",
      prints: /^applications\.plush\.dev +\[\] +\[\] +\[get list watch\]$/m,
    },
    {
      run: "kubectl --user=rita delete app web",
      code: 1,
      prints: /applications\.plush\.dev "web" is forbidden: User "rita" cannot delete resource "applications"/,
      reads: plush("applications/web", { "metadata.deletionTimestamp": undefined }),
    },
    {
      run: "kubectl --user=rita scale app web --replicas=3",
      code: 1,
      prints:
        /applications\.plush\.dev "web" is forbidden: User "rita" cannot patch resource "applications\/scale" in API group "plush\.dev" in the namespace "default"/,
      reads: plush("applications/web", { "spec.components.0.replicas": 2 }),
    },
    {
      run: "kubectl create role scaler --verb=get,patch,update --resource=applications.plush.dev/scale",
      prints: /^role\.rbac\.authorization\.k8s\.io\/scaler created$/m,
      reads: rbac("namespaces/default/roles/scaler", { "rules.0.resources": ["applications/scale"] }),
    },
    {
      run: "kubectl create rolebinding scalers --role=scaler --user=rita --group=people",
      prints: /^rolebinding\.rbac\.authorization\.k8s\.io\/scalers created$/m,
      reads: rbac("namespaces/default/rolebindings/scalers", { "roleRef.name": "scaler", "subjects.0.name": "rita" }),
    },
    {
      run: "kubectl --user=rita scale app web --replicas=3",
      prints: /scaled/,
      reads: plush("applications/web", { "spec.components.0.replicas": 3 }),
    },
    {
      run: "kubectl get role,rolebinding",
      prints: /^role\.rbac\S+\/reader [\s\S]*^rolebinding\.rbac\S+\/readers +Role\/reader /m,
    },
    { run: "kubectl describe role reader", prints: /^ +applications\.plush\.dev +\[\] +\[\] +\[get list watch\]$/m },
    { run: "kubectl describe rolebinding readers", prints: /^ +User +rita/m },
    {
      run: "kubectl create clusterrole node-reader --verb=get,list --resource=resources.plush.dev --non-resource-url=/metrics",
      code: 1,
      prints: /invalid verb: 'list' for nonResourceURL/,
    },
    {
      run: "kubectl create clusterrole meter --verb=get --non-resource-url=/metrics",
      prints: /created/,
      reads: rbac("clusterroles/meter", { "rules.0.nonResourceURLs": ["/metrics"] }),
    },
    {
      run: "kubectl create clusterrolebinding meters --clusterrole=meter --user=rita",
      prints: /created/,
      reads: rbac("clusterrolebindings/meters", { "roleRef.name": "meter" }),
    },
    { run: "kubectl --user=rita get --raw /metrics", prints: /^# TYPE /m },
    {
      run: "kubectl create rolebinding viewers --clusterrole=view --group=people",
      prints: /created/,
      reads: rbac("namespaces/default/rolebindings/viewers", { "roleRef.kind": "ClusterRole" }),
    },
    { run: "kubectl get cm settings -o name --as=paul --as-group=people", prints: /^configmap\/settings$/m },
    {
      run: "kubectl get secret keys --as=paul --as-group=people",
      code: 1,
      prints:
        /secrets "keys" is forbidden: User "paul" cannot get resource "secrets" in API group "" in the namespace "default"/,
    },
    {
      run: "kubectl create rolebinding editors --clusterrole=edit --user=emil",
      prints: /created/,
    },
    {
      run: "kubectl create rolebinding more --clusterrole=admin --user=emil --as=emil",
      code: 1,
      prints:
        /rolebindings\.rbac\.authorization\.k8s\.io is forbidden: User "emil" cannot create resource "rolebindings"/,
    },
    {
      run: "kubectl create rolebinding admins --clusterrole=admin --user=anna",
      prints: /created/,
      reads: rbac("namespaces/default/rolebindings/admins", { "roleRef.name": "admin" }),
    },
    {
      run: "kubectl create role looker --verb=get --resource=secrets --as=anna",
      prints: /^role\.rbac\.authorization\.k8s\.io\/looker created$/m,
      reads: rbac("namespaces/default/roles/looker", { "rules.0.verbs": ["get"] }),
    },
    {
      run: "kubectl create rolebinding all --clusterrole=cluster-admin --user=anna --as=anna",
      code: 1,
      prints:
        /rolebindings\.rbac\.authorization\.k8s\.io "all" is forbidden: user "anna" \(groups=\["system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\["\*"\], Resources:\["\*"\], Verbs:\["\*"\]\}\n\{NonResourceURLs:\["\*"\], Verbs:\["\*"\]\}\n/,
      reads: rbac("namespaces/default/rolebindings/all", "gone"),
    },
    {
      run: "kubectl create clusterrolebinding all --clusterrole=view --user=anna --as=anna",
      code: 1,
      prints:
        /clusterrolebindings\.rbac\.authorization\.k8s\.io is forbidden: User "anna" cannot create resource "clusterrolebindings" in API group "rbac\.authorization\.k8s\.io" at the cluster scope\n/,
      reads: rbac("clusterrolebindings/all", "gone"),
    },
    {
      run: "kubectl delete rolebinding readers scalers viewers editors admins",
      prints: /(rolebinding\.rbac\.authorization\.k8s\.io "\w+" deleted[^\n]*\n){5}/,
      reads: rbac("namespaces/default/rolebindings", { items: [] }),
    },
    { run: "kubectl --user=rita get app", code: 1, prints: /applications\.plush\.dev is forbidden/ },
    {
      run: "kubectl config set-credentials robot --token=$(kubectl create token robot --duration=1h) && kubectl --user=robot auth whoami",
      prints: /^Username +system:serviceaccount:default:robot$/m,
      reads: core("serviceaccounts/robot", { kind: "ServiceAccount" }),
    },
    {
      run: "kubectl --user=robot get pods",
      code: 1,
      prints:
        /^Error from server \(Forbidden\): pods is forbidden: User "system:serviceaccount:default:robot" cannot list resource "pods" in API group "" in the namespace "default"\n$/,
    },
    {
      run: "kubectl create rolebinding robots --clusterrole=view --serviceaccount=default:robot && kubectl --user=robot get pods -o name",
      prints: /^pod\/web-serve-server-servers-0$/m,
      reads: rbac("namespaces/default/rolebindings/robots", { "subjects.0.kind": "ServiceAccount" }),
    },
    { run: "kubectl delete rolebinding robots", prints: /deleted/ },
    {
      run: "kubectl config set-credentials stranger --token=wrong && kubectl --user=stranger get app",
      code: 1,
      prints: /error: You must be logged in to the server/,
    },
    { run: "kubectl --user=plugin auth whoami", prints: /^Username +rita$/m },
    {
      run: "kubectl --certificate-authority=/dev/null get app",
      code: 1,
      prints: /x509: certificate signed by unknown authority/,
    },
  ],
};
