package io.kvs.testkit;

import io.kvs.io.Disk;
import java.util.concurrent.atomic.AtomicLong;

/// A disk by whose clock every read is slow, so that a store keeps what it reads in its cache of
/// values. Safe for use by several threads.
public final class SlowDisk extends ForwardingDisk {
    private static final long READ_NANOS = 50_000;

    private final AtomicLong nanos = new AtomicLong();

    /// Makes another disk slow.
    public SlowDisk(Disk disk) {
        super(disk);
    }

    @Override
    public long nanos() {
        return nanos.addAndGet(READ_NANOS);
    }
}
