package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.PUBSUB;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The commands on messages between clients.
final class PubSubCommands {
    private PubSubCommands() {}

    static List<Command> all() {
        return List.of(
                subscribing("subscribe", -2, PubSubCommands::subscribe),
                subscribing("psubscribe", -2, PubSubCommands::psubscribe),
                subscribing("unsubscribe", -1, PubSubCommands::unsubscribe),
                subscribing("punsubscribe", -1, PubSubCommands::punsubscribe),
                Command.of("publish", 3, PubSubCommands::publish, PUBSUB, LOADING, STALE, FAST),
                Command.ofSubcommands(
                        "pubsub",
                        telling("pubsub|channels", -2, PubSubCommands::channels),
                        telling("pubsub|numsub", -2, PubSubCommands::numsub),
                        telling("pubsub|numpat", 2, PubSubCommands::numpat),
                        telling("pubsub|shardchannels", -2, PubSubCommands::shardChannels),
                        telling("pubsub|shardnumsub", -2, PubSubCommands::shardNumsub),
                        Command.of("pubsub|help", 2, PubSubCommands::help, LOADING, STALE)));
    }

    private static Command subscribing(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, PUBSUB, NOSCRIPT, LOADING, STALE);
    }

    private static Command telling(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, PUBSUB, LOADING, STALE);
    }

    private static void subscribe(CommandContext context) throws CommandException {
        Subscriptions subscriptions = context.session().subscriptions();
        for (int i = 1; i < context.arguments().count(); i++) {
            ByteString channel = ByteString.of(context.arguments().bytes(i));
            subscriptions.subscribe(context.server().pubSub(), channel);
            confirm(context, "subscribe", channel);
        }
    }

    private static void psubscribe(CommandContext context) throws CommandException {
        Subscriptions subscriptions = context.session().subscriptions();
        for (int i = 1; i < context.arguments().count(); i++) {
            ByteString pattern = ByteString.of(context.arguments().bytes(i));
            subscriptions.subscribePattern(context.server().pubSub(), pattern);
            confirm(context, "psubscribe", pattern);
        }
    }

    private static void unsubscribe(CommandContext context) {
        Subscriptions subscriptions = context.session().subscriptions();
        List<ByteString> channels = named(context, subscriptions.channels());
        for (ByteString channel : channels) {
            subscriptions.unsubscribe(context.server().pubSub(), channel);
            confirm(context, "unsubscribe", channel);
        }
        if (channels.isEmpty()) {
            confirm(context, "unsubscribe", null);
        }
    }

    private static void punsubscribe(CommandContext context) {
        Subscriptions subscriptions = context.session().subscriptions();
        List<ByteString> patterns = named(context, subscriptions.patterns());
        for (ByteString pattern : patterns) {
            subscriptions.unsubscribePattern(context.server().pubSub(), pattern);
            confirm(context, "punsubscribe", pattern);
        }
        if (patterns.isEmpty()) {
            confirm(context, "punsubscribe", null);
        }
    }

    /// Returns what the arguments name, or, if there are none, all.
    private static List<ByteString> named(CommandContext context, List<ByteString> all) {
        Arguments arguments = context.arguments();
        if (arguments.count() == 1) {
            return all;
        }
        return IntStream.range(1, arguments.count())
                .mapToObj(i -> ByteString.of(arguments.bytes(i)))
                .toList();
    }

    private static void confirm(CommandContext context, String what, @Nullable ByteString name) {
        ReplyWriter reply = context.reply();
        reply.push(3);
        reply.bulk(what);
        if (name == null) {
            reply.nil();
        } else {
            reply.bulk(name.bytes());
        }
        reply.integer(context.session().subscriptions().count());
    }

    private static void publish(CommandContext context) {
        Arguments arguments = context.arguments();
        byte[] channel = arguments.bytes(1);
        byte[] content = arguments.bytes(2);
        TransactionKeyspace transaction = context.transaction();
        PubSub pubSub = context.server().pubSub();
        if (transaction == null) {
            context.reply().integer(pubSub.publish(channel, content));
        } else {
            transaction.onCommit(() -> pubSub.publish(channel, content));
            context.reply().integer(pubSub.receivers(channel));
        }
    }

    private static void channels(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() > 3) {
            throw CommandException.wrongSubcommand("PUBSUB", arguments.text(1));
        }
        Glob pattern = Glob.of(arguments.count() == 3 ? arguments.bytes(2) : new byte[] {'*'});
        List<ByteString> channels =
                context.server().pubSub().channels().stream()
                        .filter(channel -> pattern.matches(channel.bytes()))
                        .toList();
        context.reply().array(channels.size());
        channels.forEach(channel -> context.reply().bulk(channel.bytes()));
    }

    private static void numsub(CommandContext context) {
        Arguments arguments = context.arguments();
        context.reply().map(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            ByteString channel = ByteString.of(arguments.bytes(i));
            context.reply().bulk(channel.bytes());
            context.reply().integer(context.server().pubSub().subscribers(channel));
        }
    }

    private static void numpat(CommandContext context) {
        context.reply().integer(context.server().pubSub().patterns());
    }

    private static void shardChannels(CommandContext context) {
        context.reply().array(0);
    }

    private static void shardNumsub(CommandContext context) {
        Arguments arguments = context.arguments();
        context.reply().map(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            context.reply().bulk(arguments.bytes(i));
            context.reply().integer(0);
        }
    }

    private static void help(CommandContext context) {
        Help.reply(
                context,
                "CHANNELS [pattern]: the channels that have subscribers",
                "NUMSUB [channel ...]: how many clients have subscribed to each channel",
                "NUMPAT: how many patterns have subscribers");
    }
}
