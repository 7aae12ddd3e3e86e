package dev.squall.house;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.regex.Pattern;

/** What a class asks the machine for that would make two runs of one seed differ. */
final class MachineCalls extends ArchCondition<JavaClass> {

    private record Call(Pattern target, String instead) {

        static Call of(String target, String instead) {
            return new Call(Pattern.compile(target), instead);
        }
    }

    private static final String TIME = "take the time from the caller, or dev.squall.base.Clock";
    private static final String CHANCE = "take what chance decides from the caller";
    private static final String THREAD = "be a state class: the agent above owns the thread";
    private static final String DISK = "go through dev.squall.log.Disk";

    private static final List<Call> CALLS =
            List.of(
                    Call.of("java\\.lang\\.System\\.(nanoTime|currentTimeMillis)", TIME),
                    Call.of("java\\.time\\.\\w+\\.(now|systemUTC|systemDefaultZone)", TIME),
                    Call.of("dev\\.squall\\.base\\.Clock\\.SYSTEM", TIME),
                    Call.of("java\\.lang\\.Math\\.random", CHANCE),
                    Call.of("java\\.util\\.(Random|SplittableRandom)\\.<init>", CHANCE),
                    Call.of("java\\.security\\.SecureRandom\\.<init>", CHANCE),
                    Call.of("java\\.util\\.UUID\\.randomUUID", CHANCE),
                    Call.of("java\\.util\\.concurrent\\.ThreadLocalRandom\\..*", CHANCE),
                    Call.of("java\\.lang\\.System\\.identityHashCode", CHANCE),
                    Call.of("java\\.lang\\.System\\.(getenv|getProperty)", "take configuration"),
                    Call.of("java\\.lang\\.Thread\\.(<init>|of\\w+|start\\w*|sleep|yield)", THREAD),
                    Call.of("java\\.util\\.concurrent\\.Executors\\..*", THREAD),
                    Call.of("java\\.util\\.concurrent\\.\\w*Executor\\w*\\.<init>", THREAD),
                    Call.of("java\\.util\\.concurrent\\.CompletableFuture\\.\\w+Async", THREAD),
                    Call.of("java\\.util\\.concurrent\\.locks\\.LockSupport\\.park\\w*", THREAD),
                    Call.of("java\\.lang\\.Object\\.wait", THREAD),
                    Call.of("java\\.nio\\.file\\.Files\\..*", DISK),
                    Call.of("java\\.nio\\.channels\\..*", DISK),
                    Call.of("java\\.io\\.(File|RandomAccessFile)\\w*\\.<init>", DISK));

    MachineCalls() {
        super("ask the machine for time, chance, threads or files");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            var target = access.getTargetOwner().getName() + "." + access.getTarget().getName();
            for (var call : CALLS) {
                if (call.target().matcher(target).matches()) {
                    var what = access.getDescription() + ": " + call.instead();
                    events.add(SimpleConditionEvent.satisfied(type, what));
                }
            }
        }
    }
}
