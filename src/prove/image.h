/* prove/image.h - a linked image as the object that is in it. */
#ifndef PROVE_IMAGE_H
#define PROVE_IMAGE_H

#include "obj/obj.h"
#include "wasm/module.h"

/* The code and storage of a module in an image, as an object: what the image's
 * relocations say is checked against its bytes, so that each place that has one
 * refers to that symbol's address and the distance that is then its addend;
 * symbols that are not the module's are another object's.
 *
 *   image  read by obj_read(), linked with --emit-relocs, symbols not stripped
 *   m      what it is to be the code of
 *
 * Returns the object, in a, or NULL (*why, a sentence without its subject). */
struct obj *image_object(const struct obj *image, const struct wasm_module *m,
			 struct arena *a, const char **why);

#endif
