/**
 * The process of one member: a real node without a framework, and beside it, in the same process,
 * the load that calls it. Begin with {@link dev.squall.bench.member.MemberMain}.
 */
@NullMarked
package dev.squall.bench.member;

import org.jspecify.annotations.NullMarked;
