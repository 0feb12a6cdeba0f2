/// What the server tells whoever runs it.
package io.kvs.server.log;
