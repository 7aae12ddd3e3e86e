package dev.squall.fabric;

/** What a fabric on top of a carrier does about peers and memory that it cannot reach by itself. */
public enum Otherwise {
    /** They are reached over the carrier. */
    CARRY,
    /** They are refused. */
    REFUSE
}
