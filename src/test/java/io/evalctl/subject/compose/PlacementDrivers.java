package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A stand-in for three placement drivers and three stores of TiKV: no TiKV runs here. It answers as
 * PD's HTTP API (version 1) is published to, on https://tikv.org/docs/ ("TiKV API", "PD API"), and
 * as the JSON gateway of the etcd inside PD, which all three share.
 */
final class PlacementDrivers implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, HttpServer> servers = new TreeMap<>();
  private final Map<String, String> stored = new TreeMap<>();
  private final Map<String, String> storeStates = new TreeMap<>();
  private volatile String leader = "pd2";

  PlacementDrivers() throws IOException {
    for (String name : List.of("pd1", "pd2", "pd3", "tikv1", "tikv2", "tikv3")) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newSingleThreadExecutor());
      server.createContext("/", exchange -> handle(name, exchange));
      server.start();
      servers.put(name, server);
    }
    List.of("tikv1", "tikv2", "tikv3").forEach(store -> storeStates.put(store, "Up"));
  }

  Map<String, Map<String, InetSocketAddress>> addresses() {
    Map<String, Map<String, InetSocketAddress>> addresses = new TreeMap<>();
    servers.forEach(
        (name, server) ->
            addresses.put(
                name, Map.of(name.startsWith("pd") ? "client" : "status", server.getAddress())));
    return addresses;
  }

  synchronized void store(String name, String state) {
    storeStates.put(name, state);
  }

  void leader(String name) {
    leader = name;
  }

  /** Ends one for good. */
  void end(String name) {
    servers.get(name).stop(0);
    servers.remove(name);
  }

  private synchronized void handle(String name, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String answer =
        name.startsWith("tikv")
            ? path.equals("/status") ? "" : null
            : switch (path) {
              case "/pd/api/v1/health" -> health();
              case "/pd/api/v1/leader" -> member(leader);
              case "/pd/api/v1/stores" -> stores();
              case "/pd/api/v1/stats/region" -> "{\"count\": 5, \"empty_count\": 4}";
              case "/v3/kv/put" -> put(JSON.readTree(body));
              case "/v3/kv/range" -> range(JSON.readTree(body));
              default -> null;
            };
    byte[] bytes =
        (answer == null ? "404 page not found" : answer).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String health() {
    List<String> lines = new ArrayList<>();
    for (String name : List.of("pd1", "pd2", "pd3")) {
      lines.add(
          "{\"name\": \"%s\", \"member_id\": %d, \"client_urls\": [\"http://%s:2379\"], \"health\": %s}"
              .formatted(name, 4_000 + name.charAt(2), name, servers.containsKey(name)));
    }
    return lines.toString();
  }

  private static String member(String name) {
    return "{\"name\": \"%1$s\", \"member_id\": %2$d, \"peer_urls\": [\"http://%1$s:2380\"], \"client_urls\": [\"http://%1$s:2379\"]}"
        .formatted(name, 4_000 + name.charAt(2));
  }

  private String stores() {
    String stores =
        storeStates.entrySet().stream()
            .map(
                store ->
                    """
                    {"store": {"id": %1$d, "address": "%2$s:20160", "version": "8.5.1",
                      "status_address": "0.0.0.0:20180", "state_name": "%3$s"},
                     "status": {"capacity": "98.3GiB", "available": "60.1GiB", "leader_count": %1$d,
                      "leader_weight": 1, "region_count": 5, "region_weight": 1}}"""
                        .formatted(
                            store.getKey().charAt(4) - '0', store.getKey(), store.getValue()))
            .collect(Collectors.joining(","));
    return "{\"count\": %d, \"stores\": [%s]}".formatted(storeStates.size(), stores);
  }

  private String put(JsonNode request) {
    stored.put(decoded(request, "key"), request.path("value").asText());
    return "{\"header\": {\"revision\": \"%d\"}}".formatted(stored.size());
  }

  private String range(JsonNode request) {
    String from = decoded(request, "key");
    String to = request.has("range_end") ? decoded(request, "range_end") : from + "\0";
    String kvs =
        stored.entrySet().stream()
            .filter(entry -> entry.getKey().compareTo(from) >= 0)
            .filter(entry -> entry.getKey().compareTo(to) < 0)
            .map(
                entry ->
                    "{\"key\": \"%s\", \"value\": \"%s\"}"
                        .formatted(
                            Base64.getEncoder().encodeToString(entry.getKey().getBytes()),
                            entry.getValue()))
            .collect(Collectors.joining(","));
    return "{\"header\": {}, \"kvs\": [%s]}".formatted(kvs);
  }

  private static String decoded(JsonNode request, String field) {
    return new String(
        Base64.getDecoder().decode(request.path(field).asText()), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    servers.values().forEach(server -> server.stop(0));
  }
}
