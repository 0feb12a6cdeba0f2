package io.kvs.cli;

/// A command that {@link KeyCommand} parses: picocli gets to see it only for its help, or to say
/// what is wrong with it.
abstract class Unparsed implements Runnable {
    @Override
    public void run() {
        throw new CommandException(
                ExitCode.WRONG_USAGE,
                "an option is given twice, or an argument with '-' in front is not behind '--';"
                        + " see kvs --help");
    }
}
