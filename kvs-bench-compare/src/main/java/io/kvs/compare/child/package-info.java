/// What a child JVM does with the one store it opens.
@NullMarked
package io.kvs.compare.child;

import org.jspecify.annotations.NullMarked;
