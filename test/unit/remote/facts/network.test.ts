import { describe, expect, it } from 'vitest';
import { factsOf } from './rawFacts.ts';

const IP = String.raw`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0@if12: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 qdisc noqueue master br-0 state UP mode DEFAULT group default qlen 1000\    link/ether 02:0a:d5:02:00:0b brd ff:ff:ff:ff:ff:ff link-netnsid 0
3: br-0: <BROADCAST,MULTICAST,PROMISC> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\    link/ether ba:6f:e5:e1:9b:9a brd ff:ff:ff:ff:ff:ff
4: tun0: <POINTOPOINT,UP,LOWER_UP> mtu 1500 qdisc fq state UNKNOWN mode DEFAULT group default qlen 500\    link/none
1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \       valid_lft forever preferred_lft forever
2: eth0    inet 10.213.2.11/24 brd 10.213.2.255 scope global dynamic eth0\       valid_lft 3000sec preferred_lft 3000sec
2: eth0    inet 10.213.2.12/24 scope global secondary eth0\       valid_lft forever preferred_lft forever
2: eth0    inet 192.0.2.7/25 scope global eth0:web\       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::a:d5ff:fe02:b/64 scope link \       valid_lft forever preferred_lft forever
4: tun0    inet 10.8.0.2 peer 10.8.0.1/32 scope global tun0\       valid_lft forever preferred_lft forever
8.8.8.8 via 10.213.2.1 dev eth0 src 10.213.2.11 uid 0 \    cache
local 10.213.2.11 dev eth0 proto kernel scope host src 10.213.2.11
local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1
broadcast 127.255.255.255 dev lo proto kernel scope link src 127.0.0.1
local ::1 dev lo proto kernel metric 0 pref medium
`;

const facts = factsOf('network', {
  files: {
    '/sys/class/net/eth0/speed': '10000\n',
    '/sys/class/net/br-0/bridge/bridge_id': '8000.5ec5f18b1447\n',
    '/sys/class/net/br-0/bridge/stp_state': '0\n',
  },
  parts: {
    network: IP,
    links:
      '/sys/class/net/eth0/device\t../../../virtio2\n/sys/class/net/eth0/device/driver/module\t../../module/virtio_net\n',
  },
});

describe('network facts', () => {
  it('describe an interface with all its addresses', () => {
    expect(facts.eth0).toEqual({
      device: 'eth0',
      macaddress: '02:0a:d5:02:00:0b',
      mtu: 1400,
      active: true,
      module: 'virtio_net',
      type: 'ether',
      pciid: 'virtio2',
      speed: 10000,
      promisc: false,
      ipv4: {
        address: '10.213.2.11',
        broadcast: '10.213.2.255',
        netmask: '255.255.255.0',
        network: '10.213.2.0',
        prefix: '24',
      },
      ipv4_secondaries: [
        {
          address: '10.213.2.12',
          broadcast: '',
          netmask: '255.255.255.0',
          network: '10.213.2.0',
          prefix: '24',
        },
      ],
      ipv6: [{ address: 'fe80::a:d5ff:fe02:b', prefix: '64', scope: 'link' }],
    });
  });

  it('show labelled addresses as interfaces of their own, under a name that a template can hold', () => {
    expect(facts.eth0_web).toEqual({
      ipv4: {
        address: '192.0.2.7',
        broadcast: '',
        netmask: '255.255.255.128',
        network: '192.0.2.0',
        prefix: '25',
      },
    });
    expect(facts.interfaces).toEqual(['lo', 'eth0', 'br-0', 'tun0', 'eth0_web']);
  });

  it('know bridges with their members, and tunnels', () => {
    expect(facts.br_0).toEqual({
      device: 'br-0',
      macaddress: 'ba:6f:e5:e1:9b:9a',
      mtu: 1500,
      active: false,
      type: 'bridge',
      interfaces: ['eth0'],
      id: '8000.5ec5f18b1447',
      stp: false,
      promisc: true,
    });
    expect(facts.tun0).toMatchObject({
      type: 'tunnel',
      ipv4: { address: '10.8.0.2', prefix: '32', netmask: '255.255.255.255' },
    });
  });

  it('tell the address that leads outside', () => {
    expect(facts.default_ipv4).toEqual({
      gateway: '10.213.2.1',
      interface: 'eth0',
      address: '10.213.2.11',
      broadcast: '10.213.2.255',
      netmask: '255.255.255.0',
      network: '10.213.2.0',
      prefix: '24',
      macaddress: '02:0a:d5:02:00:0b',
      mtu: 1400,
      type: 'ether',
      alias: 'eth0',
    });
    expect(facts.default_ipv6).toEqual({});
  });

  it('list all addresses but the loopback ones', () => {
    expect(facts.all_ipv4_addresses).toEqual(['10.213.2.11', '10.213.2.12', '192.0.2.7', '10.8.0.2']);
    expect(facts.all_ipv6_addresses).toEqual(['fe80::a:d5ff:fe02:b']);
    expect(facts.locally_reachable_ips).toEqual({ ipv4: ['10.213.2.11', '127.0.0.0/8'], ipv6: ['::1'] });
  });

  it('are not there without ip', () => expect(factsOf('network', { parts: { network: '' } })).toEqual({}));
});
