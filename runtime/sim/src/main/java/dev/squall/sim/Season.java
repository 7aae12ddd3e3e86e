package dev.squall.sim;

/**
 * The time in which faults strike. What is planned in a season does not happen once that is over,
 * so that a chain of faults (the next node of a rolling restart) ends with it. Mending is never
 * planned here, for it must happen in any case.
 */
final class Season {

    private final Agenda agenda;
    private int number;
    private boolean on;

    Season(Agenda agenda) {
        this.agenda = agenda;
    }

    void begin() {
        number++;
        on = true;
    }

    void end() {
        on = false;
    }

    /** Strikes so many nanoseconds from now, if this season still lasts then. */
    void after(long nanos, Runnable fault) {
        int planned = number;
        agenda.after(
                nanos,
                () -> {
                    if (on && number == planned) {
                        fault.run();
                    }
                });
    }
}
