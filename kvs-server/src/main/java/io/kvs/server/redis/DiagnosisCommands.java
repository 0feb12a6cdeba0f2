package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.ADMIN;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.LONG;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.Arrays;
import java.util.List;

/// The commands on what takes long, and for tests.
final class DiagnosisCommands {
    private static final int SLOWLOG_COUNT_DEFAULT = 10;
    private static final double SLEEP_SECONDS_MAX = 60;

    private DiagnosisCommands() {}

    static List<Command> all() {
        return List.of(
                Command.ofSubcommands(
                        "slowlog",
                        slowlog("slowlog|get", -2, DiagnosisCommands::slowlogGet),
                        slowlog("slowlog|len", 2, DiagnosisCommands::slowlogLen),
                        slowlog("slowlog|reset", 2, DiagnosisCommands::slowlogReset),
                        Command.of(
                                "slowlog|help",
                                2,
                                context ->
                                        Help.reply(
                                                context,
                                                "GET [count]: the newest entries",
                                                "LEN: how many entries there are",
                                                "RESET: forgets all entries"),
                                LOADING,
                                STALE)),
                Command.ofSubcommands(
                        "latency",
                        latency("latency|latest", 2, DiagnosisCommands::latencyLatest),
                        latency("latency|history", 3, DiagnosisCommands::latencyHistory),
                        latency("latency|reset", -2, DiagnosisCommands::latencyReset),
                        latency("latency|doctor", 2, DiagnosisCommands::latencyDoctor),
                        latency("latency|graph", 3, DiagnosisCommands::latencyGraph),
                        latency("latency|histogram", -2, context -> context.reply().map(0)),
                        Command.of(
                                "latency|help",
                                2,
                                context ->
                                        Help.reply(
                                                context,
                                                "LATEST: the last time each event was late",
                                                "HISTORY <event>: when it was late",
                                                "RESET [event ...]: forgets events",
                                                "DOCTOR: a summary"),
                                LOADING,
                                STALE)),
                Command.ofSubcommands(
                        "debug",
                        debug("debug|sleep", 3, DiagnosisCommands::sleep, LONG),
                        debug("debug|set-active-expire", 3, DiagnosisCommands::setActiveExpire),
                        debug("debug|jmap", 2, context -> context.reply().ok()),
                        debug("debug|object", 3, DiagnosisCommands::object),
                        debug("debug|change-repl-id", 2, context -> context.reply().ok()),
                        debug(
                                "debug|help",
                                2,
                                context ->
                                        Help.reply(
                                                context,
                                                "SLEEP <seconds>: replies later",
                                                "SET-ACTIVE-EXPIRE <0|1>: whether expired values"
                                                        + " are dropped before they are asked for",
                                                "OBJECT <key>: what is known of a value"))));
    }

    private static Command slowlog(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, ADMIN, LOADING, STALE);
    }

    private static Command latency(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    private static Command debug(
            String name, int arity, Command.Action action, CommandFlag... more) {
        CommandFlag[] flags = Arrays.copyOf(more, more.length + 4);
        System.arraycopy(
                new CommandFlag[] {ADMIN, NOSCRIPT, LOADING, STALE}, 0, flags, more.length, 4);
        return Command.of(name, arity, action, flags);
    }

    private static void slowlogGet(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() > 3) {
            throw CommandException.wrongSubcommand("SLOWLOG", arguments.text(1));
        }
        long count = SLOWLOG_COUNT_DEFAULT;
        if (arguments.count() == 3) {
            if (!IntegerText.is(arguments.array(), arguments.offset(2), arguments.length(2))
                    || context.integer(2) < -1) {
                throw new CommandException("ERR count should be greater than or equal to -1");
            }
            count = context.integer(2);
        }
        List<SlowLog.Entry> entries =
                context.server().slowLog().newest(count < 0 ? Long.MAX_VALUE : count);
        ReplyWriter reply = context.reply();
        reply.array(entries.size());
        for (SlowLog.Entry entry : entries) {
            reply.array(6);
            reply.integer(entry.id());
            reply.integer(entry.timeSeconds());
            reply.integer(entry.micros());
            reply.array(entry.arguments().size());
            entry.arguments().forEach(reply::bulk);
            reply.bulk(entry.address());
            reply.bulk(entry.name());
        }
    }

    private static void slowlogLen(CommandContext context) {
        context.reply().integer(context.server().slowLog().length());
    }

    private static void slowlogReset(CommandContext context) {
        context.server().slowLog().clear();
        context.reply().ok();
    }

    private static void latencyLatest(CommandContext context) {
        List<LatencyMonitor.Late> latest = context.server().latency().latest();
        ReplyWriter reply = context.reply();
        reply.array(latest.size());
        for (LatencyMonitor.Late late : latest) {
            reply.array(4);
            reply.bulk(late.event());
            reply.integer(late.last().timeSeconds());
            reply.integer(late.last().millis());
            reply.integer(late.millisMax());
        }
    }

    private static void latencyHistory(CommandContext context) {
        List<LatencyMonitor.Sample> samples =
                context.server().latency().history(context.arguments().text(2));
        ReplyWriter reply = context.reply();
        reply.array(samples.size());
        for (LatencyMonitor.Sample sample : samples) {
            reply.array(2);
            reply.integer(sample.timeSeconds());
            reply.integer(sample.millis());
        }
    }

    private static void latencyReset(CommandContext context) {
        Arguments arguments = context.arguments();
        LatencyMonitor latency = context.server().latency();
        int count = arguments.count() == 2 ? latency.reset() : 0;
        for (int i = 2; i < arguments.count(); i++) {
            count += latency.reset(arguments.text(i)) ? 1 : 0;
        }
        context.reply().integer(count);
    }

    private static void latencyDoctor(CommandContext context) {
        List<LatencyMonitor.Late> latest = context.server().latency().latest();
        StringBuilder text = new StringBuilder();
        if (context.server().latency().thresholdMillis() == 0) {
            text.append("Nothing is watched: latency-monitor-threshold is 0.\n");
        } else if (latest.isEmpty()) {
            text.append("Nothing was late.\n");
        }
        for (LatencyMonitor.Late late : latest) {
            text.append(late.event()).append(": ").append(late.millisMax()).append(" ms at most\n");
        }
        context.reply().verbatim(text.toString());
    }

    private static void latencyGraph(CommandContext context) throws CommandException {
        String event = context.arguments().text(2);
        List<LatencyMonitor.Sample> samples = context.server().latency().history(event);
        if (samples.isEmpty()) {
            throw new CommandException("ERR No samples available for event '" + event + "'");
        }
        StringBuilder text = new StringBuilder();
        for (LatencyMonitor.Sample sample : samples) {
            text.append(sample.timeSeconds()).append(' ').append(sample.millis()).append(" ms\n");
        }
        context.reply().verbatim(text.toString());
    }

    private static void sleep(CommandContext context) throws CommandException {
        double seconds;
        try {
            seconds = Double.parseDouble(context.arguments().text(2));
        } catch (NumberFormatException _) {
            throw new CommandException("ERR value is not a valid float");
        }
        if (!(seconds <= SLEEP_SECONDS_MAX)) {
            throw new CommandException("ERR a sleep has 60 seconds at most");
        }
        long millis = (long) (seconds * 1_000);
        context.offload(() -> pause(millis), ReplyWriter::ok);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(Math.max(0, millis));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void setActiveExpire(CommandContext context) throws CommandException {
        context.server().turnActiveExpiry(context.integer(2) != 0);
        context.reply().ok();
    }

    private static void object(CommandContext context) throws CommandException {
        byte[] value = context.keyspace().get(context.key(2));
        if (value == null) {
            throw new CommandException("ERR no such key");
        }
        context.reply()
                .simple(
                        "Value at:0x0 refcount:1 encoding:"
                                + ObjectCommands.encodingOf(value)
                                + " serializedlength:"
                                + value.length
                                + " lru:0 lru_seconds_idle:0");
    }
}
