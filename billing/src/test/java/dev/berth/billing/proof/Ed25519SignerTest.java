package dev.berth.billing.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Ed25519SignerTest {
    private static final KeyPair PAIR = Ed25519.pair();
    private static final Ed25519Signer SIGNER =
            Ed25519Signer.of(base64(PAIR.getPrivate().getEncoded()));

    @Property(tries = 50)
    void signsAsJavaDoes(@ForAll byte[] message) throws GeneralSecurityException {
        Signature java = Signature.getInstance(Ed25519.NAME);
        java.initSign(PAIR.getPrivate());
        java.update(message);
        String signed = SIGNER.sign(message);
        assertThat(signed).isEqualTo(base64(java.sign()));
        assertThat(Ed25519.verifies(base64(PAIR.getPublic().getEncoded()), message, signed))
                .isTrue();
    }

    @Test
    void aKeyOfAnotherKindIsRefused() throws GeneralSecurityException {
        String rsa = base64(KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded());
        assertThatThrownBy(() -> Ed25519Signer.of(rsa)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ed25519Signer.of("AAAA")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ed25519Signer.of("no base64")).isInstanceOf(IllegalArgumentException.class);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
