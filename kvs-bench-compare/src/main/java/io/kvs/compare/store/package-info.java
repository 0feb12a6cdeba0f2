/// One adapter for each store.
@NullMarked
package io.kvs.compare.store;

import org.jspecify.annotations.NullMarked;
