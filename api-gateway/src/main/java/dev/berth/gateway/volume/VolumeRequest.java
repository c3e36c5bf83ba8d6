package dev.berth.gateway.volume;

import dev.berth.gateway.edge.GivenName;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer sends to make a volume, or to change one; nothing in it is checked yet. Null is "not given".
 *
 * @param fromVolume whose data it begins with, by id or name
 * @param fromSnapshot as it was then
 */
public record VolumeRequest(
        @Nullable String name,
        @Nullable BigInteger sizeGib,
        @Nullable String fromVolume,
        @Nullable String fromSnapshot) {
    /** The greatest size: 16 TiB. */
    static final int MAX_GIB = 16_384;

    /** What was asked for, checked. */
    record Checked(
            String name,
            int sizeGib,
            @Nullable VolumeId originVolume,
            @Nullable SnapshotId originSnapshot) {}

    /** One of a name and a size. */
    public static VolumeRequest of(String name, int sizeGib) {
        return new VolumeRequest(name, BigInteger.valueOf(sizeGib), null, null);
    }

    /** Whether a text can be the name of a volume. */
    static boolean isName(String text) {
        return GivenName.is(text) && !text.startsWith(VolumeId.PREFIX + "_");
    }

    /**
     * Checks the fields that stand for themselves.
     *
     * @param least the smallest size
     * @param usual the size where none is given; 0 where one must be
     * @throws Refusal 422 with every field that is wrong
     */
    Checked check(@Nullable String nameNow, int usual, int least) {
        List<FieldError> errors = new ArrayList<>();
        String checkedName = name == null ? nameNow : name;
        if (checkedName == null || checkedName.isEmpty()) {
            errors.add(new FieldError("name", "is required"));
            checkedName = "";
        } else if (name != null && !isName(name)) {
            errors.add(
                    new FieldError(
                            "name",
                            "must have 1 to 64 letters, digits, '_', '.' and '-', begin with a letter or digit and not look like an id"));
        }
        int size = usual;
        if (sizeGib == null) {
            if (usual == 0) {
                errors.add(new FieldError("size_gib", "is required"));
            }
        } else if (sizeGib.compareTo(BigInteger.valueOf(least)) < 0
                || sizeGib.compareTo(BigInteger.valueOf(MAX_GIB)) > 0) {
            errors.add(new FieldError(
                    "size_gib",
                    least > 1 && sizeGib.compareTo(BigInteger.valueOf(least)) < 0
                            ? "must not be smaller than %d, what there is; copy what you need to a smaller volume"
                                    .formatted(least)
                            : "must be from %d to %d".formatted(least, MAX_GIB)));
        } else {
            size = sizeGib.intValueExact();
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return new Checked(checkedName, size, null, null);
    }
}
