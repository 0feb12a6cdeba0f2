package io.kvs.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A key or a value on the command line, or a part of one; picocli takes a bare array for a list.
///
/// @param bytes its bytes
record Operand(byte[] bytes) {

    /// Makes one of an argument that {@link RawArguments#escaped} has returned.
    static Operand of(String argument) {
        return new Operand(RawArguments.unescape(argument));
    }

    /// Returns the bytes of one that must be given; picocli has put it in place.
    static byte[] require(@Nullable Operand operand) {
        return Objects.requireNonNull(operand).bytes;
    }
}
