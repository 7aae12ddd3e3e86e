package dev.squall.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.base.Failure;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {

    private static String refusal(String text) {
        var failure = assertThrows(Failure.class, () -> Member.parse(text), text);
        assertEquals(Failure.Kind.INVALID, failure.kind());
        return String.valueOf(failure.getMessage());
    }

    @Test
    void aListIsReadAndSortedById() {
        assertEquals(
                List.of(
                        new Member(1, "10.0.0.1", 9090, "http://10.0.0.1:8080"),
                        new Member(2, "::1", 9091, "https://two.example"),
                        new Member(10, "ten", 65535, "http://ten:80/x")),
                Member.parse(
                        "10@ten:65535@http://ten:80/x, 1@10.0.0.1:9090@http://10.0.0.1:8080,"
                                + "2@::1:9091@https://two.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1@a:1",
                "x@a:1@http://a",
                "1@a@http://a",
                "1@a:1@ftp://a",
                "1@:1@http://a"
            })
    void anythingElseIsRefusedWithTheForm(String text) {
        assertEquals(
                "squall.members: member '" + text + "' is not <id>@<host>:<port>@<rest url>",
                refusal(text));
    }

    @Test
    void numbersOutOfRangeAreNamed() {
        for (var text : List.of("0@a:1@http://a", "1@a:0@http://a", "1@a:65536@http://a")) {
            assertEquals(
                    "squall.members: member '%s': ids begin at 1, ports are 1 to 65535"
                            .formatted(text),
                    refusal(text));
        }
    }

    @Test
    void anIdStandsForOneMember() {
        assertEquals(
                "squall.members: member 2 is listed twice",
                refusal("2@a:1@http://a,1@a:2@http://a,2@a:3@http://a"));
    }

    @Test
    void thereIsALimit() {
        assertEquals(Member.MEMBERS_MAX, Member.parse(members(Member.MEMBERS_MAX)).size());
        assertEquals("squall.members: 65 members; the limit is 64", refusal(members(65)));
    }

    private static String members(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> i + "@h:" + (9000 + i) + "@http://h:" + i)
                .collect(Collectors.joining(","));
    }
}
