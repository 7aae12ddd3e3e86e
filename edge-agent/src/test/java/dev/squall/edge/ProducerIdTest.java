package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProducerIdTest {

    @Test
    void theTripleNamesAgentCameraRunAndFrame() {
        assertEquals(
                "edge-1.cameras.gate/1700/42",
                ProducerId.of("edge-1", "/cameras/gate", 1_700).triple(42));
    }

    @Test
    void differentCamerasNeverShareAnId() {
        Set<String> ids = new HashSet<>();
        var agents = List.of("a", "a.b", "a_b", "a_2eb");
        var keys = List.of("/c", "/b/c", "/b.c", "/b_c", "/b_2ec", "/b_/c", "/ü", "/b c", "/b%c");
        for (String agent : agents) {
            for (String key : keys) {
                String id = ProducerId.of(agent, key, 1).id();
                assertTrue(id.matches("[A-Za-z0-9._-]+"), id);
                assertTrue(ids.add(id), id + " comes twice");
            }
        }
    }

    @Test
    void anIdHasALimit() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ProducerId.of("a", "/" + "k".repeat(300), 1));
        assertTrue(String.valueOf(error.getMessage()).contains("limit is 200"));
    }
}
