package dev.squall.server.v2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import dev.squall.udl.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients send, what they should not send, and what nobody would. */
class RequestReaderTest {

    private static final String TWO_BY_TWO = "'name':'x','shape':[2,2],'datatype':'FP32'";

    private static ModelSpec model(DataType type, Long... shape) {
        return new ModelSpec(
                "m",
                1,
                "test",
                List.of(new TensorSpec("x", type, List.of(shape))),
                List.of(new TensorSpec("y", type, List.of(shape))));
    }

    private static final ModelSpec FP32 = model(DataType.FP32, -1L, 2L);

    private static InferRequest read(ModelSpec model, String json, @Nullable String header) {
        var bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return RequestReader.read(model, bytes, header);
    }

    private static float[] floats(Tensor tensor) {
        return tensor.bytes().toArray(ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'inputs':[{" + TWO_BY_TWO + ",'data':[1,2.5,-3,4e1]}]}",
                "{'inputs':[{" + TWO_BY_TWO + ",'data':[[1,2.5],[-3,4e1]]}]}",
                "{'inputs':[{'data':[[1,2.5],[-3,4e1]]," + TWO_BY_TWO + "}],'id':'7'}",
                "{'parameters':{'sequence_id':3,'x':{'y':[1]}},'inputs':[{'extra':[{}],"
                        + TWO_BY_TWO
                        + ",'data':[1,2.5,-3,40]}],'more':{}}"
            })
    void jsonInEveryForm(String json) {
        var request = read(FP32, json, null);
        assertArrayEquals(new float[] {1, 2.5f, -3, 40}, floats(request.inputs().getFirst()));
        assertEquals(json.contains("'id'") ? "7" : null, request.id());
        assertEquals(0, request.inputs().getFirst().bytes().address() % TensorBuilder.ALIGNMENT);
    }

    /** As tritonclient sends by default: binary in, binary out, nothing named. */
    @Test
    void binary() {
        var head =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\","
                        + "\"parameters\":{\"binary_data_size\":8}}],"
                        + "\"parameters\":{\"binary_data_output\":true}}";
        var body = body(head, 1.5f, -2);
        var request = RequestReader.read(FP32, body, Integer.toString(head.length()));
        assertArrayEquals(new float[] {1.5f, -2}, floats(request.inputs().getFirst()));
        assertTrue(request.binary());
        assertEquals(List.of(), request.outputs());
    }

    private static byte[] body(String head, float... tensor) {
        var body = ByteBuffer.allocate(head.length() + 4 * tensor.length);
        body.put(head.getBytes(StandardCharsets.UTF_8));
        body.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(tensor);
        return body.array();
    }

    @Test
    void namedOutputs() {
        var request =
                read(
                        FP32,
                        "{'inputs':[{"
                                + TWO_BY_TWO
                                + ",'data':[1,2,3,4]}],'outputs':[{'name':'y'},"
                                + "{'name':'z','parameters':{'binary_data':true}}]}",
                        null);
        assertEquals("y", request.outputs().getFirst().name());
        assertNull(request.outputs().getFirst().binary());
        assertEquals(true, request.outputs().getLast().binary());
    }

    @Test
    void raw() {
        var request = RequestReader.read(FP32, body("", 0, 1, 2, 3, 4, 5), "0");
        assertEquals(List.of(3L, 2L), request.inputs().getFirst().shape());
        assertTrue(request.binary());

        var image = RequestReader.read(model(DataType.BYTES, 1L), new byte[] {9, 8}, "0");
        assertArrayEquals(
                new byte[] {2, 0, 0, 0, 9, 8},
                image.inputs().getFirst().bytes().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void textsAreLengthPrefixed() {
        var request =
                read(
                        model(DataType.BYTES, -1L),
                        "{'inputs':[{'name':'x','shape':[2],'datatype':'BYTES','data':['ü','']}]}",
                        null);
        assertArrayEquals(
                new byte[] {2, 0, 0, 0, (byte) 0xC3, (byte) 0xBC, 0, 0, 0, 0},
                request.inputs().getFirst().bytes().toArray(ValueLayout.JAVA_BYTE));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "``, null",
                "`[]`, null",
                "`{`, null",
                "`{} {}`, null",
                "`{'inputs':{}}`, null",
                "`{'inputs':[1]}`, null",
                "`{'inputs':[]}`, null",
                "`{'inputs':[{'name':'z','shape':[1,2],'datatype':'FP32','data':[1,2]}]}`, null",
                "`{'inputs':[{'name':'x','datatype':'FP32','data':[1,2]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,3],'datatype':'FP32','data':[1,2,3]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP64','data':[1,2]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FLOAT','data':[1,2]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,'a']}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,null]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,{}]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32'}]}`, null",
                "`{'inputs':[{'name':'x','shape':[-1,2],'datatype':'FP32','data':[1,2]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[9223372036854775807,2],'datatype':'FP32',"
                        + "'data':[1,2]}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32',"
                        + "'parameters':{'binary_data_size':8}}]}`, null",
                "`{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32',"
                        + "'parameters':{'shared_memory_region':'r'}}]}`, null",
                "`abc`, 0",
                "`{}`, 99",
                "`{}`, -1",
                "`{}`, x"
            })
    void whatIsRefused(String json, String header) {
        var e =
                assertThrows(
                        Failure.class,
                        () -> read(FP32, json, header.equals("null") ? null : header));
        assertEquals(Failure.Kind.INVALID, e.kind(), e.getMessage());
    }

    @Test
    void wholeNumbersStayInTheirType() {
        var bytes = model(DataType.UINT8, -1L);
        var good = "{'inputs':[{'name':'x','shape':[2],'datatype':'UINT8','data':[0,255]}]}";
        assertArrayEquals(
                new byte[] {0, -1},
                read(bytes, good, null).inputs().getFirst().bytes().toArray(ValueLayout.JAVA_BYTE));
        for (var element : List.of("256", "-1", "1.5", "true", "'1'", "1e400")) {
            var bad = good.replace("255", element);
            assertThrows(Failure.class, () -> read(bytes, bad, null), element);
        }
        var large = "{'inputs':[{'name':'x','shape':[1],'datatype':'UINT64','data':[%s]}]}";
        var most = read(model(DataType.UINT64, 1L), large.formatted("18446744073709551615"), null);
        assertEquals(-1, most.inputs().getFirst().bytes().get(ValueLayout.JAVA_LONG, 0));
        assertThrows(
                Failure.class,
                () ->
                        read(
                                model(DataType.UINT64, 1L),
                                large.formatted("18446744073709551616"),
                                null));
    }

    /** Numbers go in as JSON, come out as JSON, and are the same. */
    @ParameterizedTest
    @EnumSource(DataType.class)
    void aTensorComesBackAsItWent(DataType type) {
        var spec = model(type, 3L);
        var data =
                switch (type) {
                    case BOOL -> "[true,false,true]";
                    case BYTES -> "[\"a\",\"\",\"ü\"]";
                    case FP16, BF16, FP32, FP64 -> "[0.5,-2.0,96.0]";
                    default -> "[0,7,100]";
                };
        var json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[3],\"datatype\":\"%s\",\"data\":%s}]}"
                        .formatted(type, data);
        var request = read(spec, json, null);
        var x = request.inputs().getFirst();
        var y = new Tensor("y", x.type(), x.shape(), x.bytes());
        var reply = InferReply.of(spec, request, List.of(y));
        var text = new String(reply.body(), StandardCharsets.UTF_8);
        assertTrue(text.contains("\"data\":" + data), text);
        assertEquals(-1, reply.headLength());
    }

    @Test
    void binaryOutputsFollowTheHead() {
        var request =
                new InferRequest(
                        "i", List.of(), List.of(new InferRequest.Wanted("y", true)), false);
        var y = new TensorBuilder("y", DataType.INT32, 64);
        assertEquals(0, y.count());
        var tensor =
                new Tensor(
                        "y",
                        DataType.INT32,
                        List.of(1L),
                        TensorBuilder.copy(MemorySegment.ofArray(new byte[] {1, 2, 3, 4})));
        var reply = InferReply.of(model(DataType.INT32, 1L), request, List.of(tensor));
        var head = new String(reply.body(), 0, reply.headLength(), StandardCharsets.UTF_8);
        assertTrue(head.endsWith("\"parameters\":{\"binary_data_size\":4}}]}"), head);
        assertTrue(head.contains("\"id\":\"i\""), head);
        assertEquals(reply.headLength() + 4, reply.body().length);
        var unknown =
                new InferRequest(
                        null, List.of(), List.of(new InferRequest.Wanted("z", null)), false);
        assertThrows(
                Failure.class,
                () -> InferReply.of(model(DataType.INT32, 1L), unknown, List.of(tensor)));
    }

    @Test
    void bfloatRoundsToNearest() {
        assertEquals((short) 0x3F80, TensorBuilder.bfloat(1));
        assertEquals((short) 0x4049, TensorBuilder.bfloat((float) Math.PI));
        assertEquals((short) 0x7F80, TensorBuilder.bfloat(Float.MAX_VALUE));
        assertEquals((short) 0x7FC0, TensorBuilder.bfloat(Float.NaN));
    }

    /** Whatever bytes come, with whatever header, they are decoded or refused as invalid. */
    @Test
    void noBytesBreakIt() {
        long seed = 20_261_122;
        var random = new Random(seed);
        var head =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\","
                        + "\"parameters\":{\"binary_data_size\":8}}],\"id\":\"7\","
                        + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var body = body(head, 1, 2);
            for (int n = random.nextInt(4); n > 0; n--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            var header = Integer.toString(head.length() + random.nextInt(5) - 2);
            try {
                RequestReader.read(FP32, body, header);
            } catch (Failure e) {
                refused++;
                assertEquals(Failure.Kind.INVALID, e.kind(), "seed " + seed + ", round " + i);
            }
        }
        assertTrue(refused > 10_000, refused + " refused");
    }
}
