package dev.berth.schema.id;

import java.util.Arrays;
import java.util.UUID;

/** Crockford's base32 of 128 bits in 26 characters, big-endian, the first character 0 to 7 (TypeID specification 0.3). */
final class Base32 {
    static final int LENGTH = 26;
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final byte[] VALUE = new byte[128];

    static {
        Arrays.fill(VALUE, (byte) -1);
        for (byte i = 0; i < ALPHABET.length; i++) {
            VALUE[ALPHABET[i]] = i;
        }
    }

    private Base32() {}

    static String encode(UUID uuid) {
        long high = uuid.getMostSignificantBits();
        long low = uuid.getLeastSignificantBits();
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = ALPHABET[(int) (low & 31)];
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return new String(text);
    }

    static UUID decode(String suffix) {
        if (suffix.length() != LENGTH || suffix.charAt(0) > '7') {
            throw new IllegalArgumentException("not 26 base32 characters of 128 bits: '%s'".formatted(suffix));
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            char c = suffix.charAt(i);
            int value = c < 128 ? VALUE[c] : -1;
            if (value < 0) {
                throw new IllegalArgumentException("'%c' is no base32 character in '%s'".formatted(c, suffix));
            }
            high = (high << 5) | (low >>> 59);
            low = (low << 5) | value;
        }
        return new UUID(high, low);
    }
}
