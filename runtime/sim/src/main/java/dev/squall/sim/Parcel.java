package dev.squall.sim;

import dev.squall.fabric.Hello;
import java.util.List;

/** What travels along one direction of a connection, in order. */
sealed interface Parcel {

    /** The connecting side knocks. */
    record Knock() implements Parcel {}

    /** A member says who it is. */
    record Greeting(Hello hello) implements Parcel {}

    /** Writes that left in one turn. */
    record Batch(List<Write> writes) implements Parcel {}

    /** Nothing more comes. */
    record Closed(String reason) implements Parcel {}
}
