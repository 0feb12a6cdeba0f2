package io.kvs.server.redis;

import io.kvs.Durability;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.StoreStats;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// The text of `INFO`. The sections of Redis have those of its fields that mean something here; the
/// section `kvs` tells of the engine.
final class InfoReport {
    private static final List<String> EVERYTHING = List.of("all", "default", "everything");

    private final CommandContext context;
    private final RedisServer server;
    private final Map<String, Consumer<Section>> sections = new LinkedHashMap<>();

    /// Lines of a section.
    private static final class Section {
        private final StringBuilder text = new StringBuilder();

        void line(String name, Object value) {
            text.append(name).append(':').append(value).append("\r\n");
        }
    }

    InfoReport(CommandContext context) {
        this.context = context;
        this.server = context.server();
        sections.put("Server", this::server);
        sections.put("Clients", this::clients);
        sections.put("Memory", this::memory);
        sections.put("Persistence", this::persistence);
        sections.put("Stats", this::stats);
        sections.put("Replication", this::replication);
        sections.put("CPU", this::cpu);
        sections.put("Cluster", section -> section.line("cluster_enabled", 0));
        sections.put("Keyspace", this::keyspace);
        sections.put("kvs", this::kvs);
    }

    /// Returns the text of the sections with these names in small letters; of all, if there are no
    /// names.
    String text(List<String> names) {
        boolean isAll = names.isEmpty() || names.stream().anyMatch(EVERYTHING::contains);
        StringBuilder text = new StringBuilder();
        sections.forEach((title, write) -> {
            if (isAll || names.contains(title.toLowerCase(Locale.ROOT))) {
                Section section = new Section();
                write.accept(section);
                text.append(text.isEmpty() ? "" : "\r\n").append("# ").append(title);
                text.append("\r\n").append(section.text);
            }
        });
        return text.toString();
    }

    private void server(Section section) {
        long uptimeSeconds = server.uptimeMillis() / 1_000;
        String address = context.session().link().peer().localAddress();
        section.line("redis_version", AccessCommands.REDIS_VERSION);
        section.line("redis_mode", "standalone");
        section.line(
                "os",
                System.getProperty("os.name")
                        + ' '
                        + System.getProperty("os.version")
                        + ' '
                        + System.getProperty("os.arch"));
        section.line("arch_bits", 64);
        section.line("multiplexing_api", "java.nio");
        section.line("java_version", Runtime.version());
        section.line("process_id", ProcessHandle.current().pid());
        section.line("run_id", server.runId());
        section.line("tcp_port", address.substring(address.lastIndexOf(':') + 1));
        section.line("server_time_usec", context.nowMillis() * 1_000);
        section.line("uptime_in_seconds", uptimeSeconds);
        section.line("uptime_in_days", uptimeSeconds / 86_400);
        section.line("io_threads_active", server.facts().loops() > 1 ? 1 : 0);
    }

    private void clients(Section section) {
        section.line("connected_clients", server.sessions().size());
        section.line("maxclients", server.facts().clientsMax());
        section.line("blocked_clients", 0);
        section.line("tracking_clients", 0);
    }

    private void memory(Section section) {
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        section.line("used_memory", used);
        section.line("used_memory_human", human(used));
        section.line("used_memory_rss", runtime.totalMemory());
        section.line("used_memory_rss_human", human(runtime.totalMemory()));
        section.line("used_memory_peak", runtime.totalMemory());
        section.line("used_memory_peak_human", human(runtime.totalMemory()));
        section.line("total_system_memory", runtime.maxMemory());
        section.line("total_system_memory_human", human(runtime.maxMemory()));
        section.line("maxmemory", 0);
        section.line("maxmemory_human", "0B");
        section.line("maxmemory_policy", "noeviction");
        section.line("mem_allocator", "jvm");
    }

    private static String human(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + "B";
        }
        String[] units = {"K", "M", "G", "T"};
        double value = bytes / 1024.0;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f%s", value, units[unit]);
    }

    private void persistence(Section section) {
        section.line("loading", 0);
        section.line("async_loading", 0);
        section.line("rdb_bgsave_in_progress", 0);
        section.line("rdb_last_save_time", server.lastSaveSeconds());
        section.line("rdb_last_bgsave_status", "ok");
        section.line("aof_enabled", 1);
        section.line("aof_rewrite_in_progress", 0);
        section.line("aof_last_bgrewrite_status", "ok");
        section.line("aof_last_write_status", "ok");
    }

    private void stats(Section section) {
        Statistics statistics = server.statistics();
        section.line("total_connections_received", statistics.connections());
        section.line("total_commands_processed", statistics.commands());
        section.line(
                "instantaneous_ops_per_sec", statistics.commandsPerSecond(context.nowMillis()));
        section.line("rejected_connections", 0);
        section.line("expired_keys", statistics.expiredKeys());
        section.line("evicted_keys", 0);
        section.line("keyspace_hits", statistics.hits());
        section.line("keyspace_misses", statistics.misses());
        section.line("pubsub_channels", server.pubSub().channels().size());
        section.line("pubsub_patterns", server.pubSub().patterns());
        section.line("total_error_replies", statistics.errors());
    }

    private void replication(Section section) {
        section.line("role", "master");
        section.line("connected_slaves", 0);
        section.line("master_repl_offset", 0);
    }

    private void cpu(Section section) {
        long nanos =
                ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
        section.line("used_cpu_sys", String.format(Locale.ROOT, "%.6f", 0.0));
        section.line("used_cpu_user", String.format(Locale.ROOT, "%.6f", nanos / 1e9));
    }

    private void keyspace(Section section) {
        long keys = server.engine().size();
        if (keys > 0) {
            section.line(
                    "db0", "keys=" + keys + ",expires=" + server.expiringKeys() + ",avg_ttl=0");
        }
    }

    private void kvs(Section section) {
        ServerFacts facts = server.facts();
        KvsEngine engine = server.engine();
        section.line("engine", engine.getClass().getSimpleName());
        section.line("engine_ordered", engine instanceof OrderedKvsEngine ? 1 : 0);
        section.line("engine_expiring", engine instanceof ExpiringKvsEngine ? 1 : 0);
        section.line("durability", facts.durability() == Durability.SYNC ? "sync" : "process");
        section.line("connections", facts.connections());
        section.line("threads", facts.threads());
        section.line("loops", facts.loops());
        section.line("value_bytes_max", server.limits().bulkBytesMax());
        section.line("request_bytes_max", server.limits().requestBytesMax());
        if (engine instanceof KvStore store) {
            store(section, store.stats());
        }
    }

    private static void store(Section section, StoreStats stats) {
        section.line("store_keys", stats.keys());
        section.line("store_segments", stats.segments().size());
        section.line("store_disk_bytes", stats.diskBytes());
        section.line("store_live_bytes", stats.liveBytes());
        section.line("store_dead_bytes", stats.deadBytes());
        section.line("store_tombstone_bytes", stats.tombstoneBytes());
        section.line("store_index_bytes", stats.indexBytes());
        section.line("store_reclaimable_bytes", stats.reclaimableBytes());
        section.line("store_held_bytes", stats.heldBytes());
        section.line("store_written_bytes", stats.writtenBytes());
        section.line("store_compacted_bytes", stats.compactedBytes());
        section.line("store_skipped_writes", stats.skippedWrites());
        section.line("store_syncs", stats.syncs());
        section.line("store_compression", stats.compression());
    }
}
