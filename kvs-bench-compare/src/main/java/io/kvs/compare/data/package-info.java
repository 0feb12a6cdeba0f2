/// The entries that are stored: keys, values that can be checked, and which of them is asked for.
@NullMarked
package io.kvs.compare.data;

import org.jspecify.annotations.NullMarked;
