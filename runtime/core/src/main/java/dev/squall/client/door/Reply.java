package dev.squall.client.door;

import dev.squall.client.frame.Answer;

/** Who waits for what a guest has asked; told once, by any thread, and never blocks it. */
public interface Reply {

    /** This became of it. */
    void answer(Answer answer);
}
