package dev.squall.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.squall.log.Journal;
import dev.squall.node.Ground;
import dev.squall.node.NodeConfig;
import dev.squall.node.NodeCore;
import dev.squall.sim.check.Subject;
import dev.squall.sim.check.Violation;
import dev.squall.view.Member;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A machine: its disk and its wall clock stay, its processes come and go. Here the two agents of a
 * node get their turns, as threads would give them: at once while there is work, then when
 * something comes, and now and then.
 */
final class SimNode {

    private static final long MICRO = 1000;

    /** Between two turns of an idle agent, as in production: 20 ms. */
    private static final long IDLE_NANOS = 20_000_000;

    /** The persist agent looks by itself at least so often: 50 ms. */
    private static final long LOOK_NANOS = 50_000_000;

    final int id;
    final SimDisk disk;
    private final World world;
    private final List<Member> members;
    private int lives;
    private @Nullable Life life;
    private boolean bootWhenDown;
    private long pausedUntil;
    private List<SimNode> peers = List.of();
    private Runnable afterTurn = () -> {};

    private final Chance idle;

    SimNode(int id, World world, List<Member> members) {
        this.id = id;
        this.world = world;
        this.members = members;
        var chance = world.chance();
        this.idle = new Chance(world.swarm().lifeNanos() + id); // others draw what they drew
        var leases = new Chance(world.swarm().lifeNanos() - id);
        this.disk = new SimDisk(id, chance.split(), leases, world.saboteur());
    }

    /** All nodes, by number. */
    void meet(List<SimNode> all) {
        peers = List.copyOf(all);
    }

    boolean up() {
        return life != null;
    }

    /** The running process, or null. */
    @Nullable Life life() {
        return life;
    }

    private SimClock clock() {
        long start = world.chance().between(0L, 1L << 40);
        return new SimClock(world.clock(id), start);
    }

    /** Starts the process. */
    void boot() {
        disk.restart();
        bootWhenDown = false;
        lives++;
        world.trace().say(id, "boot", "life " + lives);
        var fresh = new Life(clock());
        life = fresh;
        guard(fresh, fresh::start);
    }

    /** Has something look at the node after each turn of its group agent. */
    void afterTurn(Runnable look) {
        var before = afterTurn;
        afterTurn =
                () -> {
                    before.run();
                    look.run();
                };
    }

    /** Ends the process from one instant to the next. */
    void crash(boolean power) {
        var dying = life;
        if (dying != null) {
            world.trace()
                    .say(
                            id,
                            power ? "power" : "kill",
                            "loses its " + (power ? "power" : "process"));
            life = null;
            world.checkers().ended(dying);
            dying.fabricGone(power);
            if (power) {
                disk.losePower();
            }
        }
    }

    /** The node loses its power and its disk. */
    void wipe() {
        crash(true);
        disk.wipe();
        world.checkers().wiped(id);
    }

    /** Ends the process in good order: it leaves the group first, unless that takes too long. */
    void stop() {
        var stopping = life;
        if (stopping != null && !stopping.leaving) {
            world.trace().say(id, "leave", "");
            stopping.leaving = true;
            var left = stopping.core().leave();
            long deadline = world.agenda().nanos() + world.swarm().suspectMillis() * 1000 * MICRO;
            stopping.later(0, () -> closeWhenLeft(stopping, left, deadline));
        }
    }

    private void closeWhenLeft(Life leaving, CompletableFuture<Void> left, long deadline) {
        if (!left.isDone() && world.agenda().nanos() < deadline) {
            leaving.later(IDLE_NANOS, () -> closeWhenLeft(leaving, left, deadline));
            return;
        }
        world.trace().say(id, "stop", left.isDone() ? "has left" : "nobody let it go");
        leaving.close();
        life = life == leaving ? null : life;
        world.checkers().ended(leaving);
        if (bootWhenDown) {
            boot();
        }
    }

    /** Starts the process, as soon as the one that is about to end has ended. */
    void bootIfDown() {
        var running = life;
        if (running == null) {
            boot();
        } else {
            bootWhenDown = running.leaving;
        }
    }

    /** The process stands still, as if it had been stopped by a signal. */
    void pause(long nanos) {
        world.trace().say(id, "pause", nanos / MICRO + " us");
        pausedUntil = world.agenda().nanos() + nanos;
    }

    /** Whether the process stands still. */
    boolean paused() {
        return world.agenda().nanos() < pausedUntil;
    }

    /** Runs a part of a life; a crash in the middle of a disk operation ends it. */
    private void guard(Life running, Runnable part) {
        try {
            part.run();
        } catch (SimCrash _) {
            // handled below, for it may also have been swallowed by a future
        } catch (Violation e) {
            throw e;
        } catch (UncheckedIOException e) {
            world.trace().say(id, "fails", String.valueOf(e.getMessage()));
            if (life == running) {
                crash(false);
            }
        } catch (RuntimeException e) {
            throw new Violation("Agents", "an agent of node " + id + " failed: " + e, e);
        }
        if (disk.crashed() && life == running) {
            crash(world.chance().with(0.5));
        }
    }

    /** One life of the node. */
    final class Life implements Subject {

        private final SimClock clock;
        private final boolean forgetsVotes = disk.refusedVote();
        private @Nullable NodeCore core;
        private @Nullable SimFabric fabric;
        private boolean leaving;
        private boolean turnPending;
        private boolean persistPending;
        private long turnAt;
        private int turn;
        private String told = "";

        Life(SimClock clock) {
            this.clock = clock;
        }

        void start() {
            var config =
                    new NodeConfig(
                                    id,
                                    "sim",
                                    Path.of("node" + id),
                                    members,
                                    "auto",
                                    world.swarm().ringBytes(),
                                    NodeConfig.OBJECT_BYTES_MAX_DEFAULT,
                                    NodeConfig.POOL_BYTES_MAX_DEFAULT,
                                    world.swarm().suspectMillis(),
                                    world.swarm().suspectMillis())
                            .pipelining(world.swarm().pipeline());
            world.checkers().began(this);
            var ground =
                    new Ground(
                            new SabotagedClock(id, clock, world.saboteur()),
                            disk,
                            (self, listener) -> {
                                var opened =
                                        new SimFabric(world.network(), self, listener, this::ring);
                                fabric = opened;
                                return opened;
                            },
                            task -> later(world.chance().scaled(MICRO, 5000 * MICRO), task),
                            task -> later(idle.scaled(MICRO, 50_000 * MICRO), task),
                            world.swarm().segmentBytes());
            core = NodeCore.of(config, ground, new Told(world.checkers(), this));
            core.batches().reach(new Errands(world, this, peers)::order);
            if (fabric != null) {
                world.network().listen(fabric);
            }
            ring();
            look();
        }

        @Override
        public int node() {
            return id;
        }

        @Override
        public NodeCore core() {
            if (core == null) {
                throw new IllegalStateException("node " + id + " has not started");
            }
            return core;
        }

        @Override
        public boolean alive() {
            return life == this;
        }

        @Override
        public List<String> files(String directory) {
            return disk.list(directory);
        }

        @Override
        public byte[] read(String file) {
            return disk.read(file);
        }

        @Override
        public boolean forgetsVotes() {
            return forgetsVotes;
        }

        @Override
        public boolean onDisk(String file, MemorySegment bytes, long at) {
            return disk.holds(file, bytes, at);
        }

        @Override
        public boolean whole(int shard) {
            var state = new String(disk.peek("shard-%d/state".formatted(shard)), UTF_8);
            return state.startsWith("whole ");
        }

        /** Whether replicas have taken all logs that the disk held. */
        boolean tookAll() {
            var taken = new TreeSet<String>();
            core().replicas().forEach(r -> taken.add(Journal.directory(r.id())));
            return taken.containsAll(disk.directories());
        }

        long micros() {
            return clock.micros();
        }

        /** The group agent's doorbell. */
        private void ring() {
            wakeAt(world.agenda().nanos() + world.chance().between(MICRO, 20 * MICRO));
        }

        private void wakeAt(long time) {
            if (alive() && (!turnPending || time < turnAt)) {
                turnPending = true;
                turnAt = time;
                int number = ++turn;
                world.agenda().at(time, () -> woken(number));
            }
        }

        private void woken(int number) {
            if (number == turn) {
                turnPending = false;
                if (paused()) {
                    wakeAt(pausedUntil);
                } else {
                    run(this::turn);
                }
            }
        }

        /** Something of this life happens in a while. */
        void later(long nanos, Runnable task) {
            world.agenda().after(nanos, () -> run(task));
        }

        /** Now, unless the life is gone; later, while it stands still. */
        private void run(Runnable task) {
            if (alive() && paused()) {
                world.agenda().at(pausedUntil, () -> run(task));
            } else if (alive()) {
                guard(this, task);
            }
        }

        private void turn() {
            int work = core().group().doWork();
            world.checkers().turned(this);
            afterTurn.run();
            tell();
            if (work > 0 && !persistPending) {
                persistPending = true;
                long slow = world.chance().scaled(20 * MICRO, world.swarm().diskNanosMax());
                later(slow + disk.extraSyncNanos(), this::persist);
            }
            long pause = work > 0 ? world.chance().between(2 * MICRO, 40 * MICRO) : IDLE_NANOS;
            wakeAt(world.agenda().nanos() + pause);
        }

        private void persist() {
            persistPending = false;
            core().persist().doWork();
        }

        /** The persist agent also looks by itself, as it does when it has to try again. */
        private void look() {
            if (!persistPending) {
                persist();
            }
            later(LOOK_NANOS, this::look);
        }

        private void tell() {
            if (world.trace().on()) {
                var state = core().state();
                var now = "view %d %s %s".formatted(state.view(), state.phase(), state.reason());
                if (!now.equals(told)) {
                    told = now;
                    world.trace().say(id, "state", now);
                }
            }
        }

        private void fabricGone(boolean power) {
            if (fabric != null) {
                world.network().die(fabric, power);
            }
        }

        private void close() {
            core().group().onClose();
            core().persist().onClose();
        }
    }
}
