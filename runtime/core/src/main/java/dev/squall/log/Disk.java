package dev.squall.log;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The disk, handed in from outside so that the simulator can break it. Names are relative paths.
 */
public interface Disk {

    /** Names of the directories, sorted. */
    List<String> directories() throws IOException;

    /** Names of the files in a directory, sorted; empty when there is none. */
    List<String> list(String directory) throws IOException;

    /** Opens a file for reading and appending, and makes it and its directories when missing. */
    DiskFile open(String name) throws IOException;

    /** Deletes a file; none there is fine. */
    void delete(String name) throws IOException;

    /** Returns when what was deleted in a directory, and made, is so after a power failure too. */
    void syncDirectory(String directory) throws IOException;

    /**
     * Writes a small file as a whole, so that after a crash either the old or the new one stands.
     */
    void replace(String name, byte[] content) throws IOException;

    /**
     * Gives a file that has been synced another name in the same directory, in place of what has
     * it. Sure once the directory is synced; a power failure before undoes it, or not, as a whole.
     */
    void rename(String from, String to) throws IOException;

    /** Reads a small file; empty when there is none. */
    byte[] read(String name) throws IOException;

    /** Somebody may still read a file that was mapped: writing to it would change what he reads. */
    interface Lease {

        /** Whether nobody can; stays so. */
        boolean ended();
    }

    /** One file. Used by one thread at a time. */
    interface DiskFile extends AutoCloseable {

        long size() throws IOException;

        /** Writes a range of memory at a place in the file. */
        void write(MemorySegment bytes, long from, long length, long at) throws IOException;

        /** Returns when everything written is on stable storage (fdatasync). */
        void sync() throws IOException;

        /** Cuts the file to a size. */
        void truncate(long size) throws IOException;

        /** The whole file, read-only, valid for as long as it is referenced, even when closed. */
        MemorySegment map() throws IOException;

        /** Tells when nobody can reach any more what {@link #map} has given. */
        Lease lease(MemorySegment mapped);

        @Override
        void close() throws IOException;
    }
}
