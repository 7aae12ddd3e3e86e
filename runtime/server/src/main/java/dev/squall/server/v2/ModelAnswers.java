package dev.squall.server.v2;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.squall.node.Node;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.TensorSpec;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** What the protocol tells of models, in its own words. */
@Singleton
final class ModelAnswers {

    private final Node node;
    private final CodecTimes times;

    ModelAnswers(Node node, CodecTimes times) {
        this.node = node;
        this.times = times;
    }

    /** A tensor's description. */
    record TensorMetadata(String name, String datatype, List<Long> shape) {

        static TensorMetadata of(TensorSpec spec) {
            return new TensorMetadata(spec.name(), spec.type().name(), spec.shape());
        }
    }

    /** A model's description. */
    record Metadata(
            String name,
            List<String> versions,
            String platform,
            List<TensorMetadata> inputs,
            List<TensorMetadata> outputs) {

        static Metadata of(ModelSpec spec) {
            return new Metadata(
                    spec.name(),
                    List.of(Integer.toString(spec.version())),
                    spec.platform(),
                    spec.inputs().stream().map(TensorMetadata::of).toList(),
                    spec.outputs().stream().map(TensorMetadata::of).toList());
        }
    }

    /** A tensor as Triton's model configuration has it. */
    record ConfigTensor(String name, @JsonProperty("data_type") String dataType, List<Long> dims) {

        static ConfigTensor of(TensorSpec spec) {
            var type = spec.type().name().equals("BYTES") ? "STRING" : spec.type().name();
            return new ConfigTensor(spec.name(), "TYPE_" + type, spec.shape());
        }
    }

    /** A model's configuration, after Triton. */
    record Config(
            String name,
            String platform,
            @JsonProperty("max_batch_size") int maxBatchSize,
            List<ConfigTensor> input,
            List<ConfigTensor> output) {

        static Config of(ModelSpec spec) {
            return new Config(
                    spec.name(),
                    spec.platform(),
                    0,
                    spec.inputs().stream().map(ConfigTensor::of).toList(),
                    spec.outputs().stream().map(ConfigTensor::of).toList());
        }
    }

    /** A duration that happened so often. */
    record Duration(long count, long ns) {}

    /** A model's statistics. */
    record Statistics(
            String name,
            String version,
            @JsonProperty("last_inference") long lastInference,
            @JsonProperty("inference_count") long inferenceCount,
            @JsonProperty("execution_count") long executionCount,
            @JsonProperty("inference_stats") Map<String, Duration> inferenceStats,
            @JsonProperty("batch_stats") List<Object> batchStats) {}

    /** Statistics of several models. */
    record AllStatistics(@JsonProperty("model_stats") List<Statistics> modelStats) {}

    Statistics statistics(ModelSpec spec) {
        var stats = node.models().stats(spec.name());
        var codec = times.of(spec.name());
        long done = stats.successes();
        long nanos =
                stats.queueNanos() + stats.inferNanos() + codec.inputNanos() + codec.outputNanos();
        return new Statistics(
                spec.name(),
                Integer.toString(spec.version()),
                stats.lastMillis(),
                done,
                done,
                Map.of(
                        "success", new Duration(done, nanos),
                        "fail", new Duration(stats.failures(), 0),
                        "queue", new Duration(done, stats.queueNanos()),
                        "compute_input", new Duration(codec.count(), codec.inputNanos()),
                        "compute_infer", new Duration(done, stats.inferNanos()),
                        "compute_output", new Duration(codec.count(), codec.outputNanos()),
                        "cache_hit", new Duration(0, 0),
                        "cache_miss", new Duration(0, 0)),
                List.of());
    }
}
