package io.kvs.cli.oneshot;

import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.oneshot.NotSimpleException;
import io.kvs.oneshot.OneShot;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Whole stores with small segments, and single operations, on one disk.
final class Stores {
    static final KvsOptions SMALL_SEGMENTS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(8 << 10)
                    .withCompactionThresholdBytes(4 << 10);

    private Stores() {}

    static LogStore open(Disk disk) {
        return open(disk, new StepBackground());
    }

    static LogStore open(Disk disk, Background background) {
        return open(disk, background, InstantSource.system());
    }

    static LogStore open(Disk disk, Background background, InstantSource clock) {
        return LogStore.open(disk, SMALL_SEGMENTS, background, new SplittableRandom(7), clock);
    }

    static @Nullable String get(Disk disk, String key) throws NotSimpleException {
        byte[] value = new OneShot(disk).get(bytes(key));
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    static void set(Disk disk, String key, String value) throws NotSimpleException {
        new OneShot(disk).set(bytes(key), bytes(value), true);
    }

    static void remove(Disk disk, String key) throws NotSimpleException {
        new OneShot(disk).remove(bytes(key), true);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
