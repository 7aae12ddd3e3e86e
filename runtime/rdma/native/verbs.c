/* Memory, queues and what is posted into them: libibverbs. */
#include <fcntl.h>
#include <poll.h>

#include <infiniband/verbs.h>

#include "natives.h"

NATIVE(jlong, allocPd, jlong device) {
    if (!given(env, "ibv_alloc_pd", "device; listen on the address of one", device)) {
        return -1;
    }
    errno = 0;
    return made(env, "ibv_alloc_pd", ibv_alloc_pd(POINTER(struct ibv_context, device)));
}

NATIVE(jint, deallocPd, jlong pd) {
    return pd ? ibv_dealloc_pd(POINTER(struct ibv_pd, pd)) : 0;
}

NATIVE(jlong, createCompChannel, jlong device) {
    if (!given(env, "ibv_create_comp_channel", "device", device)) {
        return -1;
    }
    errno = 0;
    struct ibv_comp_channel *channel =
        ibv_create_comp_channel(POINTER(struct ibv_context, device));
    if (channel) {
        /* An event that was seen may be gone when it is read, with the queue it was of. */
        fcntl(channel->fd, F_SETFL, fcntl(channel->fd, F_GETFL) | O_NONBLOCK);
    }
    return made(env, "ibv_create_comp_channel", channel);
}

NATIVE(jint, destroyCompChannel, jlong channel) {
    return channel ? ibv_destroy_comp_channel(POINTER(struct ibv_comp_channel, channel)) : 0;
}

NATIVE(jlong, createCQ, jlong device, jlong channel, jint entries, jint vector) {
    if (!given(env, "ibv_create_cq", "device", device)) {
        return -1;
    }
    errno = 0;
    return made(env, "ibv_create_cq",
                ibv_create_cq(POINTER(struct ibv_context, device), entries, NULL,
                              POINTER(struct ibv_comp_channel, channel), vector));
}

NATIVE(jint, destroyCQ, jlong queue) {
    return queue ? ibv_destroy_cq(POINTER(struct ibv_cq, queue)) : 0;
}

/* DiSNI passes no attributes, so there is nothing that could be done. */
NATIVE(jint, modifyQP, jlong pair __attribute__((unused)), jlong wanted __attribute__((unused))) {
    fail(env, "ibv_modify_qp", ENOSYS);
    return -1;
}

NATIVE(jlong, regMr, jlong pd, jlong address, jint bytes, jint access, jlong local_key,
       jlong remote_key, jlong number) {
    if (!given(env, "ibv_reg_mr", "protection domain", pd) ||
        !given(env, "ibv_reg_mr", "memory", address)) {
        return -1;
    }
    errno = 0;
    struct ibv_mr *region = ibv_reg_mr(POINTER(struct ibv_pd, pd), POINTER(void, address),
                                       (size_t)(uint32_t)bytes, access);
    if (region) {
        *POINTER(uint32_t, local_key) = region->lkey;
        *POINTER(uint32_t, remote_key) = region->rkey;
        *POINTER(uint32_t, number) = region->handle;
    }
    return made(env, "ibv_reg_mr", region);
}

NATIVE(void, deregMr, jlong region) {
    if (given(env, "ibv_dereg_mr", "region", region)) {
        int error = ibv_dereg_mr(POINTER(struct ibv_mr, region));
        if (error) {
            fail(env, "ibv_dereg_mr", error);
        }
    }
}

/* Memory is always pinned here. */
NATIVE(jint, queryOdpSupport, jlong device __attribute__((unused))) {
    return -1;
}

NATIVE(jint, expPrefetchMr, jlong region __attribute__((unused)),
       jlong address __attribute__((unused)), jint bytes __attribute__((unused))) {
    fail(env, "ibv_advise_mr", ENOSYS);
    return -1;
}

NATIVE(void, postSend, jlong pair, jlong requests) {
    struct ibv_send_wr *refused;
    if (given(env, "ibv_post_send", "queue pair", pair)) {
        int error = ibv_post_send(POINTER(struct ibv_qp, pair),
                                  POINTER(struct ibv_send_wr, requests), &refused);
        if (error) {
            fail(env, "ibv_post_send", error);
        }
    }
}

NATIVE(void, postRecv, jlong pair, jlong requests) {
    struct ibv_recv_wr *refused;
    if (given(env, "ibv_post_recv", "queue pair", pair)) {
        int error = ibv_post_recv(POINTER(struct ibv_qp, pair),
                                  POINTER(struct ibv_recv_wr, requests), &refused);
        if (error) {
            fail(env, "ibv_post_recv", error);
        }
    }
}

NATIVE(jint, pollCQ, jlong queue, jint entries, jlong completions) {
    if (!given(env, "ibv_poll_cq", "completion queue", queue)) {
        return -1;
    }
    return ibv_poll_cq(POINTER(struct ibv_cq, queue), entries,
                       POINTER(struct ibv_wc, completions));
}

NATIVE(jint, reqNotifyCQ, jlong queue, jint solicited_only) {
    if (!given(env, "ibv_req_notify_cq", "completion queue", queue)) {
        return -1;
    }
    int error = ibv_req_notify_cq(POINTER(struct ibv_cq, queue), solicited_only);
    if (error) {
        fail(env, "ibv_req_notify_cq", error);
    }
    return error;
}

/*
 * 0 = a queue has rung within the time, -1 = none has. The event is given back at once, so that the
 * queue can be destroyed by another thread at any moment: that waits for events that were taken
 * and not given back.
 */
NATIVE(jint, getCqEvent, jlong channel, jint millis) {
    if (!given(env, "ibv_get_cq_event", "completion channel", channel)) {
        return -1;
    }
    struct ibv_comp_channel *from = POINTER(struct ibv_comp_channel, channel);
    struct pollfd ready = {.fd = from->fd, .events = POLLIN};
    struct ibv_cq *queue;
    void *context;
    if (poll(&ready, 1, millis) <= 0 || ibv_get_cq_event(from, &queue, &context)) {
        return -1;
    }
    ibv_ack_cq_events(queue, 1);
    return 0;
}

/* Given back already, by getCqEvent. */
NATIVE(jint, ackCqEvent, jlong queue __attribute__((unused)),
       jint events __attribute__((unused))) {
    return 0;
}
