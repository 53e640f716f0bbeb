// Receives signed webhooks. Run: WEBHOOK_SECRET=... PORT=3000 java Receiver.java
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receiver {
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;
    static final int TOLERANCE_SECONDS = 5 * 60;
    static final int MAX_REMEMBERED_IDS = 10_000;

    static final byte[] KEY = signingKey(System.getenv().getOrDefault("WEBHOOK_SECRET", ""));
    // In production this belongs in the database, written in the same transaction as
    // whatever the event causes: memory is lost on a restart and not shared.
    static final Set<String> SEEN = new LinkedHashSet<>();

    record Answer(int status, String reason) {}

    static byte[] signingKey(String secret) {
        if (secret.isEmpty()) exit("WEBHOOK_SECRET is not set");
        if (!secret.startsWith("whsec_")) return secret.getBytes(UTF_8);
        byte[] decoded = {};
        try {
            decoded = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        } catch (IllegalArgumentException e) {
            // Left empty, and told of below.
        }
        if (decoded.length == 0) exit("WEBHOOK_SECRET is not base64 after whsec_");
        return decoded;
    }

    static void exit(String message) {
        System.err.println(message);
        System.exit(1);
    }

    /** Says why the request is refused, or null when it is genuine and fresh. */
    static String refusal(String id, String timestamp, String signatures, byte[] body) throws Exception {
        if (id == null || timestamp == null || signatures == null) return "missing webhook header";

        // A captured request stays correctly signed for ever; its age is what gives a replay away.
        if (!timestamp.matches("[0-9]{1,15}")) return "timestamp is not a whole number";
        long age = Instant.now().getEpochSecond() - Long.parseLong(timestamp);
        if (Math.abs(age) > TOLERANCE_SECONDS) return "timestamp too far from now";

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
        String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        // While a secret is being rotated there is one entry per secret: any match will do.
        for (String entry : signatures.split(" ")) {
            // Constant time, so that how long a refusal takes tells nothing about the right signature.
            if (MessageDigest.isEqual(entry.getBytes(UTF_8), expected.getBytes(UTF_8))) return null;
        }
        return "no signature matches";
    }

    /** Synchronised, so that two tries at the same moment are not both handled. */
    static synchronized Answer accept(String id, byte[] body) {
        if (SEEN.contains(id)) return new Answer(204, "");
        Map<String, String> event;
        try {
            event = new Json(new String(body, UTF_8)).topLevelStrings();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return new Answer(400, "body is not a JSON object");
        }
        if (!event.keySet().containsAll(List.of("type", "id"))) return new Answer(400, "body is not an event");
        System.out.println(event.get("type") + " " + event.get("id")); // handle the event here
        // Only now: had handling failed, the next try must not be taken for a repeat.
        SEEN.add(id);
        if (SEEN.size() > MAX_REMEMBERED_IDS) SEEN.remove(SEEN.iterator().next());
        return new Answer(204, "");
    }

    static Answer answer(HttpExchange exchange) throws Exception {
        if (!exchange.getRequestMethod().equals("POST") || !"/hooks".equals(exchange.getRequestURI().getPath())) {
            return new Answer(404, "");
        }
        // The bytes exactly as sent: re-encoded JSON would not match the signature.
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) return new Answer(413, "body too large");
        var headers = exchange.getRequestHeaders();
        String id = headers.getFirst("webhook-id");
        String reason = refusal(
                id, headers.getFirst("webhook-timestamp"), headers.getFirst("webhook-signature"), body);
        return reason == null ? accept(id, body) : new Answer(400, reason);
    }

    static void serve(HttpExchange exchange) {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] text = answer.reason().getBytes(UTF_8);
            if (text.length > 0) exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(answer.status(), text.length > 0 ? text.length : -1);
            if (text.length > 0) exchange.getResponseBody().write(text);
        } catch (Exception e) {
            e.printStackTrace(); // the connection closes unanswered, which has the sender try again
        }
    }

    public static void main(String[] args) throws Exception {
        // A silent client must not hold a thread for ever.
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", Receiver::serve);
        server.start();
        System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort() + "/hooks");
    }

    /** Stands in for the JSON library you already have, as the JDK comes without one. */
    static class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Map<String, String> topLevelStrings() {
            Map<String, String> strings = new HashMap<>();
            expect('{');
            members(strings, 0);
            space();
            require(at == text.length());
            return strings;
        }

        private void members(Map<String, String> strings, int depth) {
            if (skip('}')) return;
            do {
                expect('"');
                String name = string();
                expect(':');
                String value = value(depth + 1);
                if (value != null) strings.put(name, value);
            } while (skip(','));
            expect('}');
        }

        private String value(int depth) {
            require(depth < 500); // deeper would use up the stack
            if (skip('"')) return string();
            if (skip('{')) {
                members(new HashMap<>(), depth);
            } else if (skip('[')) {
                if (skip(']')) return null;
                do value(depth + 1); while (skip(','));
                expect(']');
            } else {
                int start = at;
                while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
                String word = text.substring(start, at);
                require(word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"));
            }
            return null;
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
                require(c >= ' ');
                if (c == '\\') {
                    c = text.charAt(at++);
                    int escape = "\"\\/bfnrt".indexOf(c);
                    require(escape >= 0 || c == 'u');
                    c = escape >= 0 ? "\"\\/\b\f\n\r\t".charAt(escape)
                            : (char) HexFormat.fromHexDigits(text, at, at += 4);
                }
                out.append(c);
            }
            return out.toString();
        }

        private void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
        }

        private boolean skip(char c) {
            space();
            if (at == text.length() || text.charAt(at) != c) return false;
            at++;
            return true;
        }

        private void expect(char c) {
            require(skip(c));
        }

        private static void require(boolean holds) {
            if (!holds) throw new IllegalArgumentException("not JSON");
        }
    }
}
