package dev.berth.client.call;

import java.io.Serial;
import java.security.Provider;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What a client of plain HTTP is given in place of TLS. Without it the JDK's client makes one ready, with its providers and certificates, which
 * takes longer than the call. It opens no connection: an address of https never gets it.
 */
final class NoTls extends SSLContext {
    NoTls() {
        super(new None(), new Nobody(), "none");
    }

    private static final class Nobody extends Provider {
        @Serial
        private static final long serialVersionUID = 1L;

        Nobody() {
            super("berth-none", "1", "no TLS");
        }
    }

    private static final class None extends SSLContextSpi {
        private static UnsupportedOperationException no() {
            return new UnsupportedOperationException("this client speaks plain HTTP");
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {
            throw no();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw no();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw no();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw no();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw no();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw no();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw no();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return new SSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return new SSLParameters();
        }
    }
}
