package io.kvs.server.redis;

import java.util.Locale;

/// A command cannot be done; the message is the reply: a code, a space, a sentence.
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reply;

    /// Makes one.
    ///
    /// @param reply such as `ERR syntax error`
    public CommandException(String reply) {
        super(reply, null, false, false);
        this.reply = reply;
    }

    /// Returns the reply.
    public String reply() {
        return reply;
    }

    /// Returns the reply to options that are unknown or do not go together.
    public static CommandException syntax() {
        return new CommandException("ERR syntax error");
    }

    /// Returns the reply to what is no number of 64 bits.
    public static CommandException notAnInteger() {
        return new CommandException("ERR value is not an integer or out of range");
    }

    /// Returns the reply to a subcommand that there is not.
    static CommandException unknownSubcommand(String command, String subcommand) {
        return new CommandException(
                "ERR unknown subcommand '"
                        + subcommand
                        + "'. Try "
                        + command.toUpperCase(Locale.ROOT)
                        + " HELP.");
    }

    /// Returns the reply to a subcommand that there is not with these arguments.
    static CommandException wrongSubcommand(String command, String subcommand) {
        return new CommandException(
                "ERR unknown subcommand or wrong number of arguments for '"
                        + subcommand
                        + "'. Try "
                        + command.toUpperCase(Locale.ROOT)
                        + " HELP.");
    }

    /// Returns the reply to a wrong number of arguments.
    public static CommandException wrongNumberOfArguments(String command) {
        return new CommandException("ERR wrong number of arguments for '" + command + "' command");
    }
}
