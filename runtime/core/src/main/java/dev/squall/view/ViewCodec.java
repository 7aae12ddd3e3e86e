package dev.squall.view;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of votes and rows, on boards and on disk (see docs/FORMATS.md). Numbers are big-endian;
 * lists begin with their length, optional parts with a byte that says whether they are there. What
 * is read was written by another node: every length is checked before it is believed.
 */
public final class ViewCodec {

    private static final int FORMAT = 3;

    /** The first: reports did not say how late the latest version is, nor which shards are busy. */
    private static final int OLDEST = 1;

    /** The first that tells who has lost a disk; before, such a node did not vote. */
    private static final int LOST = 3;

    /** Reports of a decision: those of both views' members. */
    private static final int REPORTS_MAX = 2 * Member.MEMBERS_MAX;

    /** Holdings of a report: the shards of a cluster. */
    private static final int HOLDINGS_MAX = 8192;

    private ViewCodec() {}

    /** Writes one part. */
    private interface Part {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads one part. */
    private interface Reader<T> {
        T read(Input in) throws IOException;
    }

    /** Bytes, and the format they are in. */
    private static final class Input extends DataInputStream {
        private int format = FORMAT;

        Input(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }
    }

    private static byte[] bytes(Part part) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            part.write(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static <T> T parse(byte[] bytes, Reader<T> reader) throws IOException {
        try (var in = new Input(bytes)) {
            in.format = in.readUnsignedByte();
            if (in.format < OLDEST || in.format > FORMAT) {
                throw new IOException(
                        "format %d; this node reads %d to %d".formatted(in.format, OLDEST, FORMAT));
            }
            var value = reader.read(in);
            if (in.read() >= 0) {
                throw new IOException("there are bytes behind its end");
            }
            return value;
        } catch (RuntimeException e) {
            throw new IOException("malformed: " + e.getMessage(), e);
        }
    }

    /** A decision as a document of the system shard. */
    public static byte[] write(Decision decision) {
        return bytes(out -> decision(out, decision));
    }

    /** Reads what {@link #write(Decision)} wrote. */
    public static Decision readDecision(byte[] bytes) throws IOException {
        return parse(bytes, ViewCodec::decision);
    }

    /** A vote as a file: guarded, for nobody may vote twice. */
    public static byte[] write(Vote vote) {
        var body = bytes(out -> vote(out, vote));
        return bytes(out -> {
            out.writeInt(crc(body));
            out.write(body);
        });
    }

    /** Reads what {@link #write(Vote)} wrote. */
    public static Vote readVote(byte[] bytes) throws IOException {
        return parse(
                bytes,
                in -> {
                    int expected = in.readInt();
                    var body = in.readAllBytes();
                    if (crc(body) != expected || body[0] != in.format) {
                        throw new IOException("its checksum does not match");
                    }
                    return parse(body, ViewCodec::vote);
                });
    }

    static byte[] write(Row row) {
        return bytes(out -> row(out, row));
    }

    static Row readRow(byte[] bytes) throws IOException {
        return parse(bytes, ViewCodec::row);
    }

    static int crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void row(DataOutputStream out, Row row) throws IOException {
        seat(out, row.seat());
        out.writeUTF(row.wish().name());
        vote(out, row.vote());
        out.writeBoolean(row.remembers());
        optional(out, row.report(), ViewCodec::report);
        list(out, row.links(), ViewCodec::seat);
        out.writeLong(row.installed());
        optional(out, row.proposal(), ViewCodec::proposal);
    }

    private static Row row(Input in) throws IOException {
        return new Row(
                seat(in),
                Row.Wish.valueOf(in.readUTF()),
                vote(in),
                in.format < LOST || in.readBoolean(),
                optional(in, ViewCodec::report),
                list(in, Member.MEMBERS_MAX, ViewCodec::seat),
                in.readLong(),
                optional(in, ViewCodec::proposal));
    }

    private static void proposal(DataOutputStream out, Row.Proposal p) throws IOException {
        out.writeLong(p.view());
        out.writeLong(p.ballot());
        optional(out, p.value(), ViewCodec::decision);
    }

    private static Row.Proposal proposal(Input in) throws IOException {
        return new Row.Proposal(in.readLong(), in.readLong(), optional(in, ViewCodec::decision));
    }

    private static void vote(DataOutputStream out, Vote vote) throws IOException {
        decision(out, vote.decided());
        out.writeLong(vote.promised());
        out.writeLong(vote.accepted());
        optional(out, vote.value(), ViewCodec::decision);
        out.writeLong(vote.since());
    }

    private static Vote vote(Input in) throws IOException {
        return new Vote(
                decision(in),
                in.readLong(),
                in.readLong(),
                optional(in, ViewCodec::decision),
                in.format < LOST ? 0 : in.readLong());
    }

    private static void decision(DataOutputStream out, Decision d) throws IOException {
        out.writeLong(d.view().id());
        list(out, d.view().seats(), ViewCodec::seat);
        out.writeLong(d.previous());
        list(out, d.metadata(), DataOutputStream::writeInt);
        list(out, d.reports(), ViewCodec::report);
    }

    private static Decision decision(Input in) throws IOException {
        var view = new View(in.readLong(), list(in, Member.MEMBERS_MAX, ViewCodec::seat));
        return new Decision(
                view,
                in.readLong(),
                list(in, Member.MEMBERS_MAX, Input::readInt),
                list(in, REPORTS_MAX, ViewCodec::report));
    }

    private static void report(DataOutputStream out, Report r) throws IOException {
        out.writeInt(r.node());
        out.writeLong(r.incarnation());
        out.writeBoolean(r.live());
        out.writeLong(r.knows());
        out.writeLong(r.since());
        out.writeLong(r.floor());
        out.writeLong(r.latest());
        list(out, r.busy(), DataOutputStream::writeInt);
        list(out, r.holdings(), ViewCodec::holding);
    }

    private static Report report(Input in) throws IOException {
        return new Report(
                in.readInt(),
                in.readLong(),
                in.readBoolean(),
                in.readLong(),
                in.format < LOST ? 0 : in.readLong(),
                in.readLong(),
                in.format == OLDEST ? 0 : in.readLong(),
                in.format == OLDEST ? List.of() : list(in, HOLDINGS_MAX, Input::readInt),
                list(in, HOLDINGS_MAX, ViewCodec::holding));
    }

    private static void holding(DataOutputStream out, Holding h) throws IOException {
        out.writeInt(h.shard());
        out.writeLong(h.view());
        out.writeBoolean(h.exact());
        out.writeLong(h.whole());
        out.writeLong(h.received());
        out.writeLong(h.lastVersion());
    }

    private static Holding holding(Input in) throws IOException {
        return new Holding(
                in.readInt(),
                in.readLong(),
                in.readBoolean(),
                in.readLong(),
                in.readLong(),
                in.readLong());
    }

    private static void seat(DataOutputStream out, Seat s) throws IOException {
        var m = s.member();
        out.writeInt(m.id());
        out.writeUTF(m.host());
        out.writeInt(m.port());
        out.writeUTF(m.rest());
        out.writeLong(s.incarnation());
    }

    private static Seat seat(Input in) throws IOException {
        var member = new Member(in.readInt(), in.readUTF(), in.readInt(), in.readUTF());
        return new Seat(member, in.readLong());
    }

    /** Writes one element. */
    private interface Writer<T> {
        void write(DataOutputStream out, T value) throws IOException;
    }

    private static <T> void list(DataOutputStream out, List<T> values, Writer<T> writer)
            throws IOException {
        out.writeInt(values.size());
        for (var value : values) {
            writer.write(out, value);
        }
    }

    private static <T> List<T> list(Input in, int max, Reader<T> reader) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > max) {
            throw new IOException("a list of " + count + "; the limit is " + max);
        }
        var values = new ArrayList<T>();
        for (int i = 0; i < count; i++) {
            values.add(reader.read(in));
        }
        return values;
    }

    private static <T> void optional(DataOutputStream out, @Nullable T value, Writer<T> writer)
            throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writer.write(out, value);
        }
    }

    private static <T> @Nullable T optional(Input in, Reader<T> reader) throws IOException {
        return in.readBoolean() ? reader.read(in) : null;
    }
}
