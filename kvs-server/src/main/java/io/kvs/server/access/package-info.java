/// Who may use the server.
package io.kvs.server.access;
