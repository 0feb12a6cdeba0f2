package io.kvs.bench.scenario;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What the machine takes for a word at a random place of the files of a directory, which are in
/// the page cache: less than that no store needs for its first reads.
final class BareReads {
    private static final int ROUNDS = 30;

    private BareReads() {}

    /// Returns how long each of the first reads takes after the files have been mapped.
    static double mappedMicros(Path directory, int reads) throws IOException {
        Sample sample = new Sample();
        for (int round = 0; round < ROUNDS; round++) {
            try (Arena arena = Arena.ofShared()) {
                List<MemorySegment> files = new ArrayList<>();
                for (FileChannel file : open(directory)) {
                    try (file) {
                        files.add(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena));
                    }
                }
                SplittableRandom random = new SplittableRandom(round);
                long sum = 0;
                long start = System.nanoTime();
                for (int i = 0; i < reads; i++) {
                    MemorySegment file = files.get(random.nextInt(files.size()));
                    long place = random.nextLong(file.byteSize() - Long.BYTES);
                    sum += file.get(ValueLayout.JAVA_LONG_UNALIGNED, place);
                }
                sample.addSince(start);
                keep(sum);
            }
        }
        return sample.medianMicros() / reads;
    }

    /// Returns how long each read takes that is a call of the system.
    static double calledMicros(Path directory, int reads) throws IOException {
        Sample sample = new Sample();
        List<FileChannel> files = open(directory);
        long[] sizes = new long[files.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = files.get(i).size();
        }
        ByteBuffer word = ByteBuffer.allocateDirect(Long.BYTES);
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = new SplittableRandom(round);
            long sum = 0;
            long start = System.nanoTime();
            for (int i = 0; i < reads; i++) {
                int number = random.nextInt(sizes.length);
                long place = random.nextLong(sizes[number] - Long.BYTES);
                sum += files.get(number).read(word.clear(), place);
            }
            sample.addSince(start);
            keep(sum);
        }
        for (FileChannel file : files) {
            file.close();
        }
        return sample.medianMicros() / reads;
    }

    /// Opens the files that hold nearly all that there is: as large as a quarter of the largest.
    private static List<FileChannel> open(Path directory) throws IOException {
        List<FileChannel> files = new ArrayList<>();
        long largest = 0;
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                FileChannel file = FileChannel.open(path);
                files.add(file);
                largest = Math.max(largest, file.size());
            }
        }
        List<FileChannel> large = new ArrayList<>();
        for (FileChannel file : files) {
            if (file.size() >= largest / 4) {
                large.add(file);
            } else {
                file.close();
            }
        }
        return large;
    }

    private static void keep(long sum) {
        if (sum == Long.MIN_VALUE) {
            throw new IllegalStateException("no sum of words comes to this");
        }
    }
}
