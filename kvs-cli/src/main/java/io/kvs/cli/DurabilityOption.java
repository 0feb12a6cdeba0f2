package io.kvs.cli;

import io.kvs.Durability;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The option `--durability` of the commands that write.
final class DurabilityOption {
    @Option(
            names = "--durability",
            paramLabel = "D",
            converter = Converter.class,
            defaultValue = "sync",
            description = {
                "sync: what the command has written survives a power cut. That is the default.",
                "process: it survives a killed process, and a power cut only when the system has"
                        + " written it back some time later."
            })
    private Durability value = Durability.SYNC;

    Durability value() {
        return value;
    }

    /// Knows the two words.
    static final class Converter implements ITypeConverter<Durability> {
        @Override
        public Durability convert(String text) {
            return switch (text) {
                case "sync" -> Durability.SYNC;
                case "process" -> Durability.PROCESS;
                default ->
                        throw new TypeConversionException(
                                "'" + text + "' is neither 'sync' nor 'process'");
            };
        }
    }
}
