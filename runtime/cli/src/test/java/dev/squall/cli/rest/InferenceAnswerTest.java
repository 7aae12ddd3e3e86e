package dev.squall.cli.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.cli.terminal.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InferenceAnswerTest {

    private static byte[] join(String head, byte[]... tensors) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        for (byte[] tensor : tensors) {
            all.writeBytes(tensor);
        }
        return all.toByteArray();
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void jsonAloneStaysAsItIs() {
        String json = "{\"outputs\":[{\"name\":\"a\",\"data\":[1,2]}]}";
        assertEquals(json, InferenceAnswer.parse(join(json), -1).toString());
    }

    @Test
    void binaryOutputsBecomeNumbersAndText() {
        String head =
                """
                {"outputs":[\
                {"name":"p","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}},\
                {"name":"i","datatype":"INT64","shape":[1],"parameters":{"binary_data_size":8}},\
                {"name":"u","datatype":"UINT8","shape":[1],"parameters":{"binary_data_size":1}},\
                {"name":"h","datatype":"FP16","shape":[1],"parameters":{"binary_data_size":2}},\
                {"name":"s","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}}]}\
                """;
        byte[] body =
                join(
                        head,
                        bytes(8).putFloat(0.5f).putFloat(-2).array(),
                        bytes(8).putLong(-7).array(),
                        new byte[] {(byte) 200},
                        bytes(2).putShort(Float.floatToFloat16(1.5f)).array(),
                        bytes(11)
                                .putInt(2)
                                .put((byte) 'h')
                                .put((byte) 'i')
                                .putInt(1)
                                .put((byte) '!')
                                .array());
        var outputs = InferenceAnswer.parse(body, head.length()).path("outputs");
        assertEquals("[0.5,-2.0]", outputs.at("/0/data").toString());
        assertEquals("[-7]", outputs.at("/1/data").toString());
        assertEquals("[200]", outputs.at("/2/data").toString());
        assertEquals("[1.5]", outputs.at("/3/data").toString());
        assertEquals("[\"hi\",\"!\"]", outputs.at("/4/data").toString());
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        for (Object[] bad :
                new Object[][] {
                    {"FP32", 9}, {"FP32", -1}, {"FP32", 6}, {"FP99", 4}, {"BYTES", 8}, {"BYTES", 2}
                }) {
            String whole =
                    """
                    {"outputs":[{"datatype":"%s","parameters":{"binary_data_size":%d}}]}\
                    """
                            .formatted(bad);
            byte[] body = join(whole, bytes(8).putInt(5).array());
            assertThrows(Failure.class, () -> InferenceAnswer.parse(body, whole.length()), whole);
        }
        assertThrows(Failure.class, () -> InferenceAnswer.parse(join("{}"), 3));
    }
}
