package dev.berth.provisioner.testing;

import dev.berth.provisioner.volume.VolumeException;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Volumes in memory that fail, or end their caller after the deed, as told. */
public final class MemoryStore implements VolumeStore {
    /** One volume; its data is a word. */
    public static final class Kept {
        public int sizeGib;
        public String data = "";
        public final Map<SnapshotId, String> snapshots = new HashMap<>();
    }

    public final Map<VolumeId, Kept> kept = new HashMap<>();
    public final List<String> leases = new ArrayList<>();
    public final Set<VolumeId> adopted = new HashSet<>();
    public long roomGib = 1000;

    /** To whom the root of each volume was given last, as {@code uid:gid}. */
    public final Map<VolumeId, String> owners = new HashMap<>();

    /** How often a change was tried. */
    public int tries;

    /** Whether its disk is there. */
    public boolean mounted = true;

    /** What the next change ends with; null for nothing. */
    public VolumeException refusal;

    /** Whether the next change ends its caller once it is done. */
    public boolean crash;

    private void change(Runnable deed) {
        tries++;
        if (refusal != null) {
            throw refusal;
        }
        deed.run();
        if (crash) {
            crash = false;
            throw new MisbehavingEngine.Crash();
        }
    }

    @Override
    public String driver() {
        return "memory";
    }

    @Override
    public boolean enforcesSize() {
        return true;
    }

    @Override
    public long roomGib() {
        return roomGib;
    }

    @Override
    public boolean holds() {
        return mounted;
    }

    @Override
    public boolean has(VolumeId volume) {
        return mounted && kept.containsKey(volume);
    }

    @Override
    public void create(VolumeId volume, int sizeGib, VolumeId origin, SnapshotId snapshot) {
        change(() -> {
            Kept made = kept.computeIfAbsent(volume, _ -> new Kept());
            made.sizeGib = sizeGib;
            if (origin != null) {
                Kept from = kept.get(origin);
                made.data = snapshot == null ? from.data : from.snapshots.get(snapshot);
            }
        });
    }

    @Override
    public void grow(VolumeId volume, int sizeGib) {
        change(() -> kept.get(volume).sizeGib = sizeGib);
    }

    @Override
    public void take(VolumeId volume, SnapshotId snapshot) {
        change(() -> kept.get(volume).snapshots.putIfAbsent(snapshot, kept.get(volume).data));
    }

    @Override
    public void drop(VolumeId volume, SnapshotId snapshot) {
        change(() -> kept.get(volume).snapshots.remove(snapshot));
    }

    @Override
    public void restore(VolumeId volume, SnapshotId snapshot, int sizeGib) {
        change(() -> kept.get(volume).data = kept.get(volume).snapshots.get(snapshot));
    }

    @Override
    public void destroy(VolumeId volume) {
        change(() -> kept.remove(volume));
    }

    @Override
    public void adopt(VolumeId volume, int uid, int gid) {
        adopted.add(volume);
        owners.put(volume, uid + ":" + gid);
    }

    @Override
    public Path data(VolumeId volume) {
        return Path.of("/volumes", volume.toString());
    }

    @Override
    public Path lease(VolumeId volume, long fence) {
        leases.removeIf(name -> name.startsWith(volume + "."));
        leases.add(volume + "." + fence);
        return Path.of("/leases", volume + "." + fence);
    }
}
