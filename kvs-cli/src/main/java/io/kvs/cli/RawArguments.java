package io.kvs.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of the arguments.
///
/// The virtual machine decodes arguments by the locale and puts U+FFFD for what it cannot decode.
/// Where that has happened, Linux still has the bytes.
final class RawArguments {
    private static final String COMMAND_LINE = "/proc/self/cmdline";

    private RawArguments() {}

    /// Returns the bytes of argument `index`.
    static byte[] bytes(String[] arguments, int index) {
        String argument = arguments[index];
        return argument.indexOf('\uFFFD') < 0
                ? argument.getBytes(StandardCharsets.UTF_8)
                : raw(arguments, index);
    }

    private static byte[] raw(String[] arguments, int index) {
        try (FileInputStream in = new FileInputStream(COMMAND_LINE)) {
            return fromEnd(in.readAllBytes(), arguments.length - index);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "an argument is not UTF-8; see kvs --help");
        }
    }

    /// Returns the `count`-th last of the parts, each of which ends with a zero byte.
    static byte[] fromEnd(byte[] parts, int count) throws IOException {
        int end = parts.length;
        int left = count;
        for (int i = parts.length - 2; i >= 0; i--) {
            if (parts[i] == 0) {
                left--;
                if (left == 0) {
                    return Arrays.copyOfRange(parts, i + 1, end - 1);
                }
                end = i + 1;
            }
        }
        throw new IOException("fewer arguments than expected");
    }
}
