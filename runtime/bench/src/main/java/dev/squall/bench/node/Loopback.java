package dev.squall.bench.node;

import java.util.List;
import java.util.Set;

/** All nodes at the loopback address, where nothing can be cut. */
public record Loopback() implements Network {

    @Override
    public String host(int node) {
        return "127.0.0.1";
    }

    @Override
    public List<String> prefix(int node) {
        return List.of();
    }

    @Override
    public boolean cuts() {
        return false;
    }

    @Override
    public void isolate(int node) {
        throw uncut();
    }

    @Override
    public void split(Set<Integer> side) {
        throw uncut();
    }

    @Override
    public void heal() {
        // nothing was cut
    }

    private static IllegalStateException uncut() {
        return new IllegalStateException("loopback cannot be cut");
    }
}
