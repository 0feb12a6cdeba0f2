package io.kvs.server.redis;

/// What the subcommand `HELP` replies.
final class Help {
    private Help() {}

    /// Replies with lines.
    static void reply(CommandContext context, String... lines) {
        context.reply().array(lines.length + 1);
        context.reply().simple("Subcommands of this command:");
        for (String line : lines) {
            context.reply().simple(line);
        }
    }
}
