package dev.squall.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deletes and new names that a power failure may undo, for their directory is not synced. */
final class Unsure {

    /**
     * A change of a directory.
     *
     * @param name that a file had
     * @param file that had it
     * @param to the name that it has now; null = it is deleted
     * @param replaced what had this name before
     */
    private record Change(
            String name, SimFile file, @Nullable String to, @Nullable SimFile replaced) {

        void undo(Map<String, SimFile> files) {
            if (to != null) {
                files.remove(to, file);
            }
            if (to != null && replaced != null) {
                files.put(to, replaced);
            }
            files.putIfAbsent(name, file);
        }
    }

    private final List<Change> changes = new ArrayList<>();

    void deleted(String name, SimFile file) {
        changes.add(new Change(name, file, null, null));
    }

    void renamed(String name, SimFile file, String to, @Nullable SimFile replaced) {
        changes.add(new Change(name, file, to, replaced));
    }

    /** The directory of a file has been synced. */
    void sureBeside(String name) {
        var directory = directoryOf(name);
        changes.removeIf(c -> directoryOf(c.name()).equals(directory));
    }

    private static String directoryOf(String name) {
        return name.substring(0, Math.max(name.lastIndexOf('/'), 0));
    }

    /** The power fails: some of the changes are undone, the newest first. */
    void losePower(Map<String, SimFile> files, Chance chance) {
        int kept = chance.between(0, changes.size());
        for (var undone : changes.subList(kept, changes.size()).reversed()) {
            undone.undo(files);
        }
        changes.clear();
    }

    void clear() {
        changes.clear();
    }
}
