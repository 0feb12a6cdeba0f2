package io.kvs.server.program;

import io.kvs.EngineProvider;
import io.kvs.Engines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Reads the command line: an option for each setting, and a few more.
final class CommandLineReader {
    private static final String CONFIG = "--config";
    private static final String PRINT_CONFIG = "--print-config";
    private static final String HELP = "--help";
    private static final String VERSION = "--version";

    private final List<Setting<?>> known;
    private final CommandLine line;

    /// What the command line asks for.
    ///
    /// @param settings the settings that it sets, by name
    /// @param config the file of settings, or null
    /// @param printsConfig whether to print all settings and end
    /// @param output what to print and end, or null: help or version
    record Request(
            Map<String, String> settings,
            @Nullable Path config,
            boolean printsConfig,
            @Nullable String output) {}

    CommandLineReader(List<Setting<?>> known) {
        this.known = known;
        CommandSpec spec = CommandSpec.create().name("kvs-server");
        spec.usageMessage()
                .description("Serves a key-value store to kvs-client and to clients of Redis.")
                .sortOptions(false)
                .footer(footer());
        known.forEach(setting -> spec.addOption(option(setting)));
        spec.addOption(
                OptionSpec.builder(CONFIG)
                        .type(Path.class)
                        .paramLabel("FILE")
                        .description("A file of settings, a line 'name = value' each.")
                        .build());
        spec.addOption(flag("Prints all settings with the origin of each.", PRINT_CONFIG));
        spec.addOption(flag("Shows this help.", HELP, "-h"));
        spec.addOption(flag("Shows the version.", VERSION, "-V"));
        line = new CommandLine(spec);
        line.setExpandAtFiles(false);
    }

    private static OptionSpec option(Setting<?> setting) {
        List<String> description = new ArrayList<>(List.of(setting.description()));
        if (setting.defaultText() != null) {
            description.add("Default: " + setting.defaultText());
        }
        return OptionSpec.builder("--" + setting.name())
                .type(String.class)
                .paramLabel(setting.label())
                .description(description.toArray(new String[0]))
                .build();
    }

    private static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names).type(boolean.class).description(description).build();
    }

    private static String[] footer() {
        List<String> footer = new ArrayList<>();
        footer.add("");
        footer.add("Engines:");
        for (EngineProvider engine : Engines.all()) {
            footer.add(String.format("  %-8s  %s", engine.name(), engine.description()));
        }
        footer.add("");
        footer.add("Each option can also be set by a variable ($KVS_DATA_DIR for --data-dir) and");
        footer.add("in the file of --config (data-dir = …). The command line comes first, then");
        footer.add("the variables, then the file.");
        footer.add("");
        footer.add("Exit codes:");
        footer.add("  0  ended in order, by SIGTERM for example");
        footer.add("  2  wrong usage");
        footer.add("  3  it could not be done: one line on standard error says why");
        return footer.toArray(new String[0]);
    }

    /// Reads the arguments.
    ///
    /// @throws UsageException they are wrong
    Request read(String[] arguments) {
        ParseResult parsed;
        try {
            parsed = line.parseArgs(arguments);
        } catch (ParameterException e) {
            throw new UsageException(Objects.requireNonNullElse(e.getMessage(), "wrong arguments"));
        }
        Map<String, String> settings = new HashMap<>();
        for (Setting<?> setting : known) {
            String option = "--" + setting.name();
            if (parsed.hasMatchedOption(option)) {
                settings.put(setting.name(), parsed.matchedOptionValue(option, ""));
            }
        }
        return new Request(
                settings,
                parsed.matchedOptionValue(CONFIG, (Path) null),
                parsed.hasMatchedOption(PRINT_CONFIG),
                output(parsed));
    }

    private @Nullable String output(ParseResult parsed) {
        if (parsed.hasMatchedOption(HELP)) {
            return line.getUsageMessage();
        }
        return parsed.hasMatchedOption(VERSION)
                ? "kvs-server " + Version.text() + System.lineSeparator()
                : null;
    }
}
