/* Fields and sizes of the system's structures, which DiSNI asks for. */
#include <netinet/in.h>
#include <stddef.h>

#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>

#include "natives.h"

/* What DiSNI 2.0 expects, and refuses to start without. */
enum { DISNI_NATIVES = 32 };

/* 0 as long as the connection has no device. */
NATIVE(jlong, getContext, jlong id) {
    return given(env, "rdma_cm_id", "connection", id) ? HANDLE(POINTER(struct rdma_cm_id, id)->verbs)
                                                      : -1;
}

NATIVE(jint, getQpNum, jlong pair) {
    return given(env, "ibv_qp", "queue pair", pair) ? (jint)POINTER(struct ibv_qp, pair)->qp_num : -1;
}

NATIVE(jint, getContextFd, jlong device) {
    return given(env, "ibv_context", "device", device)
               ? POINTER(struct ibv_context, device)->cmd_fd
               : -1;
}

NATIVE(jint, getContextNumCompVectors, jlong device) {
    return given(env, "ibv_context", "device", device)
               ? POINTER(struct ibv_context, device)->num_comp_vectors
               : -1;
}

NATIVE(jint, getPdHandle, jlong pd) {
    return given(env, "ibv_pd", "protection domain", pd) ? (jint)POINTER(struct ibv_pd, pd)->handle
                                                         : -1;
}

#define CONSTANT(name, value)                   \
    NATIVE(jint, name) {                        \
        return (jint)(value);                   \
    }

CONSTANT(getSockAddrInSize, sizeof(struct sockaddr_in))
CONSTANT(getIbvRecvWRSize, sizeof(struct ibv_recv_wr))
CONSTANT(getIbvSendWRSize, sizeof(struct ibv_send_wr))
CONSTANT(getIbvSgeSize, sizeof(struct ibv_sge))
CONSTANT(getIbvWCSize, sizeof(struct ibv_wc))
CONSTANT(getRemoteAddressOffset, offsetof(struct ibv_send_wr, wr.rdma.remote_addr))
CONSTANT(getRKeyOffset, offsetof(struct ibv_send_wr, wr.rdma.rkey))
CONSTANT(getVersion, DISNI_NATIVES)
