#!/usr/bin/env python3
"""What Terraform is to a configuration of one module: init, apply, output and destroy, with state in the working directory.

The module's variable `cloud` names a directory: machines are files there, each with the pids of what runs on it, and every
call is written down in `calls`. FAIL in the environment makes a verb fail; SLOW has an apply take so many seconds.
"""
import fcntl, json, os, signal, sys, time

verb, flags = sys.argv[1], sys.argv[2:]
with open("main.tf.json") as file:
    configuration = json.load(file)
machine = configuration["module"]["machine"]
cloud = machine["cloud"]
place = os.path.join(cloud, machine["name"])

with open(os.path.join(cloud, "calls"), "a") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    secret = os.environ.get("CLOUD_TOKEN", "")
    print(json.dumps({"name": machine["name"], "argv": sys.argv[1:], "token": secret}), file=file)


def fail(words):
    print(f"Error: {words}", file=sys.stderr)
    sys.exit(1)


def state():
    if not os.path.exists("terraform.tfstate"):
        return {"version": 4, "outputs": {}, "resources": []}
    with open("terraform.tfstate") as file:
        return json.load(file)


def write(value):
    with open("terraform.tfstate.new", "w") as file:
        json.dump(value, file)
    os.rename("terraform.tfstate.new", "terraform.tfstate")


if "-no-color" not in flags or os.environ.get("TF_INPUT") != "0":
    fail("somebody would be asked")
if os.environ.get("FAIL") == verb:
    fail(f"{verb}: no credit")
if verb == "init":
    os.makedirs(".terraform", exist_ok=True)
elif not os.path.isdir(".terraform"):
    fail("Backend initialization required: please run terraform init")
elif verb == "apply" and "-auto-approve" in flags:
    # The machine is there before anybody has heard of it.
    open(place, "a").close()
    time.sleep(float(machine.get("slow", 0)))
    outputs = {"address": "192.0.2.1", "port": 2222, "labels": {"zone": machine["zone"]}}
    wanted = {key: {"value": outputs.get(key)} for key in configuration["output"]}
    write({"version": 4, "outputs": wanted, "resources": [{"name": machine["name"]}]})
elif verb == "destroy" and "-auto-approve" in flags:
    if os.path.exists(place):
        for pid in open(place).read().split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.unlink(place)
    write({"version": 4, "outputs": {}, "resources": []})
elif verb == "output" and "-json" in flags:
    print(json.dumps(state()["outputs"]))
else:
    fail(f"unknown command {sys.argv[1:]}")
