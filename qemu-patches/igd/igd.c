/*
 * Emulated Skylake GT2: the PCI device
 *
 * A thin shell: everything that the GPU does is in the igd_core library beside
 * this file, which knows nothing of QEMU.
 *
 * SPDX-License-Identifier: GPL-2.0 OR MIT
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/pci/msi.h"
#include "hw/pci/pci_device.h"
#include "hw/qdev-properties.h"
#include "qom/object.h"
#include "system/runstate.h"
#include "ui/console.h"
#include "trace.h"

#include "igd_core.h"
#include "igd_display.h"
#include "igd_edid.h"
#include "igd_opregion.h"
#include "igd_strict.h"

#define TYPE_IGD_SKL "igd-skl"
OBJECT_DECLARE_SIMPLE_TYPE(IgdState, IGD_SKL)

#define TYPE_IGD_APERTURE "igd-aperture"

/* Facts of the PCI function; Skylake datasheet vol. 2, "Processor Graphics" */
#define IGD_DEVICE_ID           0x1912  /* HD Graphics 530, GT2 */
#define IGD_REVISION            6
#define IGD_GMCH_CTRL           0x50
#define IGD_GMCH_CTRL_GGMS_8M   0x00c0
#define IGD_BDSM                0x5c
#define IGD_AF_CAP              0xa4
#define IGD_MSI_CAP             0xac
#define IGD_PM_CAP              0xd0
#define IGD_ASLS                0xfc

#define PCI_AF_CAP_LEN          6
#define PCI_AF_CTRL_OFFSET      4

/*
 * Aperture pages that are not plain memory (fenced, not mapped) are served by
 * an I/O region. The processor's TLB knows I/O regions only by their place in
 * the system address space, so it lives there, far above what a guest's
 * physical address bits reach.
 */
#define IGD_APERTURE_TRAP_BASE  (1ull << 46)

struct IgdState {
    PCIDevice parent_obj;

    MemoryRegion bar0;
    IOMMUMemoryRegion aperture;
    MemoryRegion aperture_trap;
    MemoryRegion bar4;
    QEMUTimer *timer;
    QemuConsole *con;
    struct igd *core;
    struct igd_ops ops;
    uint8_t opregion[IGD_OPREGION_SIZE];

    /* properties */
    uint32_t aperture_mb;
    uint32_t gpu_mhz;
    uint32_t mem_mbps;
    uint32_t xres;
    uint32_t yres;
    char *strict;
    uint8_t sink[IGD_NUM_PORTS];
};

static const char *const sink_names[] = {
    [IGD_SINK_NONE] = "none", [IGD_SINK_DP] = "dp", [IGD_SINK_HDMI] = "hdmi",
};

/* What the library needs of the world */

static bool igd_mem_read(void *opaque, const struct igd_client *who,
                         uint64_t addr, void *buf, size_t len)
{
    return pci_dma_read(PCI_DEVICE(opaque), addr, buf, len) == MEMTX_OK;
}

static bool igd_mem_write(void *opaque, const struct igd_client *who,
                          uint64_t addr, const void *buf, size_t len)
{
    return pci_dma_write(PCI_DEVICE(opaque), addr, buf, len) == MEMTX_OK;
}

static void *igd_mem_map(void *opaque, const struct igd_client *who,
                         uint64_t addr, bool write)
{
    AddressSpace *as = pci_get_address_space(PCI_DEVICE(opaque));
    hwaddr xlat, len = IGD_PAGE_SIZE;
    MemoryRegion *mr;

    RCU_READ_LOCK_GUARD();
    mr = address_space_translate(as, addr, &xlat, &len, write,
                                 MEMTXATTRS_UNSPECIFIED);
    if (len < IGD_PAGE_SIZE ||
        !memory_access_is_direct(mr, write, MEMTXATTRS_UNSPECIFIED)) {
        return NULL;
    }
    /* RAM does not go away while the caller holds the big lock. */
    return (uint8_t *)memory_region_get_ram_ptr(mr) + xlat;
}

/*
 * Mapping and unmapping the range has QEMU do all that a write does besides
 * moving bytes: translated code is dropped, dirty bits are set.
 */
static void igd_mem_dirty(void *opaque, uint64_t addr, size_t size)
{
    AddressSpace *as = pci_get_address_space(PCI_DEVICE(opaque));
    hwaddr len = size;
    void *p = address_space_map(as, addr, &len, true, MEMTXATTRS_UNSPECIFIED);

    if (p) {
        address_space_unmap(as, p, len, true, len);
    }
}

static uint64_t igd_clock(void *opaque)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void igd_set_deadline(void *opaque, uint64_t ns)
{
    IgdState *s = opaque;

    if (ns == IGD_NEVER) {
        timer_del(s->timer);
    } else {
        timer_mod_ns(s->timer, ns);
    }
}

static void igd_set_irq(void *opaque, bool level)
{
    PCIDevice *d = opaque;

    trace_igd_irq(level);
    if (!msi_enabled(d)) {
        pci_set_irq(d, level);
    } else if (level) {
        msi_notify(d, 0);
    }
}

static void igd_violation_seen(void *opaque, const char *rule, const char *text,
                               bool stop)
{
    trace_igd_violation(rule, text);
    if (stop) {
        error_report("igd-skl: strict: %s: %s", rule, text);
        qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_HOST_ERROR, 3);
    }
}

static void igd_gtt_changed(void *opaque, uint32_t first, uint32_t count)
{
    IgdState *s = opaque;
    uint32_t pages = s->aperture_mb * MiB / IGD_PAGE_SIZE;
    uint64_t end = MIN((uint64_t)first + count, pages);

    /* Notifications are for naturally aligned ranges. */
    while (first < end) {
        uint32_t n = first ? 1u << ctz32(first) : pages;

        while (first + n > end) {
            n >>= 1;
        }
        memory_region_notify_iommu(&s->aperture, 0, (IOMMUTLBEvent) {
            .type = IOMMU_NOTIFIER_UNMAP,
            .entry = {
                .target_as = &address_space_memory,
                .iova = (hwaddr)first * IGD_PAGE_SIZE,
                .addr_mask = (hwaddr)n * IGD_PAGE_SIZE - 1,
                .perm = IOMMU_NONE,
            },
        });
        first += n;
    }
}

static void igd_trace_line(void *opaque, const char *topic, const char *text)
{
    trace_igd_core(topic, text);
}

static const struct igd_ops igd_qemu_ops = {
    .mem_read = igd_mem_read,
    .mem_write = igd_mem_write,
    .mem_map = igd_mem_map,
    .mem_dirty = igd_mem_dirty,
    .now = igd_clock,
    .set_deadline = igd_set_deadline,
    .set_irq = igd_set_irq,
    .violation = igd_violation_seen,
    .gtt_changed = igd_gtt_changed,
    .trace = igd_trace_line,
};

/* Memory regions */

static uint64_t igd_bar0_read(void *opaque, hwaddr addr, unsigned size)
{
    IgdState *s = opaque;
    uint64_t val = igd_core_bar0_read(s->core, addr, size);

    trace_igd_bar0_read(addr, size, val);
    return val;
}

static void igd_bar0_write(void *opaque, hwaddr addr, uint64_t val,
                           unsigned size)
{
    IgdState *s = opaque;

    trace_igd_bar0_write(addr, size, val);
    igd_core_bar0_write(s->core, addr, val, size);
}

static const MemoryRegionOps igd_bar0_ops = {
    .read = igd_bar0_read,
    .write = igd_bar0_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

static uint64_t igd_trap_read(void *opaque, hwaddr addr, unsigned size)
{
    IgdState *s = opaque;

    return igd_core_aperture_read(s->core, addr, size);
}

static void igd_trap_write(void *opaque, hwaddr addr, uint64_t val,
                           unsigned size)
{
    IgdState *s = opaque;

    igd_core_aperture_write(s->core, addr, val, size);
}

static const MemoryRegionOps igd_trap_ops = {
    .read = igd_trap_read,
    .write = igd_trap_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* Where a page of the aperture is: in memory, or behind the trap region. */
static IOMMUTLBEntry igd_aperture_translate(IOMMUMemoryRegion *mr, hwaddr addr,
                                            IOMMUAccessFlags flag, int idx)
{
    IgdState *s = container_of(mr, IgdState, aperture);
    IOMMUTLBEntry entry = {
        .target_as = &address_space_memory,
        .iova = addr & ~(hwaddr)IGD_PAGE_MASK,
        .translated_addr = IGD_APERTURE_TRAP_BASE +
                           (addr & ~(hwaddr)IGD_PAGE_MASK),
        .addr_mask = IGD_PAGE_MASK,
        .perm = IOMMU_RW,
    };
    uint64_t pa;

    /* A vCPU fills its TLB without the big lock. */
    BQL_LOCK_GUARD();
    if (igd_core_aperture_page(s->core, addr / IGD_PAGE_SIZE, &pa)) {
        entry.target_as = pci_get_address_space(PCI_DEVICE(s));
        entry.translated_addr = pa;
    }
    return entry;
}

static int igd_aperture_attrs_to_index(IOMMUMemoryRegion *mr, MemTxAttrs attrs)
{
    return 0;
}

static void igd_aperture_class_init(ObjectClass *klass, void *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = igd_aperture_translate;
    imrc->attrs_to_index = igd_aperture_attrs_to_index;
}

/* BAR4 gives I/O port access to the registers; drivers of today leave it alone. */
static uint64_t igd_bar4_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static void igd_bar4_write(void *opaque, hwaddr addr, uint64_t val,
                           unsigned size)
{
}

static const MemoryRegionOps igd_bar4_ops = {
    .read = igd_bar4_read,
    .write = igd_bar4_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* Console */

static bool igd_lit_pipe(IgdState *s, enum igd_pipe_id *pipe,
                         uint32_t *width, uint32_t *height)
{
    for (int p = 0; p < IGD_NUM_PIPES; p++) {
        if (igd_display_mode(s->core, p, width, height)) {
            *pipe = p;
            return true;
        }
    }
    return false;
}

static void igd_gfx_update(void *opaque)
{
    IgdState *s = opaque;
    DisplaySurface *surface = qemu_console_surface(s->con);
    enum igd_pipe_id pipe;
    uint32_t width, height;

    if (!igd_lit_pipe(s, &pipe, &width, &height)) {
        if (!surface_is_placeholder(surface)) {
            dpy_gfx_replace_surface(s->con, NULL);
        }
        return;
    }
    if (surface_is_placeholder(surface) || surface_width(surface) != width ||
        surface_height(surface) != height) {
        surface = qemu_create_displaysurface(width, height);
        dpy_gfx_replace_surface(s->con, surface);
    }
    igd_display_compose(s->core, pipe, surface_data(surface),
                        surface_stride(surface));
    dpy_gfx_update_full(s->con);
}

static const GraphicHwOps igd_console_ops = {
    .gfx_update = igd_gfx_update,
};

/* Properties */

static void igd_plug(IgdState *s, enum igd_port port)
{
    uint8_t edid[IGD_EDID_MAX];
    size_t len = igd_edid_default(edid, s->xres, s->yres,
                                  s->sink[port] == IGD_SINK_HDMI);

    igd_display_plug(s->core, port, s->sink[port], edid, len);
}

static char *igd_get_sink(Object *obj, enum igd_port port)
{
    return g_strdup(sink_names[IGD_SKL(obj)->sink[port]]);
}

static void igd_set_sink(Object *obj, enum igd_port port, const char *name,
                         Error **errp)
{
    IgdState *s = IGD_SKL(obj);
    /* As the VBT tells the driver: igd_opregion_fill() */
    enum igd_sink socket = port == IGD_PORT_B ? IGD_SINK_DP : IGD_SINK_HDMI;

    if (strcmp(name, sink_names[IGD_SINK_NONE]) &&
        strcmp(name, sink_names[socket])) {
        error_setg(errp, "port-%c has 'none' or '%s' plugged in, not '%s'",
                   'a' + port, sink_names[socket], name);
        return;
    }
    s->sink[port] = strcmp(name, sink_names[socket]) ? IGD_SINK_NONE : socket;
    if (s->core) {
        igd_plug(s, port);
    }
}

#define IGD_PORT_PROPERTY(x, X)                                              \
    static char *igd_get_port_##x(Object *obj, Error **errp)                 \
    {                                                                        \
        return igd_get_sink(obj, IGD_PORT_##X);                              \
    }                                                                        \
    static void igd_set_port_##x(Object *obj, const char *name, Error **errp) \
    {                                                                        \
        igd_set_sink(obj, IGD_PORT_##X, name, errp);                         \
    }

IGD_PORT_PROPERTY(b, B)
IGD_PORT_PROPERTY(c, C)
IGD_PORT_PROPERTY(d, D)

static char *igd_get_violations(Object *obj, Error **errp)
{
    IgdState *s = IGD_SKL(obj);
    g_autofree char *json = s->core ? igd_violations_json(s->core) : NULL;

    return g_strdup(json ? json : "[]");
}

static bool igd_parse_strict(const char *name, enum igd_strict_mode *mode)
{
    static const char *const names[] = {
        [IGD_STRICT_OFF] = "off", [IGD_STRICT_ON] = "on",
        [IGD_STRICT_ABORT] = "abort",
    };

    for (int i = 0; i < ARRAY_SIZE(names); i++) {
        if (!strcmp(name, names[i])) {
            *mode = i;
            return true;
        }
    }
    return false;
}

static const Property igd_properties[] = {
    DEFINE_PROP_UINT32("aperture-mb", IgdState, aperture_mb, 256),
    DEFINE_PROP_UINT32("gpu-mhz", IgdState, gpu_mhz, 1150),
    DEFINE_PROP_UINT32("mem-mbps", IgdState, mem_mbps, 34100),
    DEFINE_PROP_UINT32("xres", IgdState, xres, 1024),
    DEFINE_PROP_UINT32("yres", IgdState, yres, 768),
    DEFINE_PROP_STRING("strict", IgdState, strict),
};

/* Plumbing */

static void igd_timer_fired(void *opaque)
{
    IgdState *s = opaque;

    igd_core_run(s->core);
}

static void igd_init_config_space(PCIDevice *d, Error **errp)
{
    uint8_t *conf = d->config;
    int af;

    pci_config_set_interrupt_pin(conf, 1);
    pci_set_word(conf + IGD_GMCH_CTRL, IGD_GMCH_CTRL_GGMS_8M);
    pci_set_long(conf + IGD_BDSM, 0);
    /* Firmware leaves the address of the OpRegion here. */
    pci_set_long(d->wmask + IGD_ASLS, 0xffffffff);

    af = pci_add_capability(d, PCI_CAP_ID_AF, IGD_AF_CAP, PCI_AF_CAP_LEN, errp);
    if (af < 0) {
        return;
    }
    conf[af + 2] = PCI_AF_CAP_LEN;
    conf[af + 3] = 0x3;                     /* TP and FLR */
    d->wmask[af + PCI_AF_CTRL_OFFSET] = 0x1;

    if (msi_init(d, IGD_MSI_CAP, 1, false, false, errp) < 0) {
        return;
    }
    if (pci_pm_init(d, IGD_PM_CAP, errp) < 0) {
        return;
    }
    /* D0 and D3, in which the BARs do not answer. */
    pci_set_word(conf + IGD_PM_CAP + PCI_PM_PMC, 2);
    pci_set_word(d->wmask + IGD_PM_CAP + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
}

static void igd_write_config(PCIDevice *d, uint32_t addr, uint32_t val, int len)
{
    uint8_t *flr = d->config + IGD_AF_CAP + PCI_AF_CTRL_OFFSET;

    pci_default_write_config(d, addr, val, len);
    if (*flr & 1) {
        *flr = 0;
        pci_device_reset(d);
    }
}

static void igd_realize(PCIDevice *d, Error **errp)
{
    IgdState *s = IGD_SKL(d);
    FWCfgState *fw_cfg = fw_cfg_find();
    struct igd_config cfg = {
        .aperture_mb = s->aperture_mb,
        .gpu_mhz = s->gpu_mhz,
        .mem_mbps = s->mem_mbps,
    };
    uint8_t edid[IGD_EDID_MAX];
    const char *wrong;
    ERRP_GUARD();

    if (!igd_parse_strict(s->strict ? s->strict : "on", &cfg.strict)) {
        error_setg(errp, "strict must be off, on or abort, not '%s'", s->strict);
        return;
    }
    wrong = igd_config_check(&cfg);
    if (!wrong && !igd_edid_default(edid, s->xres, s->yres, true)) {
        wrong = "xres and yres must be from 640x480 to 4095x2304";
    }
    if (wrong) {
        error_setg(errp, "%s", wrong);
        return;
    }

    igd_init_config_space(d, errp);
    if (*errp) {
        return;
    }

    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, igd_timer_fired, s);
    s->ops = igd_qemu_ops;
    if (!trace_event_get_state(TRACE_IGD_CORE)) {
        s->ops.trace = NULL;            /* the core then formats no text */
    }
    s->core = igd_core_new(&cfg, &s->ops, s);
    for (int port = IGD_PORT_B; port < IGD_NUM_PORTS; port++) {
        igd_plug(s, port);
    }

    memory_region_init_io(&s->bar0, OBJECT(s), &igd_bar0_ops, s, "igd-mmio",
                          16 * MiB);
    memory_region_init_iommu(&s->aperture, sizeof(s->aperture),
                             TYPE_IGD_APERTURE, OBJECT(s), "igd-aperture",
                             (uint64_t)s->aperture_mb * MiB);
    memory_region_init_io(&s->aperture_trap, OBJECT(s), &igd_trap_ops, s,
                          "igd-aperture-trap", (uint64_t)s->aperture_mb * MiB);
    memory_region_add_subregion(get_system_memory(), IGD_APERTURE_TRAP_BASE,
                                &s->aperture_trap);
    memory_region_init_io(&s->bar4, OBJECT(s), &igd_bar4_ops, s, "igd-io", 64);
    pci_register_bar(d, 0, PCI_BASE_ADDRESS_MEM_TYPE_64, &s->bar0);
    pci_register_bar(d, 2, PCI_BASE_ADDRESS_MEM_TYPE_64 |
                     PCI_BASE_ADDRESS_MEM_PREFETCH,
                     MEMORY_REGION(&s->aperture));
    pci_register_bar(d, 4, PCI_BASE_ADDRESS_SPACE_IO, &s->bar4);

    /* SeaBIOS and OVMF copy this to memory and tell ASLS where. */
    if (fw_cfg) {
        igd_opregion_fill(s->opregion);
        fw_cfg_add_file(fw_cfg, "etc/igd-opregion", s->opregion,
                        sizeof(s->opregion));
    }
    s->con = graphic_console_init(DEVICE(d), 0, &igd_console_ops, s);
}

static void igd_exit(PCIDevice *d)
{
    IgdState *s = IGD_SKL(d);

    graphic_console_close(s->con);
    memory_region_del_subregion(get_system_memory(), &s->aperture_trap);
    msi_uninit(d);
    timer_free(s->timer);
    igd_core_free(s->core);
}

static void igd_reset_hold(Object *obj, ResetType type)
{
    igd_core_reset(IGD_SKL(obj)->core);
}

static void igd_instance_init(Object *obj)
{
    IGD_SKL(obj)->sink[IGD_PORT_C] = IGD_SINK_HDMI;
}

static void igd_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    PCIDeviceClass *k = PCI_DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    k->realize = igd_realize;
    k->exit = igd_exit;
    k->config_write = igd_write_config;
    k->vendor_id = PCI_VENDOR_ID_INTEL;
    k->device_id = IGD_DEVICE_ID;
    k->revision = IGD_REVISION;
    k->class_id = PCI_CLASS_DISPLAY_VGA;
    rc->phases.hold = igd_reset_hold;
    dc->desc = "Emulated Intel HD Graphics 530 (Skylake GT2)";
    dc->hotpluggable = false;
    device_class_set_props(dc, igd_properties);
    set_bit(DEVICE_CATEGORY_DISPLAY, dc->categories);

    object_class_property_add_str(klass, "port-b", igd_get_port_b, igd_set_port_b);
    object_class_property_add_str(klass, "port-c", igd_get_port_c, igd_set_port_c);
    object_class_property_add_str(klass, "port-d", igd_get_port_d, igd_set_port_d);
    object_class_property_set_description(klass, "port-b",
        "what is plugged into DDI B: none or dp; port-c, port-d: none or hdmi");
    object_class_property_add_str(klass, "violations", igd_get_violations, NULL);
    object_class_property_set_description(klass, "violations",
        "strict rules broken so far, as JSON: rule, count, first occurrence");
}

static const TypeInfo igd_types[] = {
    {
        .name = TYPE_IGD_SKL,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(IgdState),
        .instance_init = igd_instance_init,
        .class_init = igd_class_init,
        .interfaces = (InterfaceInfo[]) {
            /* Without PCIe capabilities, but with 4 KiB of config space. */
            { INTERFACE_PCIE_DEVICE },
            { },
        },
    }, {
        .name = TYPE_IGD_APERTURE,
        .parent = TYPE_IOMMU_MEMORY_REGION,
        .class_init = igd_aperture_class_init,
    },
};

DEFINE_TYPES(igd_types)
