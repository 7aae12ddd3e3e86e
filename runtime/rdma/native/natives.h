/*
 * What the files of libdisni share.
 *
 * DiSNI's Java classes (com.ibm.disni:disni 2.0) describe verbs and marshal them; this library hands
 * them to librdmacm and libibverbs. Handles are pointers in a jlong. Where DiSNI writes a native
 * structure itself (send and receive requests, completions, addresses) it is taken as it is.
 *
 * A handle is trusted to be what DiSNI says it is; only null is caught, for that is what a closed or
 * half-made object yields. Failures are IOExceptions that name the call and the system's error.
 */
#ifndef SQUALL_NATIVES_H
#define SQUALL_NATIVES_H

#include <errno.h>
#include <jni.h>
#include <stdint.h>

#define NATIVE(type, name, ...)                                              \
    JNIEXPORT type JNICALL Java_com_ibm_disni_verbs_impl_NativeDispatcher__1##name( \
        JNIEnv *env __attribute__((unused)), jobject self __attribute__((unused)), ##__VA_ARGS__)

#define POINTER(type, handle) ((type *)(uintptr_t)(handle))
#define HANDLE(pointer) ((jlong)(uintptr_t)(pointer))

/* Throws an IOException: "call: the system's words (errno n)". */
void fail(JNIEnv *env, const char *call, int error);

/* Throws when a handle is null or one of DiSNI's "none" (-1), and returns 0; else 1. */
int given(JNIEnv *env, const char *call, const char *what, jlong handle);

/* The handle of what a call has made; when it made nothing throws and returns -1. */
jlong made(JNIEnv *env, const char *call, void *pointer);

/* What a call returned that sets errno; throws when it is not 0. */
jint done(JNIEnv *env, const char *call, int result);

#endif
