/** Kinds of BMC addresses (`scheme://host:port`). `desired/` refuses the planned ones, `drivers/` makes the others. */

export const SUPPORTED_SCHEMES = ['ipmi', 'ipmitool'] as const;
export const PLANNED_SCHEMES = ['redfish', 'wol', 'proxmox', 'libvirt'] as const;
