package io.kvs.client.command;

import io.kvs.cli.ExitCode;
import io.kvs.cli.ProcessSurroundings;

/// Runs the commands once while the virtual machine watches what they load, so that the build can
/// make an AOT cache of it.
final class Rehearsal {
    private final String address;

    private Rehearsal(String address) {
        this.address = address;
    }

    /// Rehearses.
    ///
    /// @param arguments the address of an empty server
    public static void main(String[] arguments) {
        Rehearsal rehearsal = new Rehearsal(arguments[0]);
        rehearsal.run(ExitCode.DONE, "set", "key", "value");
        rehearsal.run(ExitCode.DONE, "get", "key");
        rehearsal.run(ExitCode.KEY_NOT_FOUND, "get", "missing");
        rehearsal.run(ExitCode.DONE, "rm", "key");
        rehearsal.run(ExitCode.KEY_NOT_FOUND, "rm", "key");
    }

    private void run(int expected, String command, String... words) {
        String[] arguments = new String[words.length + 3];
        arguments[0] = "--addr";
        arguments[1] = address;
        arguments[2] = command;
        System.arraycopy(words, 0, arguments, 3, words.length);
        int exitCode = Main.run(arguments, new ProcessSurroundings("kvs-client"));
        if (exitCode != expected) {
            throw new IllegalStateException("exit code " + exitCode);
        }
    }
}
