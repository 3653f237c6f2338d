// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a guest's picture as dma-buf
 *
 *          make                 export                    the user closes
 *   (none) ----> in the cache ---------> cache, dma-buf ------------------> cache
 *                     |                        |                              |
 *                     | evicted, VM closed     | evicted, VM closed           |
 *                     v                        v      the user closes         v
 *                  (none)                   dma-buf ----------------------> (none)
 *
 * The pages are the guest's own, so nothing is copied and what the guest draws is there
 * at once.  Each has a reference for as long as the picture lives: VFIO may unpin them, the
 * machine may die, an importer still looks at memory that is nobody else's.  It then
 * shows what was there last; the next query makes a new picture.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/fcntl.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kvmgt_picture.h"

static void put_pages(struct kvmgt_picture *picture, u32 count)
{
	while (count--)
		put_page(picture->page[count]);
}

static void free_picture(struct kref *ref)
{
	struct kvmgt_picture *picture = container_of(ref, struct kvmgt_picture, ref);

	put_pages(picture, picture->count);
	kvfree(picture);
}

void kvmgt_picture_put(struct kvmgt_picture *picture)
{
	kref_put(&picture->ref, free_picture);
}

/* One page may be all over many pictures: there are only so many references to it. */
static int get_pages(struct kvmgt_picture *picture, void **addr)
{
	u32 i;

	for (i = 0; i < picture->count; i++) {
		picture->page[i] = virt_to_page(addr[i]);
		if (!try_get_page(picture->page[i])) {
			put_pages(picture, i);
			return -ENOMEM;
		}
	}
	return 0;
}

/* The pages are held by the guest's own lock and pins until they have references. */
static int take_pages(struct kvmgt_picture *picture, struct vgt_guest *guest)
{
	struct vgt_held_pages *held;
	void **addr;
	int ret;

	addr = kvmalloc_array(picture->count, sizeof(*addr), GFP_KERNEL);
	if (!addr)
		return -ENOMEM;
	held = vgt_guest_hold_pages(guest, picture->plane.addr, picture->count, NULL, addr);
	ret = PTR_ERR_OR_ZERO(held);
	if (!ret) {
		ret = get_pages(picture, addr);
		vgt_guest_release_pages(guest, held);
	}
	kvfree(addr);
	return ret;
}

struct kvmgt_picture *kvmgt_picture_make(struct vgt_guest *guest, const struct vgt_plane *plane)
{
	struct kvmgt_picture *picture;
	u32 count = plane->size >> PAGE_SHIFT;
	int ret;

	picture = kvzalloc(struct_size(picture, page, count), GFP_KERNEL_ACCOUNT);
	if (!picture)
		return ERR_PTR(-ENOMEM);
	kref_init(&picture->ref);
	INIT_LIST_HEAD(&picture->link);
	picture->plane = *plane;
	picture->count = count;
	picture->changes = vgt_guest_ggtt_changes(guest);
	ret = take_pages(picture, guest);
	if (ret) {
		kvfree(picture);
		return ERR_PTR(ret);
	}
	return picture;
}

bool kvmgt_picture_same(const struct kvmgt_picture *a, const struct kvmgt_picture *b)
{
	return a->count == b->count && !memcmp(a->page, b->page, a->count * sizeof(a->page[0]));
}

static struct sg_table *map_picture(struct dma_buf_attachment *at, enum dma_data_direction dir)
{
	struct kvmgt_picture *picture = at->dmabuf->priv;
	struct sg_table *sgt;
	int ret;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	ret = sg_alloc_table_from_pages(sgt, picture->page, picture->count, 0,
					(size_t)picture->count << PAGE_SHIFT, GFP_KERNEL);
	if (ret)
		goto err_free;
	ret = dma_map_sgtable(at->dev, sgt, dir, 0);
	if (ret)
		goto err_table;
	return sgt;

err_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(ret);
}

static void unmap_picture(struct dma_buf_attachment *at, struct sg_table *sgt,
			  enum dma_data_direction dir)
{
	dma_unmap_sgtable(at->dev, sgt, dir, 0);
	sg_free_table(sgt);
	kfree(sgt);
}

static void release_picture(struct dma_buf *dmabuf)
{
	kvmgt_picture_put(dmabuf->priv);
}

static vm_fault_t fault_picture(struct vm_fault *vmf)
{
	struct kvmgt_picture *picture = vmf->vma->vm_private_data;

	if (vmf->pgoff >= picture->count)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(picture->page[vmf->pgoff]));
}

static const struct vm_operations_struct picture_vm_ops = {
	.fault = fault_picture,
};

/* By frame number: the pages may be another process's anonymous memory. */
static int mmap_picture(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	vma->vm_ops = &picture_vm_ops;
	vma->vm_private_data = dmabuf->priv;
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

static int vmap_picture(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct kvmgt_picture *picture = dmabuf->priv;
	void *addr = vmap(picture->page, picture->count, VM_MAP, PAGE_KERNEL);

	if (!addr)
		return -ENOMEM;
	iosys_map_set_vaddr(map, addr);
	return 0;
}

static void vunmap_picture(struct dma_buf *dmabuf, struct iosys_map *map)
{
	vunmap(map->vaddr);
}

static const struct dma_buf_ops picture_ops = {
	.map_dma_buf = map_picture,
	.unmap_dma_buf = unmap_picture,
	.release = release_picture,
	.mmap = mmap_picture,
	.vmap = vmap_picture,
	.vunmap = vunmap_picture,
};

int kvmgt_picture_export(struct kvmgt_picture *picture)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;
	int fd;

	info.ops = &picture_ops;
	info.size = (size_t)picture->count << PAGE_SHIFT;
	info.flags = O_RDWR;
	info.priv = picture;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	kref_get(&picture->ref);
	fd = dma_buf_fd(dmabuf, O_CLOEXEC);
	if (fd < 0)
		dma_buf_put(dmabuf);
	return fd;
}

MODULE_IMPORT_NS(DMA_BUF);
