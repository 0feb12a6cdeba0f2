package io.kvs.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Knows the words for a {@link Format}.
final class FormatOption implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
        return switch (text) {
            case "tsv" -> Format.TSV;
            case "json" -> Format.JSON;
            default ->
                    throw new TypeConversionException("'" + text + "' is neither 'tsv' nor 'json'");
        };
    }
}
