package io.kvs.bench;

import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.io.RealDisk;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Appending records to a mapped segment, and reading them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RecordBenchmark {
    private static final int RECORDS = 10_000;
    private static final int SEGMENT_BYTES = 32 << 20;
    private static final String NAME = "segment";

    /// Bytes of a value.
    @Param({"100", "1000"})
    public int valueBytes;

    private final byte[] key = new byte[16];
    private final long[] offsets = new long[RECORDS];
    private final SplittableRandom random = new SplittableRandom(1);
    private byte[] value = {};
    private @Nullable Path directory;
    private @Nullable MappedFile file;
    private @Nullable Segment segment;

    /// Makes a segment of zeros.
    @Setup(Level.Trial)
    public void create() throws IOException {
        directory = Files.createTempDirectory("kvs-bench");
        value = new byte[valueBytes];
        random.nextBytes(value);
        Disk disk = new RealDisk(directory);
        try (DiskFile created = disk.create(NAME)) {
            byte[] zeros = new byte[1 << 20];
            for (int at = 0; at < SEGMENT_BYTES; at += zeros.length) {
                created.write(at, zeros, 0, zeros.length);
            }
            file = created.map(SEGMENT_BYTES, Disk.Access.READ_WRITE);
        }
        segment = new Segment(0, 1, false, 1, 2, PositionMask.salt(1, 1), NAME, file);
        append();
    }

    /// Deletes the segment.
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        if (file != null && directory != null) {
            file.close();
            Files.delete(directory.resolve(NAME));
            Files.delete(directory);
        }
    }

    /// Appends records over zeros, which are put back first.
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long append() {
        if (file == null || segment == null) {
            return -1;
        }
        file.memory().asSlice(0, RECORDS * (valueBytes + 64L)).fill((byte) 0);
        SegmentWriter writer =
                new SegmentWriter(segment, file, SegmentHeader.BYTES, 0, SEGMENT_BYTES);
        for (int i = 0; i < RECORDS; i++) {
            offsets[i] = writer.appendValue(key, value, RecordHeader.NEVER, 0);
        }
        return writer.tail();
    }

    /// Reads and verifies a record.
    @Benchmark
    public byte @Nullable [] read() {
        return segment == null ? null : segment.read(offsets[random.nextInt(RECORDS)], key);
    }
}
