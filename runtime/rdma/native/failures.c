/* How failures reach Java. */
#include <stdio.h>
#include <string.h>

#include "natives.h"

static void throw(JNIEnv *env, const char *message) {
    jclass type = (*env)->FindClass(env, "java/io/IOException");
    if (type) {
        (*env)->ThrowNew(env, type, message);
    }
}

void fail(JNIEnv *env, const char *call, int error) {
    char words[96];
    char message[224];
    /* The variant of POSIX fills the buffer, that of GNU may return a string of its own. */
#ifdef _GNU_SOURCE
    const char *text = strerror_r(error, words, sizeof words);
#else
    const char *text = strerror_r(error, words, sizeof words) ? "unknown error" : words;
#endif
    snprintf(message, sizeof message, "%s: %s (errno %d)", call, text, error);
    throw(env, message);
}

int given(JNIEnv *env, const char *call, const char *what, jlong handle) {
    if (handle != 0 && handle != -1) {
        return 1;
    }
    char message[160];
    snprintf(message, sizeof message, "%s: there is no %s", call, what);
    throw(env, message);
    return 0;
}

jlong made(JNIEnv *env, const char *call, void *pointer) {
    if (!pointer) {
        fail(env, call, errno ? errno : ENODEV);
        return -1;
    }
    return HANDLE(pointer);
}

jint done(JNIEnv *env, const char *call, int result) {
    if (result) {
        fail(env, call, errno);
    }
    return result;
}
