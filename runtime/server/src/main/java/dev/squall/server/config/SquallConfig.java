package dev.squall.server.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The configuration {@code squall.*}, as people write it; {@link NodeSettings} turns it into what
 * the core takes. Sizes are bytes, or a number with K, M or G.
 */
@ConfigMapping(prefix = "squall")
public interface SquallConfig {

    /** {@code squall.node.*}. */
    Node node();

    /** {@code squall.cluster.*}. */
    Cluster cluster();

    /** {@code squall.data.*}. */
    Data data();

    /** How members talk: auto, shm or tcp. */
    @WithDefault("auto")
    String fabric();

    /** The directory of this node's certificate; without it, members are not encrypted. */
    Optional<String> tls();

    /** {@code id@host:port@restUrl,…}; without it the node is a cluster of its own. */
    Optional<String> members();

    /** {@code squall.limits.*}. */
    Limits limits();

    /** {@code squall.view.*}. */
    View view();

    /** {@code squall.threads.*}. */
    Threads threads();

    /** Where its agents run, and how they wait. */
    interface Threads {

        /** How the group agent waits: auto, spin, yield or park. */
        @WithDefault("auto")
        String idle();

        /** The processors that agents may run on, with commas; without it all. */
        Optional<String> cpus();
    }

    /** This node. */
    interface Node {

        /** Its id among the members. */
        @WithDefault("1")
        int id();
    }

    /** The cluster that it belongs to. */
    interface Cluster {

        /** Members of another cluster are refused. */
        @WithDefault("squall")
        String name();
    }

    /** What it keeps. */
    interface Data {

        /** Where; without it, a directory that goes with the process. */
        Optional<String> dir();
    }

    /** The membership. */
    interface View {

        /** A member that is silent for this long is suspected to be lost. */
        OptionalLong suspectAfterMillis();

        /** After a start of everything, missing members are waited for so long. */
        OptionalLong assembleMillis();
    }

    /** How much it takes. */
    interface Limits {

        /** The largest object in one record, and the largest body of any other request. */
        @WithDefault("64M")
        MemorySize objectBytes();

        /** The largest object that comes in chunks. */
        @WithDefault("1G")
        MemorySize bulkBytes();

        /** Objects that come in chunks at a time. */
        @WithDefault("8")
        int uploads();

        /** What one pool may keep on this node. */
        Optional<MemorySize> poolBytes();

        /** A sender's ring. */
        Optional<MemorySize> ringBytes();

        /** Objects from this size on go as blocks from member to member; 0 = none. */
        Optional<MemorySize> pipelineFrom();

        /** What a sender of such objects has for them at each member of a shard. */
        Optional<MemorySize> pipelineArea();

        /** Bodies of all requests that are being answered; without it, a quarter of the heap. */
        Optional<MemorySize> bodiesBytes();

        /** Watches at a time. */
        @WithDefault("256")
        int watches();

        /** Edge agents that are remembered. */
        @WithDefault("256")
        int edgeAgents();
    }
}
