package io.kvs.map;

import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/// The keys of a sorted map, in its order.
final class NavigableKeys<K> extends AbstractSet<K> implements NavigableSet<K> {
    private final KvsNavigableMap<K, ?> map;

    NavigableKeys(KvsNavigableMap<K, ?> map) {
        this.map = map;
    }

    @Override
    public Comparator<? super K> comparator() {
        return map.comparator();
    }

    @Override
    public Iterator<K> iterator() {
        return map.keyIterator();
    }

    @Override
    public Iterator<K> descendingIterator() {
        return map.descendingMap().keyIterator();
    }

    @Override
    public int size() {
        return map.size();
    }

    @Override
    public boolean isEmpty() {
        return map.isEmpty();
    }

    @Override
    public boolean contains(Object key) {
        return map.containsKey(key);
    }

    @Override
    public boolean remove(Object key) {
        return map.remove(key) != null;
    }

    @Override
    public @Nullable K lower(K key) {
        return map.lowerKey(key);
    }

    @Override
    public @Nullable K floor(K key) {
        return map.floorKey(key);
    }

    @Override
    public @Nullable K ceiling(K key) {
        return map.ceilingKey(key);
    }

    @Override
    public @Nullable K higher(K key) {
        return map.higherKey(key);
    }

    @Override
    public K first() {
        return map.firstKey();
    }

    @Override
    public K last() {
        return map.lastKey();
    }

    @Override
    public @Nullable K pollFirst() {
        return key(map.pollFirstEntry());
    }

    @Override
    public @Nullable K pollLast() {
        return key(map.pollLastEntry());
    }

    private static <K> @Nullable K key(Map.@Nullable Entry<K, ?> entry) {
        return entry == null ? null : entry.getKey();
    }

    @Override
    public NavigableSet<K> descendingSet() {
        return map.descendingKeySet();
    }

    @Override
    public NavigableSet<K> subSet(K fromKey, boolean fromInclusive, K toKey, boolean toInclusive) {
        return map.subMap(fromKey, fromInclusive, toKey, toInclusive).keySet();
    }

    @Override
    public NavigableSet<K> headSet(K toKey, boolean inclusive) {
        return map.headMap(toKey, inclusive).keySet();
    }

    @Override
    public NavigableSet<K> tailSet(K fromKey, boolean inclusive) {
        return map.tailMap(fromKey, inclusive).keySet();
    }

    @Override
    public NavigableSet<K> subSet(K fromKey, K toKey) {
        return subSet(fromKey, true, toKey, false);
    }

    @Override
    public NavigableSet<K> headSet(K toKey) {
        return headSet(toKey, false);
    }

    @Override
    public NavigableSet<K> tailSet(K fromKey) {
        return tailSet(fromKey, true);
    }
}
