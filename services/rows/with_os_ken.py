"""os-ken: a controller on its eventlet hub, to which two switches of Open vSwitch connect; flows, statistics, a packet,
a switch that leaves."""
# family: servers
# libraries: os-ken
# servers: openvswitch

import os

os.environ["OSKEN_HUB_TYPE"] = "eventlet"

import eventlet

eventlet.monkey_patch()

import subprocess

from driving import free_port
from os_ken import cfg
from os_ken.base.app_manager import AppManager, OSKenApp
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, DEAD_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.ofproto import ofproto_v1_3
from support import others_run, unique, url

SWITCHES = [unique("a"), unique("b")]
port = free_port()
connected, statistics, packets, left = (eventlet.Queue() for _ in range(4))


class Controller(OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def features(self, event):
        connected.put(event.msg.datapath)

    @set_ev_cls(ofp_event.EventOFPFlowStatsReply, MAIN_DISPATCHER)
    def flows(self, event):
        statistics.put(len(event.msg.body))

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet(self, event):
        packets.put(event.msg.data)

    @set_ev_cls(ofp_event.EventOFPStateChange, DEAD_DISPATCHER)
    def dead(self, event):
        if event.datapath.id is not None:
            left.put(event.datapath.id)


def configure(*words):
    subprocess.run(["ovs-vsctl", f"--db={url('openvswitch')}", "--timeout=30", *words], check=True)


def add_flows(datapath, count):
    protocol, parser = datapath.ofproto, datapath.ofproto_parser
    for number in range(count):
        actions = [parser.OFPActionOutput(protocol.OFPP_CONTROLLER)]
        apply = parser.OFPInstructionActions(protocol.OFPIT_APPLY_ACTIONS, actions)
        match = parser.OFPMatch(eth_dst="02:00:00:00:00:%02x" % number)
        datapath.send_msg(parser.OFPFlowMod(datapath=datapath, match=match, instructions=[apply], priority=5))
    datapath.send_msg(parser.OFPFlowStatsRequest(datapath))
    return statistics.get(timeout=30)


def send_and_get(datapath):
    """A packet that the switch gets from its controller, and sends back as one of its flows says."""
    protocol, parser = datapath.ofproto, datapath.ofproto_parser
    data = bytes.fromhex("020000000001020000000009") + b"\x88\xb5" + b"hello" * 20
    actions = [parser.OFPActionOutput(protocol.OFPP_TABLE)]
    out = parser.OFPPacketOut(datapath, protocol.OFP_NO_BUFFER, protocol.OFPP_LOCAL, actions, data)
    datapath.send_msg(out)
    return packets.get(timeout=30) == data


cfg.CONF([], project="os_ken")
cfg.CONF.set_override("ofp_tcp_listen_port", port)
cfg.CONF.set_override("ofp_listen_host", "127.0.0.1")
manager = AppManager.get_instance()
manager.load_apps(["os_ken.controller.ofp_handler"])
services = manager.instantiate_apps(**manager.create_contexts())
manager.instantiate(Controller).start()
for name in SWITCHES:
    bridge = ["--", "set", "bridge", name, "datapath_type=dummy", "protocols=OpenFlow13", "fail-mode=secure"]
    target = ["--", "set-controller", name, f"tcp:127.0.0.1:{port}"]
    configure("add-br", name, *bridge, *target, "--", "set", "controller", name, "connection-mode=out-of-band")
datapaths = [connected.get(timeout=30) for _ in SWITCHES]
print("switches:", len({datapath.id for datapath in datapaths}))
print("flows:", [add_flows(datapath, 20) for datapath in datapaths])
print("packets:", [send_and_get(datapath) for datapath in datapaths])
with others_run("a wait for nothing"):
    try:
        packets.get(timeout=0.3)
    except eventlet.queue.Empty:
        print("no more packets")
configure("del-br", SWITCHES[0])
print("left:", left.get(timeout=30) in {datapath.id for datapath in datapaths})
configure("del-br", SWITCHES[1])
print("left:", left.get(timeout=30) in {datapath.id for datapath in datapaths})

# prints:
# switches: 2
# flows: [20, 20]
# packets: [True, True]
# no more packets
# left: True
# left: True
