"""ryu: `ryu-manager` as a process, with its learning switch and its REST interface; two switches of Open vSwitch, flows
that are added at once, packets, a switch that leaves, INT."""
# family: servers
# libraries: ryu
# own: openvswitch
# limit: 120

import json
import os
import signal
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from driving import APPS, LIMIT_S, answers, free_port, running

SWITCHES = {"left": 1, "right": 2}
FLOWS = 20
ENV = {**os.environ, **json.loads(os.environ["SERVICES_OPENVSWITCH_ENV"])}
BROADCAST = "ff:ff:ff:ff:ff:ff"
openflow, rest = free_port(), free_port()


def ask(path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{rest}/stats/{path}")
    with urllib.request.urlopen(request, body and json.dumps(body).encode(), LIMIT_S) as answer:
        return json.loads(answer.read() or "null")


def configure(*words):
    subprocess.run(["ovs-vsctl", f"--db={os.environ['SERVICES_OPENVSWITCH']}", "--timeout=30", *words], check=True)


def begin_switch(name, number):
    """A switch with two ports, which knows nothing until its controller has said so."""
    bridge = ["--", "set", "bridge", name, "datapath_type=dummy", "protocols=OpenFlow13", "fail-mode=secure"]
    number = ["--", "set", "bridge", name, f"other-config:datapath-id={number:016x}"]
    ports = [word for port in (1, 2) for word in begin_port(name, port)]
    target = ["--", "set-controller", name, f"tcp:127.0.0.1:{openflow}"]
    configure("add-br", name, *bridge, *number, *ports, *target)


def begin_port(name, port):
    called = f"{name}{port}"
    return ["--", "add-port", name, called, "--", "set", "interface", called, "type=dummy", f"ofport_request={port}"]


def packet(name, port, source, target):
    """A packet comes in at a port of the switch."""
    flow = f"in_port({port}),eth(src={source},dst={target}),eth_type(0x88b5)"
    command = ["ovs-appctl", "-t", f"{ENV['OVS_RUNDIR']}/switch.ctl", "netdev-dummy/receive", f"{name}{port}", flow]
    subprocess.run(command, check=True, env=ENV, stdout=subprocess.DEVNULL)


def add_flow(number):
    for identifier in SWITCHES.values():
        match = {"eth_dst": f"02:00:00:00:00:{number:02x}"}
        ask("flowentry/add", {"dpid": identifier, "priority": 5, "match": match, "actions": []})


def flows(identifier, priority):
    return [flow for flow in ask(f"flow/{identifier}")[str(identifier)] if flow["priority"] == priority]


def until(condition):
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("RuntimeError: it did not come about")
        time.sleep(0.05)


def learns(name, identifier):
    """Two hosts talk: what the controller has learned of the first lets the packets of the second through."""
    first, second = f"02:01:00:00:00:0{identifier}", f"02:02:00:00:00:0{identifier}"
    packet(name, 1, first, BROADCAST)
    until(lambda: packet(name, 2, second, first) or flows(identifier, 1))
    (flow,) = flows(identifier, 1)
    return flow["match"]["dl_dst"] == first and flow["actions"] == ["OUTPUT:1"]


options = ["--ofp-tcp-listen-port", str(openflow), "--ofp-listen-host", "127.0.0.1"]
options += ["--wsapi-host", "127.0.0.1", "--wsapi-port", str(rest)]
programs = ["ryu.app.ofctl_rest", "ryu.app.simple_switch_13"]
with running(str(APPS / "ryu_manager.py"), *options, *programs) as manager:
    manager.until(lambda: answers(rest, "/stats/switches"), "an answer of the controller")
    for name, identifier in SWITCHES.items():
        begin_switch(name, identifier)
    manager.until(lambda: sorted(ask("switches")) == [1, 2], "two switches")
    print("switches:", len(ask("switches")))
    with ThreadPoolExecutor(FLOWS) as threads:
        list(threads.map(add_flow, range(FLOWS)))
    for identifier in SWITCHES.values():
        manager.until(lambda of=identifier: len(flows(of, 5)) == FLOWS, "all flows")
    print("flows:", [len(flows(identifier, 5)) for identifier in SWITCHES.values()])
    print("learned:", [learns(name, identifier) for name, identifier in SWITCHES.items()])
    configure("del-br", "left")
    manager.until(lambda: ask("switches") == [2], "the end of a switch")
    print("switches:", len(ask("switches")))
    manager.signal(signal.SIGINT)
    print("INT: exit code", manager.end())

# prints:
# switches: 2
# flows: [20, 20]
# learned: [True, True]
# switches: 1
# INT: exit code 0
