/* Connections: librdmacm. */
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#include <rdma/rdma_cma.h>

#include "natives.h"

/* The parts of a request that one may have; DiSNI does not say how many it wants. */
enum { PARTS_MAX = 4 };

NATIVE(jlong, createEventChannel) {
    errno = 0;
    struct rdma_event_channel *channel = rdma_create_event_channel();
    if (channel) {
        /* Looked at with a time-out, and then read: somebody may have been faster. */
        fcntl(channel->fd, F_SETFL, fcntl(channel->fd, F_GETFL) | O_NONBLOCK);
    }
    return made(env, "rdma_create_event_channel", channel);
}

NATIVE(jint, destroyEventChannel, jlong channel) {
    if (channel) {
        rdma_destroy_event_channel(POINTER(struct rdma_event_channel, channel));
    }
    return 0;
}

/* DiSNI numbers port spaces in its own way; connected ones are all there is here. */
NATIVE(jlong, createId, jlong channel, jshort space __attribute__((unused))) {
    struct rdma_cm_id *id = NULL;
    if (!given(env, "rdma_create_id", "event channel", channel)) {
        return -1;
    }
    struct rdma_event_channel *of = POINTER(struct rdma_event_channel, channel);
    return done(env, "rdma_create_id", rdma_create_id(of, &id, NULL, RDMA_PS_TCP)) ? -1 : HANDLE(id);
}

NATIVE(jint, destroyCmId, jlong id) {
    return id ? rdma_destroy_id(POINTER(struct rdma_cm_id, id)) : 0;
}

NATIVE(jint, destroyEp, jlong id) {
    if (id) {
        rdma_destroy_ep(POINTER(struct rdma_cm_id, id));
    }
    return 0;
}

NATIVE(jlong, createQP, jlong id, jlong pd, jlong sends, jlong receives, jint type, jint sends_max,
       jint receives_max, jint inline_max) {
    const char *call = "rdma_create_qp";
    if (!given(env, call, "connection", id) || !given(env, call, "protection domain", pd) ||
        !given(env, call, "queue for sends", sends) ||
        !given(env, call, "queue for receives", receives)) {
        return -1;
    }
    struct ibv_qp_init_attr wanted = {
        .send_cq = POINTER(struct ibv_cq, sends),
        .recv_cq = POINTER(struct ibv_cq, receives),
        .qp_type = (enum ibv_qp_type)type,
        .cap = {.max_send_wr = (uint32_t)sends_max,
                .max_recv_wr = (uint32_t)receives_max,
                .max_send_sge = PARTS_MAX,
                .max_recv_sge = PARTS_MAX,
                .max_inline_data = (uint32_t)inline_max},
    };
    struct rdma_cm_id *of = POINTER(struct rdma_cm_id, id);
    return done(env, call, rdma_create_qp(of, POINTER(struct ibv_pd, pd), &wanted)) ? -1
                                                                                   : HANDLE(of->qp);
}

NATIVE(jint, destroyQP, jlong id) {
    struct rdma_cm_id *of = POINTER(struct rdma_cm_id, id);
    if (of && of->qp) {
        rdma_destroy_qp(of);
    }
    return 0;
}

NATIVE(void, bindAddr, jlong id, jlong address) {
    if (given(env, "rdma_bind_addr", "connection", id)) {
        done(env, "rdma_bind_addr",
             rdma_bind_addr(POINTER(struct rdma_cm_id, id), POINTER(struct sockaddr, address)));
    }
}

NATIVE(void, listen, jlong id, jint backlog) {
    if (given(env, "rdma_listen", "connection", id)) {
        done(env, "rdma_listen", rdma_listen(POINTER(struct rdma_cm_id, id), backlog));
    }
}

NATIVE(void, resolveAddr, jlong id, jlong source, jlong target, jint millis) {
    if (given(env, "rdma_resolve_addr", "connection", id)) {
        done(env, "rdma_resolve_addr",
             rdma_resolve_addr(POINTER(struct rdma_cm_id, id), POINTER(struct sockaddr, source),
                               POINTER(struct sockaddr, target), millis));
    }
}

NATIVE(void, resolveRoute, jlong id, jint millis) {
    if (given(env, "rdma_resolve_route", "connection", id)) {
        done(env, "rdma_resolve_route",
             rdma_resolve_route(POINTER(struct rdma_cm_id, id), millis));
    }
}

/*
 * The next event's kind, -1 = none came in time. The event is given back to the library at once:
 * nothing of it but its kind and the two connections reaches Java.
 */
NATIVE(jint, getCmEvent, jlong channel, jlong listener_out, jlong id_out, jint millis) {
    if (!given(env, "rdma_get_cm_event", "event channel", channel)) {
        return -1;
    }
    struct rdma_event_channel *from = POINTER(struct rdma_event_channel, channel);
    struct pollfd ready = {.fd = from->fd, .events = POLLIN};
    struct rdma_cm_event *event;
    if (poll(&ready, 1, millis) <= 0 || rdma_get_cm_event(from, &event)) {
        return -1;
    }
    int kind = event->event;
    *POINTER(jlong, listener_out) = event->listen_id ? HANDLE(event->listen_id) : -1;
    *POINTER(jlong, id_out) = event->id ? HANDLE(event->id) : -1;
    rdma_ack_cm_event(event);
    return kind;
}

/* Given back already, by getCmEvent. */
NATIVE(jint, ackCmEvent, jint kind __attribute__((unused))) {
    return 0;
}

/* As many reads under way as the device allows; the fields have a byte. */
static struct rdma_conn_param terms(struct rdma_cm_id *id, jint retries, jint not_ready_retries) {
    struct ibv_device_attr device = {.max_qp_rd_atom = 1};
    if (ibv_query_device(id->verbs, &device)) {
        device.max_qp_rd_atom = 1;
    }
    uint8_t reads = (uint8_t)(device.max_qp_rd_atom > 255 ? 255 : device.max_qp_rd_atom);
    struct rdma_conn_param terms = {.responder_resources = reads,
                                    .initiator_depth = reads,
                                    .retry_count = (uint8_t)retries,
                                    .rnr_retry_count = (uint8_t)not_ready_retries};
    return terms;
}

NATIVE(void, connect, jlong id, jint retries, jint not_ready_retries, jlong data, jbyte length) {
    struct rdma_cm_id *of = POINTER(struct rdma_cm_id, id);
    if (!given(env, "rdma_connect", "connection", id) ||
        !given(env, "rdma_connect", "device of the connection", HANDLE(of->verbs))) {
        return;
    }
    struct rdma_conn_param wanted = terms(of, retries, not_ready_retries);
    wanted.private_data = POINTER(void, data);
    wanted.private_data_len = (uint8_t)(data ? length : 0);
    done(env, "rdma_connect", rdma_connect(of, &wanted));
}

NATIVE(void, accept, jlong id, jint retries, jint not_ready_retries) {
    struct rdma_cm_id *of = POINTER(struct rdma_cm_id, id);
    if (!given(env, "rdma_accept", "connection", id) ||
        !given(env, "rdma_accept", "device of the connection", HANDLE(of->verbs))) {
        return;
    }
    struct rdma_conn_param wanted = terms(of, retries, not_ready_retries);
    done(env, "rdma_accept", rdma_accept(of, &wanted));
}

NATIVE(jint, disconnect, jlong id) {
    return id ? rdma_disconnect(POINTER(struct rdma_cm_id, id)) : -1;
}

static jint copy(struct sockaddr *address, jlong out) {
    if (!address || address->sa_family != AF_INET) {
        return -1;
    }
    memcpy(POINTER(void, out), address, sizeof(struct sockaddr_in));
    return 0;
}

NATIVE(jint, getSrcAddr, jlong id, jlong out) {
    return id ? copy(rdma_get_local_addr(POINTER(struct rdma_cm_id, id)), out) : -1;
}

NATIVE(jint, getDstAddr, jlong id, jlong out) {
    return id ? copy(rdma_get_peer_addr(POINTER(struct rdma_cm_id, id)), out) : -1;
}
