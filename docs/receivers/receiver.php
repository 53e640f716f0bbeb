<?php
// Receives signed webhooks (PHP 8.1 or later). Run:
//   WEBHOOK_SECRET=... php -d display_errors=0 -S 127.0.0.1:3000 receiver.php
// With display_errors on, PHP answers a body over post_max_size with a 200 and a warning
// of its own. Keep post_max_size (8M by default) no lower than the limit below.
declare(strict_types=1);

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const TOLERANCE_SECONDS = 5 * 60;

function answer(int $status, string $reason = ''): never
{
    http_response_code($status);
    header('Content-Type: text/plain');
    exit($reason);
}

function signing_key(string $secret): string
{
    if (!str_starts_with($secret, 'whsec_')) {
        $key = $secret;
    } else {
        $key = (string) base64_decode(substr($secret, strlen('whsec_')), true);
    }
    if ($key === '') {
        error_log('WEBHOOK_SECRET is not set, or not base64 after whsec_');
        answer(500, 'receiver has no secret');
    }
    return $key;
}

/** Says why the request is refused, or null when it is genuine and fresh. */
function refusal(string $key, string $id, string $timestamp, string $signatures, string $body): ?string
{
    if ($id === '' || $timestamp === '' || $signatures === '') {
        return 'missing webhook header';
    }

    // A captured request stays correctly signed for ever; its age is what gives a replay away.
    if (preg_match('/\A[0-9]{1,15}\z/', $timestamp) !== 1) {
        return 'timestamp is not a whole number';
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return 'timestamp too far from now';
    }

    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "{$id}.{$timestamp}.{$body}", $key, true));
    // While a secret is being rotated there is one entry per secret: any match will do.
    foreach (explode(' ', $signatures) as $entry) {
        // Constant time, so that how long a refusal takes tells nothing about the right signature.
        if (hash_equals($expected, $entry)) {
            return null;
        }
    }
    return 'no signature matches';
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST' || explode('?', $_SERVER['REQUEST_URI'])[0] !== '/hooks') {
    answer(404, 'not found');
}
// The bytes exactly as sent: re-encoded JSON would not match the signature.
$body = (string) file_get_contents('php://input', length: MAX_BODY_BYTES + 1);
// PHP itself empties a body over post_max_size, hence the look at the announced length.
if (max(strlen($body), (int) ($_SERVER['CONTENT_LENGTH'] ?? 0)) > MAX_BODY_BYTES) {
    answer(413, 'body too large');
}
$refusal = refusal(
    signing_key((string) getenv('WEBHOOK_SECRET')),
    $_SERVER['HTTP_WEBHOOK_ID'] ?? '',
    $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '',
    $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '',
    $body,
);
if ($refusal !== null) {
    answer(400, $refusal);
}

// Each request is its own process here, so nothing is remembered. In production, answer 204
// at once when the database already has this webhook-id, and otherwise record the id in the
// same transaction as whatever the event causes.
$event = json_decode($body, true);
if (!is_array($event) || !is_string($event['type'] ?? null) || !is_string($event['id'] ?? null)) {
    answer(400, 'body is not an event in JSON');
}
// Handle the event here. Not with echo, which would go into the answer.
file_put_contents('php://stdout', "{$event['type']} {$event['id']}\n");
answer(204);
