import { at, type Section } from "../row.ts";

const kindsOfPlush = at("/apis/plush.dev/v1", { groupVersion: "plush.dev/v1", "resources.0.name": "applications" });
const schema = at("/openapi/v3/apis/plush.dev/v1", { openapi: /^3\./ });

export const aboutTheServer: Section = {
  title: "The server and its kinds",
  rows: [
    {
      run: "kubectl version",
      prints: /Server Version: .*v\d+\.\d+\.\d+\+plush/,
      reads: at("/version", { gitVersion: /\+plush/ }),
    },
    {
      run: "kubectl version -o yaml",
      prints: /serverVersion:[\s\S]*gitVersion: v.*plush/,
      reads: at("/version", { major: "1" }),
    },
    {
      run: "kubectl cluster-info",
      prints: /is running at .*https:\/\/127\.0\.0\.1:\d+/,
      reads: at("/api/v1/namespaces/kube-system/services", { items: [] }),
    },
    {
      run: "kubectl api-versions",
      prints: /^plush\.dev\/v1$[\s\S]*^v1$/m,
      reads: at("/apis", { "groups.0.name": "plush.dev" }),
    },
    {
      run: "kubectl api-resources",
      prints: /^applications +app +plush\.dev\/v1 +true +Application$/m,
      reads: kindsOfPlush,
    },
    {
      run: "kubectl api-resources -o wide",
      prints: /^resources .*create,delete,deletecollection,get,list,patch/m,
      reads: kindsOfPlush,
    },
    {
      run: "kubectl api-resources -o name --namespaced=false",
      prints: /^namespaces$[\s\S]*^resourcepools\.plush\.dev$/m,
      reads: kindsOfPlush,
    },
    {
      run: "kubectl api-resources --api-group=plush.dev --no-headers",
      prints: /^applications [\s\S]*^software /m,
      reads: kindsOfPlush,
    },
    {
      run: "kubectl api-resources --categories=all -o name",
      prints: /^applications\.plush\.dev\n(\w+\.plush\.dev\n)+$/,
      reads: kindsOfPlush,
    },
    {
      run: "kubectl api-resources --verbs=list,watch --sort-by=kind",
      prints: /Application[\s\S]*Software/,
      reads: kindsOfPlush,
    },
    { run: "kubectl explain app", prints: /^KIND: +Application$/m, reads: schema },
    {
      run: "kubectl explain app.spec.components.replicas",
      prints: /replicas[\s\S]*Number of members/,
      reads: schema,
    },
    {
      run: "kubectl explain app --recursive",
      prints: /components\s+<\[\]\w+>[\s\S]*restartPolicy\s+<string>/,
      reads: schema,
    },
    {
      run: "kubectl explain pool.spec.provider --recursive",
      prints: /hosts[\s\S]*address\s+<string>/,
      reads: schema,
    },
    {
      run: "kubectl explain namespaces --api-version=v1",
      prints: /^KIND: +Namespace$/m,
      reads: at("/openapi/v3/api/v1", { openapi: /^3\./ }),
    },
    {
      run: "for kind in $(kubectl api-resources -o name | grep -v metrics); do kubectl explain $kind >/dev/null || echo $kind; done",
      prints: /^$/,
      reads: at("/openapi/v3/apis/authorization.k8s.io/v1", { openapi: /^3\./ }),
    },
    { run: "kubectl explain app.spec.nothing", code: 1, prints: /field "nothing" does not exist/, reads: schema },
    { run: "kubectl get --raw /healthz", prints: /^ok$/, reads: at("/healthz", { "": "ok" }) },
    {
      run: "kubectl get --raw '/readyz?verbose'",
      prints: /^\[\+\]store ok$[\s\S]*^readyz check passed$/m,
      reads: at("/readyz", { "": "ok" }),
    },
    { run: "kubectl get --raw /livez", prints: /^ok$/, reads: at("/livez", { "": "ok" }) },
    {
      run: "kubectl get --raw /openapi/v3",
      prints: /"apis\/plush\.dev\/v1":\{"serverRelativeURL"/,
      reads: at("/openapi/v3", { "paths.api/v1.serverRelativeURL": /hash=/ }),
    },
    { run: "kubectl get --raw /metrics", prints: /^# TYPE /m, reads: at("/metrics", { "": /^# TYPE /m }) },
    { run: "kubectl get --raw /nothing", code: 1, prints: /NotFound/, reads: at("/nothing", "gone") },
    {
      run: "kubectl __complete get app ''",
      prints: /:\d+\nCompletion ended/,
      reads: kindsOfPlush,
    },
    {
      run: "kubectl proxy --port=0",
      prints: /"gitVersion":"v[^"]*plush/,
      follows: { from: /Starting to serve on (\S+)/, meanwhile: "curl -s http://$1/version | tr -d ' \\n'" },
      reads: at("/version", { gitVersion: /\+plush/ }),
    },
  ],
};

export const onItsOwn: Section = {
  title: "What kubectl does without a server",
  rows: [
    { run: "kubectl version --client", prints: /Client Version: / },
    { run: "kubectl config view", prints: /certificate-authority-data: DATA\+OMITTED/ },
    { run: "kubectl config view --minify -o 'jsonpath={.clusters[0].name}'", prints: /^plush$/ },
    { run: "kubectl config current-context", prints: /^plush$/m },
    { run: "kubectl config get-contexts -o name", prints: /^plush$/m },
    { run: "kubectl config set-context --current --namespace=default", prints: /^Context "plush" modified\.$/m },
    { run: "kubectl config use-context plush", prints: /^Switched to context "plush"\.$/m },
    { run: "kubectl kustomize kustomization", prints: /^ {2}name: dev-notes$[\s\S]*^ {2}name: dev-pause$/m },
    {
      run: "kubectl label -f web.yaml a=b --local -o 'jsonpath={.metadata.labels}'",
      prints: /^\{"a":"b","tier":"front"\}$/,
    },
    { run: "kubectl create configmap x --from-literal=a=b --dry-run=client -o name", prints: /^configmap\/x$/m },
    { run: "kubectl options", prints: /--as-group/ },
    { run: "kubectl completion bash", prints: /complete .*kubectl/ },
    { run: "kubectl plugin list", code: 1, prints: /unable to find any kubectl plugins/ },
  ],
};
