package io.kvs.map;

import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/// A sorted map of objects that is kept in an engine; see {@link KvsMap}.
///
/// The order is that of the encoded keys as unsigned bytes, which {@link #comparator()} makes
/// known. Views are maps on a part of the range or in the other direction; they cost nothing, and
/// are no point in time.
///
/// @param <K> the keys
/// @param <V> the values
public final class KvsNavigableMap<K, V> extends KvsMap<K, V>
        implements ConcurrentNavigableMap<K, V> {

    /// Makes a map of all entries of `engine`.
    public KvsNavigableMap(OrderedKvsEngine engine, Codec<K> keys, Codec<V> values) {
        super(engine, keys, values);
    }

    /// Makes a map of the entries of `engine` whose keys begin with `prefix`, which is not a part
    /// of the map's keys.
    public KvsNavigableMap(OrderedKvsEngine engine, String prefix, Codec<K> keys, Codec<V> values) {
        super(engine, prefix, keys, values);
    }

    private KvsNavigableMap(KvsNavigableMap<K, V> from, Scan range) {
        super(from, range);
    }

    @Override
    public Comparator<? super K> comparator() {
        Comparator<K> ascending =
                (one, other) -> Arrays.compareUnsigned(storedKey(one), storedKey(other));
        return range().isReversed() ? ascending.reversed() : ascending;
    }

    // Parts. "Before" and "after" are meant in the direction of the map.

    private Scan before(K key, boolean inclusive) {
        byte[] stored = storedKey(key);
        return range().isReversed()
                ? range().from(inclusive ? stored : next(stored))
                : range().to(inclusive ? next(stored) : stored);
    }

    private Scan after(K key, boolean inclusive) {
        byte[] stored = storedKey(key);
        return range().isReversed()
                ? range().to(inclusive ? next(stored) : stored)
                : range().from(inclusive ? stored : next(stored));
    }

    /// Returns the smallest key that is larger than `stored`.
    private static byte[] next(byte[] stored) {
        return Arrays.copyOf(stored, stored.length + 1);
    }

    // Views.

    @Override
    public KvsNavigableMap<K, V> subMap(
            K fromKey, boolean fromInclusive, K toKey, boolean toInclusive) {
        if (comparator().compare(fromKey, toKey) > 0) {
            throw new IllegalArgumentException("the first key comes after the last one");
        }
        return tailMap(fromKey, fromInclusive).view(headMap(toKey, toInclusive).range());
    }

    @Override
    public KvsNavigableMap<K, V> headMap(K toKey, boolean inclusive) {
        checkBound(toKey, inclusive, !range().isReversed());
        return view(before(toKey, inclusive));
    }

    @Override
    public KvsNavigableMap<K, V> tailMap(K fromKey, boolean inclusive) {
        checkBound(fromKey, inclusive, range().isReversed());
        return view(after(fromKey, inclusive));
    }

    @Override
    public KvsNavigableMap<K, V> subMap(K fromKey, K toKey) {
        return subMap(fromKey, true, toKey, false);
    }

    @Override
    public KvsNavigableMap<K, V> headMap(K toKey) {
        return headMap(toKey, false);
    }

    @Override
    public KvsNavigableMap<K, V> tailMap(K fromKey) {
        return tailMap(fromKey, true);
    }

    @Override
    public KvsNavigableMap<K, V> descendingMap() {
        return new KvsNavigableMap<>(this, range().reversed());
    }

    /// Returns what is both in this map and in `part`, in the direction of this map.
    private KvsNavigableMap<K, V> view(Scan part) {
        byte[] from = part.from();
        byte[] to = part.to();
        Scan narrowed = from == null ? range() : range().from(from);
        return new KvsNavigableMap<>(this, to == null ? narrowed : narrowed.to(to));
    }

    /// Checks that a bound lies within the range, or at its edge. An exclusive one may be the key
    /// of an edge that is exclusive itself, on either side.
    private void checkBound(K key, boolean inclusive, boolean isUpper) {
        byte[] stored = storedKey(key);
        byte[] low = inclusive && !isUpper ? stored : next(stored);
        byte[] high = inclusive && isUpper ? next(stored) : stored;
        byte[] from = range().from();
        byte[] to = range().to();
        if (from != null && Arrays.compareUnsigned(low, from) < 0
                || to != null && Arrays.compareUnsigned(high, to) > 0) {
            throw new IllegalArgumentException("the bound is outside of the view");
        }
    }

    @Override
    public NavigableSet<K> keySet() {
        return new NavigableKeys<>(this);
    }

    @Override
    public NavigableSet<K> navigableKeySet() {
        return keySet();
    }

    @Override
    public NavigableSet<K> descendingKeySet() {
        return descendingMap().keySet();
    }

    // Neighbours.

    @Override
    public Map.@Nullable Entry<K, V> lowerEntry(K key) {
        return firstEntry(before(key, false).reversed());
    }

    @Override
    public Map.@Nullable Entry<K, V> floorEntry(K key) {
        return firstEntry(before(key, true).reversed());
    }

    @Override
    public Map.@Nullable Entry<K, V> ceilingEntry(K key) {
        return firstEntry(after(key, true));
    }

    @Override
    public Map.@Nullable Entry<K, V> higherEntry(K key) {
        return firstEntry(after(key, false));
    }

    @Override
    public Map.@Nullable Entry<K, V> firstEntry() {
        return firstEntry(range());
    }

    @Override
    public Map.@Nullable Entry<K, V> lastEntry() {
        return firstEntry(range().reversed());
    }

    @Override
    public Map.@Nullable Entry<K, V> pollFirstEntry() {
        return pollFirst(range());
    }

    @Override
    public Map.@Nullable Entry<K, V> pollLastEntry() {
        return pollFirst(range().reversed());
    }

    @Override
    public @Nullable K lowerKey(K key) {
        return firstKey(before(key, false).reversed());
    }

    @Override
    public @Nullable K floorKey(K key) {
        return firstKey(before(key, true).reversed());
    }

    @Override
    public @Nullable K ceilingKey(K key) {
        return firstKey(after(key, true));
    }

    @Override
    public @Nullable K higherKey(K key) {
        return firstKey(after(key, false));
    }

    @Override
    public K firstKey() {
        return present(firstKey(range()));
    }

    @Override
    public K lastKey() {
        return present(firstKey(range().reversed()));
    }

    private static <K> K present(@Nullable K key) {
        if (key == null) {
            throw new NoSuchElementException();
        }
        return key;
    }

    private Map.@Nullable Entry<K, V> firstEntry(Scan part) {
        io.kvs.Entry first = first(part);
        return first == null ? null : mapEntry(first);
    }

    private @Nullable K firstKey(Scan part) {
        io.kvs.Entry first = first(part.keysOnly());
        return first == null ? null : decodeKey(first.key());
    }

    private Map.@Nullable Entry<K, V> pollFirst(Scan part) {
        while (true) {
            io.kvs.Entry first = first(part);
            if (first == null || take(first)) {
                return first == null ? null : mapEntry(first);
            }
        }
    }
}
