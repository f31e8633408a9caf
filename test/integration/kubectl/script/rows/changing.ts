import { core, plush, type Section } from "../row.ts";

export const changing: Section = {
  title: "Changing",
  rows: [
    {
      run: "kubectl label app web team=blue",
      prints: /^application\.plush\.dev\/web labeled$/m,
      reads: plush("applications/web", { "metadata.labels.team": "blue" }),
    },
    {
      run: "kubectl label app web team=blue",
      prints: /not labeled/,
      reads: plush("applications/web", { "metadata.labels.team": "blue" }),
    },
    {
      run: "kubectl label app web team=red",
      code: 1,
      prints: /'team' already has a value \(blue\), and --overwrite is false/,
      reads: plush("applications/web", { "metadata.labels.team": "blue" }),
    },
    {
      run: "kubectl label app web team=red --overwrite --resource-version=1",
      code: 1,
      prints: /\(Conflict\).*the object has been modified; please apply your changes to the latest version/,
      reads: plush("applications/web", { "metadata.labels.team": "blue" }),
    },
    {
      run: "kubectl label app web team=red --overwrite",
      prints: /labeled/,
      reads: plush("applications/web", { "metadata.labels.team": "red" }),
    },
    {
      run: "kubectl label app web --list",
      prints: /^team=red$/m,
      reads: plush("applications/web", { "metadata.labels.team": "red" }),
    },
    {
      run: "kubectl label app web team-",
      prints: /unlabeled/,
      reads: plush("applications/web", { "metadata.labels.team": undefined }),
    },
    {
      run: "kubectl label cm -l set=both batch=1",
      prints: /configmap\/first labeled/,
      reads: core("configmaps?labelSelector=batch%3D1", { "items.length": 2 }),
    },
    {
      run: "kubectl label cm --all seen=yes",
      prints: /configmap\/settings labeled/,
      reads: core("configmaps/notes", { "metadata.labels.seen": "yes" }),
    },
    {
      run: "kubectl label app web 'bad key=1'",
      code: 1,
      prints: /metadata\.labels: Invalid value: "bad key": /,
      reads: plush("applications/web", { "metadata.labels.bad key": undefined }),
    },
    {
      run: "kubectl annotate app web note='for a test'",
      prints: /annotate/,
      reads: plush("applications/web", { "metadata.annotations.note": "for a test" }),
    },
    {
      run: "kubectl annotate app web note-",
      prints: /annotate/,
      reads: plush("applications/web", { "metadata.annotations.note": undefined }),
    },
    {
      run: "kubectl annotate cm --all --list",
      prints: /^Listing annotations for ConfigMap\..*\/settings:$/m,
      reads: core("configmaps/settings", { kind: "ConfigMap" }),
    },
    {
      run: 'kubectl patch app pause --type=merge -p \'{"spec":{"updateStrategy":{"maxUnavailable":5}}}\'',
      prints: /patched/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 5 }),
    },
    {
      run: 'kubectl patch app pause --type=merge -p \'{"spec":{"updateStrategy":{"maxUnavailable":5}}}\'',
      prints: /patched \(no change\)/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 5 }),
    },
    {
      run: 'kubectl patch app pause --type=json -p \'[{"op":"test","path":"/spec/updateStrategy/maxUnavailable","value":5},{"op":"replace","path":"/spec/updateStrategy/maxUnavailable","value":6}]\'',
      prints: /patched/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 6 }),
    },
    {
      run: 'kubectl patch app pause --type=json -p \'[{"op":"test","path":"/spec/updateStrategy/maxUnavailable","value":5}]\'',
      code: 1,
      prints: /the server rejected our request due to an error in our request/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 6 }),
    },
    {
      run: 'kubectl patch app pause --type=merge -p \'{"spec":{"components":null}}\'',
      code: 1,
      prints: /spec\.components: Required value/,
      reads: plush("applications/pause", { "spec.components.length": 1 }),
    },
    {
      run: 'kubectl patch app pause -p \'{"spec":{"updateStrategy":{"maxUnavailable":7}}}\'',
      prints: /patched/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 7 }),
    },
    {
      run: `kubectl patch app pause -p '{"spec":{"phases":[{"name":"next","processes":[{"name":"run","command":["true"],"restartPolicy":"Never"}]}]}}'`,
      prints: /patched/,
      reads: plush("applications/pause", { "spec.phases.length": 2 }),
    },
    {
      run: `kubectl patch app pause -p '{"spec":{"phases":[{"name":"next","$patch":"delete"}]}}'`,
      prints: /patched/,
      reads: plush("applications/pause", { "spec.phases.length": 1, "spec.phases.0.name": "run" }),
    },
    {
      run: 'kubectl patch cm settings -p \'{"data":{"shape":"round"}}\'',
      prints: /patched/,
      reads: core("configmaps/settings", { "data.shape": "round", "data.color": "blue" }),
    },
    {
      run: 'kubectl patch app web --subresource=status --type=merge -p \'{"status":{"state":"Pending"},"spec":{"suspend":true}}\'',
      prints: /patched/,
      reads: plush("applications/web", { "spec.suspend": false }),
    },
    {
      run: 'kubectl patch app pause --subresource=scale --type=merge -p \'{"spec":{"replicas":4}}\'',
      prints: /patched/,
      reads: plush("applications/pause", { "spec.components.0.replicas": 4 }),
    },
    {
      run: 'kubectl patch -f pause.yaml --type=merge -p \'{"spec":{"updateStrategy":{"maxUnavailable":8}}}\' --dry-run=server -o \'jsonpath={.spec.updateStrategy.maxUnavailable}\'',
      prints: /^8$/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 7 }),
    },
    {
      run: "kubectl scale app pause --replicas=3",
      prints: /scaled/,
      reads: plush("applications/pause", { "spec.components.0.replicas": 3 }),
    },
    {
      run: "kubectl scale app pause --replicas=5 --current-replicas=1",
      code: 1,
      prints: /Expected replicas to be 1, was 3/,
      reads: plush("applications/pause", { "spec.components.0.replicas": 3 }),
    },
    {
      run: "kubectl scale app pause --replicas=5 --current-replicas=3",
      prints: /scaled/,
      reads: plush("applications/pause", { "spec.components.0.replicas": 5 }),
    },
    {
      run: "kubectl scale cm settings --replicas=2",
      code: 1,
      prints: /the server could not find the requested resource/,
      reads: core("configmaps/settings", { spec: undefined }),
    },
    {
      run: "KUBE_EDITOR=\"sed -i 's/able: 7/able: 9/'\" kubectl edit app pause",
      prints: /edited/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 9 }),
    },
    {
      run: "KUBE_EDITOR=true kubectl edit app pause",
      prints: /Edit cancelled, no changes made/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 9 }),
    },
    {
      run: "KUBE_EDITOR=\"sed -i 's/able: 9/able: high/'\" kubectl edit app pause",
      code: 1,
      prints: /Edit cancelled, no valid changes were saved|is invalid/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 9 }),
    },
    {
      run: 'KUBE_EDITOR="sed -i s/blue/black/" kubectl edit -f settings-blue.yaml',
      prints: /configmap\/settings edited/,
      reads: core("configmaps/settings", { "data.color": "black" }),
    },
    {
      run: "kubectl replace -f settings.yaml",
      prints: /replaced/,
      reads: core("configmaps/settings", { "data.color": "green", "data.shape": undefined }),
    },
    {
      run: "kubectl get cm settings -o yaml | sed 's/green/pink/' | kubectl replace -f -",
      prints: /replaced/,
      reads: core("configmaps/settings", { "data.color": "pink" }),
    },
    {
      run: "kubectl replace --force -f settings.yaml",
      prints: /deleted[\s\S]*replaced/,
      reads: core("configmaps/settings", { "data.color": "green", "metadata.labels.seen": undefined }),
    },
    {
      run: 'kubectl get cm settings -o json | sed \'s/"resourceVersion": "[0-9]*"/"resourceVersion": "1"/\' | kubectl replace --raw /api/v1/namespaces/default/configmaps/settings -f -',
      code: 1,
      prints: /the object has been modified/,
      reads: core("configmaps/settings", { "data.color": "green" }),
    },
    {
      run: "kubectl get app pause -o json | kubectl replace --subresource=status -f -",
      prints: /replaced/,
      reads: plush("applications/pause", { "spec.updateStrategy.maxUnavailable": 9 }),
    },
    {
      run: "kubectl replace -f unknown-field.yaml",
      code: 1,
      prints: /unknown field "spec\.instal"/,
      reads: plush("software/typo", { "spec.instal": undefined }),
    },
  ],
};
