package io.kvs.crash;

import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Goes through all cases on all processors.
final class Sweep {
    private Sweep() {}

    /// Does something for every number from `first` to `last`; throws an error if one was thrown.
    static void forEach(long first, long last, LongConsumer action) {
        Optional<Throwable> found =
                LongStream.rangeClosed(first, last)
                        .parallel()
                        .mapToObj(number -> attempt(number, action))
                        .flatMap(Optional::stream)
                        .findAny();
        found.ifPresent(error -> {
            throw new AssertionError(error.getMessage(), error);
        });
    }

    private static Optional<Throwable> attempt(long number, LongConsumer action) {
        try {
            action.accept(number);
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            return Optional.of(e);
        }
    }
}
