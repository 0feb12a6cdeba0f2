/// For who runs the server: figures and health by HTTP.
package io.kvs.server.admin;
