package io.kvs;

import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A cursor as the source of a stream; it closes the cursor at the end.
final class CursorSpliterator<T> extends Spliterators.AbstractSpliterator<T> {
    private final Cursor cursor;
    private final Function<Cursor, T> element;
    private boolean ended;

    private CursorSpliterator(Cursor cursor, Function<Cursor, T> element) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.cursor = cursor;
        this.element = element;
    }

    /// Returns what `element` makes of each position of `cursor`.
    static <T> Stream<T> stream(Cursor cursor, Function<Cursor, T> element) {
        return StreamSupport.stream(new CursorSpliterator<>(cursor, element), false)
                .onClose(cursor::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
        if (ended) {
            return false;
        }
        if (!cursor.next()) {
            ended = true;
            cursor.close();
            return false;
        }
        action.accept(element.apply(cursor));
        return true;
    }

    /// Splitting would read ahead of what is asked for, and a transaction would count it as read.
    @Override
    public @Nullable Spliterator<T> trySplit() {
        return null;
    }
}
