package io.kvs.map;

import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.Utf8;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A map of objects that is kept in an engine; closing the engine is left to whoever opened it.
///
/// ```java
/// ConcurrentMap<String, Long> ages = new KvsMap<>(store, "age/", Codec.STRING, Codec.LONG);
/// ages.merge("Ada", 1L, Long::sum);
/// ```
///
/// Several maps share an engine if none of their prefixes begins with another one. Each operation
/// on a key is one step, `compute` and its like too, whose functions may be called again if another
/// thread was faster. Values are compared by their bytes. Null is no key and no value. Everything
/// may be called by any number of threads at once.
///
/// What looks at more than one key (iterators and all that is built on them, `size` of a map with a
/// prefix, `clear`) needs an {@link OrderedKvsEngine}, and is an `UnsupportedOperationException` on
/// another engine. Iterators are weakly consistent: they read some entries at a time, return none
/// twice, and need not be closed. What an engine throws, a map throws.
///
/// @param <K> the keys
/// @param <V> the values
public sealed class KvsMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V>
        permits KvsNavigableMap {
    private final KvsEngine engine;
    private final byte[] prefix;
    private final Codec<K> keys;
    private final Codec<V> values;

    /// What of the engine belongs to the map, in its order.
    private final Scan range;

    /// Makes a map of all entries of `engine`.
    public KvsMap(KvsEngine engine, Codec<K> keys, Codec<V> values) {
        this(engine, "", keys, values);
    }

    /// Makes a map of the entries of `engine` whose keys begin with `prefix`, which is not a part
    /// of the map's keys.
    public KvsMap(KvsEngine engine, String prefix, Codec<K> keys, Codec<V> values) {
        this(engine, Utf8.encode(prefix), keys, values, Scan.prefix(prefix));
    }

    /// Makes a map of the part of `from` that is in `range`.
    KvsMap(KvsMap<K, V> from, Scan range) {
        this(from.engine, from.prefix, from.keys, from.values, range);
    }

    private KvsMap(KvsEngine engine, byte[] prefix, Codec<K> keys, Codec<V> values, Scan range) {
        this.engine = engine;
        this.prefix = prefix;
        this.keys = keys;
        this.values = values;
        this.range = range;
    }

    // Single keys.

    @Override
    public @Nullable V get(Object key) {
        byte[] stored = storedKey(key);
        return range.contains(stored) ? decodeNullable(engine.get(stored)) : null;
    }

    @Override
    public boolean containsKey(Object key) {
        byte[] stored = storedKey(key);
        return range.contains(stored) && engine.get(stored).isPresent();
    }

    @Override
    public @Nullable V put(K key, V value) {
        byte[] stored = writableKey(key);
        byte[] written = encode(value);
        while (true) {
            Optional<byte[]> old = engine.get(stored);
            if (engine.compareAndSet(stored, old.orElse(null), written)) {
                return decodeNullable(old);
            }
        }
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        byte[] stored = writableKey(key);
        byte[] written = encode(value);
        while (!engine.setIfAbsent(stored, written)) {
            Optional<byte[]> present = engine.get(stored);
            if (present.isPresent()) {
                return decodeNullable(present);
            }
        }
        return null;
    }

    @Override
    public @Nullable V remove(Object key) {
        byte[] stored = storedKey(key);
        if (!range.contains(stored)) {
            return null;
        }
        while (true) {
            Optional<byte[]> old = engine.get(stored);
            if (old.isEmpty() || engine.compareAndSet(stored, old.get(), null)) {
                return decodeNullable(old);
            }
        }
    }

    @Override
    public boolean remove(Object key, @Nullable Object value) {
        byte[] stored = storedKey(key);
        return value != null
                && range.contains(stored)
                && engine.compareAndSet(stored, encodeAny(value), null);
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        byte[] stored = storedKey(key);
        return range.contains(stored)
                && engine.compareAndSet(stored, encode(oldValue), encode(newValue));
    }

    @Override
    public @Nullable V replace(K key, V value) {
        byte[] stored = storedKey(key);
        byte[] written = encode(value);
        if (!range.contains(stored)) {
            return null;
        }
        while (true) {
            Optional<byte[]> old = engine.get(stored);
            if (old.isEmpty() || engine.compareAndSet(stored, old.get(), written)) {
                return decodeNullable(old);
            }
        }
    }

    @Override
    public @Nullable V compute(
            K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> remapping) {
        byte[] changed =
                engine.update(
                        writableKey(key),
                        old -> {
                            V value = remapping.apply(key, old == null ? null : values.decode(old));
                            return value == null ? null : encode(value);
                        });
        return changed == null ? null : values.decode(changed);
    }

    @Override
    public @Nullable V computeIfPresent(
            K key, BiFunction<? super K, ? super V, ? extends @Nullable V> remapping) {
        return containsKey(key)
                ? compute(key, (same, old) -> old == null ? null : remapping.apply(same, old))
                : null;
    }

    @Override
    public @Nullable V merge(
            K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> remapping) {
        Objects.requireNonNull(value);
        return compute(key, (_, old) -> old == null ? value : remapping.apply(old, value));
    }

    // All keys.

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        for (K key : keySet()) {
            computeIfPresent(key, function);
        }
    }

    /// Returns how many entries there are, at most 2³¹ - 1. Visits every one, unless the map is all
    /// of an engine: then it is {@link KvsEngine#size()}, which may count some that have expired.
    @Override
    public int size() {
        return (int) Math.min(Integer.MAX_VALUE, isAll() ? engine.size() : ordered().count(range));
    }

    @Override
    public boolean isEmpty() {
        boolean visited = engine instanceof OrderedKvsEngine || !isAll();
        return visited ? ordered().count(range.limit(1)) == 0 : engine.size() == 0;
    }

    private boolean isAll() {
        return range.from() == null && range.to() == null;
    }

    @Override
    public void clear() {
        keySet().clear();
    }

    @Override
    public Set<K> keySet() {
        return new Keys();
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new Entries();
    }

    private final class Keys extends AbstractSet<K> {
        @Override
        public Iterator<K> iterator() {
            return keyIterator();
        }

        @Override
        public int size() {
            return KvsMap.this.size();
        }

        @Override
        public boolean isEmpty() {
            return KvsMap.this.isEmpty();
        }

        @Override
        public boolean contains(Object key) {
            return containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return KvsMap.this.remove(key) != null;
        }
    }

    private final class Entries extends AbstractSet<Map.Entry<K, V>> {
        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new PagedIterator<>(ordered(), range, KvsMap.this::mapEntry);
        }

        @Override
        public int size() {
            return KvsMap.this.size();
        }

        @Override
        public boolean isEmpty() {
            return KvsMap.this.isEmpty();
        }

        @Override
        public boolean contains(Object object) {
            return object instanceof Map.Entry<?, ?> entry && contains(entry);
        }

        private boolean contains(Map.Entry<?, ?> entry) {
            byte[] stored = storedKey(entry.getKey());
            return range.contains(stored)
                    && entry.getValue() != null
                    && Arrays.equals(engine.get(stored).orElse(null), encodeAny(entry.getValue()));
        }

        @Override
        public boolean remove(Object object) {
            return object instanceof Map.Entry<?, ?> entry
                    && KvsMap.this.remove(entry.getKey(), entry.getValue());
        }
    }

    // Bytes.

    final Scan range() {
        return range;
    }

    final Iterator<K> keyIterator() {
        return new PagedIterator<>(ordered(), range.keysOnly(), entry -> decodeKey(entry.key()));
    }

    /// Returns the first stored entry of `part`, or null if it is empty. Without a value, if the
    /// part is keys only.
    final io.kvs.@Nullable Entry first(Scan part) {
        return PagedIterator.page(ordered(), part.limit(1)).stream().findFirst().orElse(null);
    }

    /// Removes a stored entry; returns whether it was still there.
    final boolean take(io.kvs.Entry entry) {
        return engine.compareAndSet(entry.key(), entry.value(), null);
    }

    final byte[] storedKey(Object key) {
        @SuppressWarnings("unchecked") // as of any map: another type is a ClassCastException
        byte[] encoded = keys.encode((K) Objects.requireNonNull(key));
        byte[] stored = Arrays.copyOf(prefix, prefix.length + encoded.length);
        System.arraycopy(encoded, 0, stored, prefix.length, encoded.length);
        return stored;
    }

    final K decodeKey(byte[] stored) {
        return keys.decode(Arrays.copyOfRange(stored, prefix.length, stored.length));
    }

    final Map.Entry<K, V> mapEntry(io.kvs.Entry entry) {
        return new SimpleImmutableEntry<>(decodeKey(entry.key()), values.decode(entry.value()));
    }

    private byte[] writableKey(K key) {
        byte[] stored = storedKey(key);
        if (!range.contains(stored)) {
            throw new IllegalArgumentException("the key is outside of the view");
        }
        return stored;
    }

    private byte[] encode(V value) {
        return values.encode(Objects.requireNonNull(value));
    }

    @SuppressWarnings("unchecked") // as of any map: another type is a ClassCastException
    private byte[] encodeAny(Object value) {
        return values.encode((V) value);
    }

    private @Nullable V decodeNullable(Optional<byte[]> value) {
        return value.isEmpty() ? null : values.decode(value.get());
    }

    private OrderedKvsEngine ordered() {
        if (engine instanceof OrderedKvsEngine ordered) {
            return ordered;
        }
        throw new UnsupportedOperationException("the engine keeps no order");
    }
}
