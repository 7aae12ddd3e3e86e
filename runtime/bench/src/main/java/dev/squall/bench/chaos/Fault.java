package dev.squall.bench.chaos;

/**
 * One fault that was made.
 *
 * @param what which nodes it hit and how, in words
 * @param at when, nanoseconds of this machine's clock
 * @param mended when it was mended
 * @param whole when all nodes were full members again; {@link Operation#NEVER} if they did not get
 *     there by themselves
 */
record Fault(FaultKind kind, String what, long at, long mended, long whole) {}
