package dev.squall.fabric.tls;

import dev.squall.fabric.FabricEnds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Who calls a member with the JDK's own sockets, and believes everybody. */
final class TlsCaller {

    private final SSLContext context;
    private final String protocol;

    private TlsCaller(SSLContext context, String protocol) {
        this.context = context;
        this.protocol = protocol;
    }

    /** One who shows what is in a directory, whatever it is worth. */
    static TlsCaller of(Path shown, String protocol) throws IOException, GeneralSecurityException {
        var chain = Pem.certificates(shown.resolve(Credentials.CERTIFICATE));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "node",
                Pem.key(shown.resolve(Credentials.KEY), "EC"),
                new char[0],
                chain.toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, new char[0]);
        return with(keys.getKeyManagers(), protocol);
    }

    /** One who shows nothing. */
    static TlsCaller silent() throws GeneralSecurityException {
        return with(new KeyManager[0], "TLSv1.3");
    }

    private static TlsCaller with(KeyManager[] keys, String protocol)
            throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new Credulous()}, null);
        return new TlsCaller(context, protocol);
    }

    /** Connects to member 1; the handshake is made by the first read. */
    SSLSocket connect(FabricEnds ends) throws IOException {
        var to = ends.address(1);
        var socket =
                (SSLSocket) context.getSocketFactory().createSocket(to.getAddress(), to.getPort());
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    /** The first words of a handshake. */
    static byte[] clientHello() throws GeneralSecurityException, IOException {
        var engine = silent().context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        var hello = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.position()];
        hello.get(0, bytes);
        return bytes;
    }

    /** Does what blocks on another thread, while all ends have turns. */
    static <T> T whilePumping(FabricEnds ends, Callable<T> what) throws IOException {
        var task = new FutureTask<>(what);
        Thread.ofPlatform().daemon().start(task);
        ends.pump("an answer", task::isDone);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Credulous implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
