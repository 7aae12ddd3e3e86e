/**
 * Runs TorchScript models over memory that is already there, by libtorch through JavaCPP.
 *
 * <p>{@link dev.squall.torch.TorchEngine} is found by {@link java.util.ServiceLoader} and loads the
 * native libraries with the first model: about a second, and some more the first time on a machine,
 * when 445 MB are unpacked into JavaCPP's cache ({@code ~/.javacpp/cache}, or {@code
 * -Dorg.bytedeco.javacpp.cachedir}). What a process that runs models should be started with is said
 * once, in {@link dev.squall.torch.TorchRuntime#JVM_FLAGS} and {@link
 * dev.squall.torch.TorchRuntime#ENVIRONMENT}.
 *
 * <p>The way of one run: {@link dev.squall.torch.TorchModel} checks the inputs, {@code
 * TensorMemory} lays tensors over their memory, libtorch runs on the calling thread and on no
 * other, and {@code TorchInference} hands out the outputs' memory until it is closed.
 */
@NullMarked
package dev.squall.torch;

import org.jspecify.annotations.NullMarked;
