package io.kvs.cli;

/// A command that {@link KeyCommand} parses: picocli gets to see it only for its help, or to say
/// what is wrong with it.
abstract class Unparsed implements Runnable {
    @Override
    public void run() {
        throw refusal();
    }

    /// Makes the error for what picocli would take and {@link KeyCommand} has not taken.
    static CommandException refusal() {
        return new CommandException(
                ExitCode.WRONG_USAGE,
                "an option is given twice, or an argument with '-' in front is not behind '--';"
                        + " see kvs --help");
    }
}
