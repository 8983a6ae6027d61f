/** Lines of dnsmasq 2.90, as machines made it write them; what was sent and requested in detail is left out. */

/** QEMU's BIOS with iPXE in its ROM, and another machine's exchange between its lines. */
export const IPXE_ROM = `\
dnsmasq-dhcp[737]: 4256054363 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[737]: 4256054363 vendor class: PXEClient:Arch:00000:UNDI:002001
dnsmasq-dhcp[737]: 2535514675 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[737]: 2535514675 vendor class: udhcp 1.35.0
dnsmasq-dhcp[737]: 4256054363 user class: iPXE
dnsmasq-dhcp[737]: 4256054363 DHCPDISCOVER(br0) 52:54:00:77:00:0c 
dnsmasq-dhcp[737]: 4256054363 tags: net-mgmt, known, ipxe, bios, br0
dnsmasq-dhcp[737]: 2535514675 DHCPREQUEST(br0) 10.77.0.11 52:54:00:77:00:0b 
dnsmasq-dhcp[737]: 4256054363 DHCPOFFER(br0) 10.77.0.12 52:54:00:77:00:0c 
dnsmasq-dhcp[737]: 4256054363 requested options: 1:netmask, 3:router, 6:dns-server, 7:log-server, 
dnsmasq-dhcp[737]: 4256054363 next server: 10.77.0.1
dnsmasq-dhcp[737]: 2535514675 DHCPACK(br0) 10.77.0.11 52:54:00:77:00:0b n1
dnsmasq-dhcp[737]: 4256054363 sent size: 46 option: 67 bootfile-name  http://10.77.0.1:8480/boot/\${netX/mac:hexhyp}
dnsmasq-dhcp[737]: RTR-SOLICIT(br0) 52:54:00:77:00:0c
dnsmasq-dhcp[737]: RTR-ADVERT(br0) fd77::
dnsmasq-dhcp[737]: 4256054363 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[737]: 4256054363 vendor class: PXEClient:Arch:00000:UNDI:002001
dnsmasq-dhcp[737]: 4256054363 user class: iPXE
dnsmasq-dhcp[737]: 4256054363 DHCPREQUEST(br0) 10.77.0.12 52:54:00:77:00:0c 
dnsmasq-dhcp[737]: 4256054363 DHCPACK(br0) 10.77.0.12 52:54:00:77:00:0c n2
`;

/** OVMF: its own PXE, the loader by TFTP. */
export const UEFI_PXE = `\
dnsmasq-dhcp[737]: 1946410462 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[737]: 1946410462 vendor class: PXEClient:Arch:00007:UNDI:003000
dnsmasq-dhcp[737]: 1946410462 DHCPDISCOVER(br0) 52:54:00:77:00:0c 
dnsmasq-dhcp[737]: 1946410462 tags: net-mgmt, known, efi64, br0
dnsmasq-dhcp[737]: 1946410462 DHCPOFFER(br0) 10.77.0.12 52:54:00:77:00:0c 
dnsmasq-dhcp[737]: 1946410462 broadcast response
dnsmasq-dhcp[737]: 1946410462 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[737]: 1946410462 vendor class: PXEClient:Arch:00007:UNDI:003000
dnsmasq-dhcp[737]: 1946410462 DHCPREQUEST(br0) 10.77.0.12 52:54:00:77:00:0c 
dnsmasq-dhcp[737]: 1946410462 DHCPACK(br0) 10.77.0.12 52:54:00:77:00:0c n2
dnsmasq-tftp[737]: error 8 User aborted the transfer received from 10.77.0.12
dnsmasq-tftp[737]: sent /run/bw/tftp/snponly.efi to 10.77.0.12
`;

/** OVMF, its HTTP boot. */
export const UEFI_HTTP = `\
dnsmasq-dhcp[6639]: 544912409 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[6639]: 544912409 vendor class: HTTPClient:Arch:00016:UNDI:003000
dnsmasq-dhcp[6639]: 544912409 DHCPREQUEST(br0) 10.77.0.12 52:54:00:77:00:0c 
dnsmasq-dhcp[6639]: 544912409 tags: net-mgmt, known, httpc, http64, br0
dnsmasq-dhcp[6639]: 544912409 DHCPACK(br0) 10.77.0.12 52:54:00:77:00:0c n2
`;

/** A proxy beside another server. */
export const PROXY = `\
dnsmasq-dhcp[6206]: 533473366 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[6206]: 533473366 vendor class: PXEClient:Arch:00000:UNDI:002001
dnsmasq-dhcp[6206]: 533473366 user class: iPXE
dnsmasq-dhcp[6206]: 533473366 PXE(br0) 52:54:00:77:00:0c proxy
dnsmasq-dhcp[6206]: 533473366 bootfile name: http://10.77.0.1:8480/boot/\${netX/mac:hexhyp}
dnsmasq-tftp[4480]: sent /run/bw/tftp/snponly.efi to 10.77.0.111
`;

export const STRANGER = `\
dnsmasq-dhcp[737]: 3815130451 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[737]: 3815130451 vendor class: udhcp 1.35.0
dnsmasq-dhcp[737]: 3815130451 DHCPDISCOVER(br0) 52:54:00:99:00:01 ignored
`;

/** A request for what another server offered. */
export const RIVAL = `\
dnsmasq-dhcp[22754]: 77 available DHCP subnet: 10.77.0.0/255.255.255.0
dnsmasq-dhcp[22754]: 77 DHCPREQUEST(srv0) 10.77.0.50 52:54:00:77:00:0b 
dnsmasq-dhcp[22754]: 77 DHCPNAK(srv0) 10.77.0.50 52:54:00:77:00:0b wrong server-ID
dnsmasq-dhcp[22754]: 77 broadcast response
`;

export const DHCPV6 = `\
dnsmasq-dhcp[23317]: 66051 available DHCPv6 subnet: fd77::/64
dnsmasq-dhcp[23317]: 66051 client MAC address: 52:54:00:77:00:0c
dnsmasq-dhcp[23317]: 66051 DHCPSOLICIT(srv0) 00:03:00:01:52:54:00:77:00:0c 
dnsmasq-dhcp[23317]: 66051 DHCPADVERTISE(srv0) fd77::12 00:03:00:01:52:54:00:77:00:0c n2
dnsmasq-dhcp[23317]: 66051 tags: net-mgmt6, known, dhcpv6, srv0
dnsmasq-dhcp[23317]: 66051 available DHCPv6 subnet: fd77::/64
dnsmasq-dhcp[23317]: 66051 client MAC address: 52:54:00:77:00:0c
dnsmasq-dhcp[23317]: 66051 DHCPREQUEST(srv0) 00:03:00:01:52:54:00:77:00:0c 
dnsmasq-dhcp[23317]: 66051 DHCPREPLY(srv0) fd77::12 00:03:00:01:52:54:00:77:00:0c n2
`;

export const START = `\
dnsmasq[737]: started, version 2.90 cachesize 150
dnsmasq[737]: compile time options: IPv6 GNU-getopt DBus no-UBus i18n IDN2 DHCP DHCPv6 no-Lua TFTP conntrack ipset nftset auth cryptohash DNSSEC loop-detect inotify dumpfile
dnsmasq-dhcp[737]: DHCP, static leases only on 10.77.0.0, lease time 1h
dnsmasq-dhcp[737]: router advertisement on fd77::
dnsmasq-dhcp[737]: IPv6 router advertisement enabled
dnsmasq-dhcp[737]: DHCP, sockets bound exclusively to interface br0
dnsmasq-tftp[737]: TFTP root is /run/bw/tftp  
dnsmasq[737]: reading /etc/resolv.conf
dnsmasq[737]: using nameserver 10.77.0.53#53
dnsmasq[737]: read /run/bw/names - 4 names
dnsmasq-dhcp[737]: read /run/bw/hosts
dnsmasq-dhcp[737]: read /run/bw/opts
`;
