// Receives signed webhooks. Run: WEBHOOK_SECRET=... PORT=3000 go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxBodyBytes     = 8 << 20
	toleranceSeconds = 5 * 60
	maxRememberedIDs = 10_000
)

var key = signingKey(os.Getenv("WEBHOOK_SECRET"))

// In production this belongs in the database, written in the same transaction as
// whatever the event causes: memory is lost on a restart and not shared.
var (
	mu    sync.Mutex
	seen  = make(map[string]bool)
	order []string // the keys of seen, oldest first
)

func signingKey(secret string) []byte {
	if secret == "" {
		log.Fatal("WEBHOOK_SECRET is not set")
	}
	if !strings.HasPrefix(secret, "whsec_") {
		return []byte(secret)
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(decoded) == 0 {
		log.Fatal("WEBHOOK_SECRET is not base64 after whsec_")
	}
	return decoded
}

// verify returns nil when the request is genuine and fresh.
func verify(h http.Header, body []byte) error {
	id, timestamp, signatures := h.Get("webhook-id"), h.Get("webhook-timestamp"), h.Get("webhook-signature")
	if id == "" || timestamp == "" || signatures == "" {
		return errors.New("missing webhook header")
	}

	// A captured request stays correctly signed for ever; its age is what gives a replay away.
	sent, err := strconv.ParseUint(timestamp, 10, 63)
	if err != nil {
		return errors.New("timestamp is not a whole number")
	}
	if age := time.Now().Unix() - int64(sent); age > toleranceSeconds || age < -toleranceSeconds {
		return errors.New("timestamp too far from now")
	}

	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	// While a secret is being rotated there is one entry per secret: any match will do.
	for _, entry := range strings.Fields(signatures) {
		// Constant time, so that how long a refusal takes tells nothing about the right signature.
		if hmac.Equal([]byte(entry), expected) {
			return nil
		}
	}
	return errors.New("no signature matches")
}

// accept locks throughout, so that two tries at the same moment are not both handled.
func accept(id string, body []byte) error {
	mu.Lock()
	defer mu.Unlock()
	if seen[id] {
		return nil
	}
	var event struct{ Type, ID string }
	if json.Unmarshal(body, &event) != nil || event.Type == "" || event.ID == "" {
		return errors.New("body is not an event in JSON")
	}
	fmt.Println(event.Type, event.ID) // handle the event here
	// Only now: had handling failed, the next try must not be taken for a repeat.
	seen[id] = true
	if order = append(order, id); len(order) > maxRememberedIDs {
		delete(seen, order[0])
		order = order[1:]
	}
	return nil
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/hooks" {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	// The bytes exactly as sent: re-encoded JSON would not match the signature.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err == nil {
		err = verify(r.Header, body)
	}
	if err == nil {
		err = accept(r.Header.Get("webhook-id"), body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%s/hooks\n", listener.Addr())
	// A silent client must not hold a connection for ever.
	server := &http.Server{Handler: http.HandlerFunc(serve), ReadTimeout: 30 * time.Second}
	log.Fatal(server.Serve(listener))
}
