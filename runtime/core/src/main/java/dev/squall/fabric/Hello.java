package dev.squall.fabric;

/**
 * What members tell each other when a way between them opens.
 *
 * @param cluster the cluster's name; others are refused
 * @param node the member's id
 * @param incarnation grows with every start of the member's process
 * @param view the newest view the member knows from its disk; 0 = none
 */
public record Hello(String cluster, int node, long incarnation, long view) {

    /** The longest cluster name, in bytes of UTF-8. */
    public static final int CLUSTER_BYTES_MAX = 63;
}
