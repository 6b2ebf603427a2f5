package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
)

// tokens are the markets themselves: whoever has one is known.
type tokens struct{}

func (tokens) Market(token string) (string, error) {
	if token == "" {
		return "", http.ErrNoCookie
	}
	return token, nil
}

func main() {
	h := portalOf(tokens{})
	ask := func(method, path, body string) string {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "1") // market A's
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Body.String()
	}
	products := ask("GET", "/products", "")
	works(strings.Contains(products, "a's tea"), "A's products", nil)
	leaks(strings.Contains(products, "b's sample"), "A gets what B gives away: the OR opens the condition")
	leaks(strings.Count(ask("GET", "/sales", ""), "tea") > 1, "A gets B's sale: the join pins one side only")
	leaks(strings.TrimSpace(ask("GET", "/revenue", "")) != "[5]", "A gets everybody's revenue: the report has no market")
	leaks(strings.Contains(ask("GET", "/bestsellers", ""), "b's tea"), "A gets everybody's best sellers: the handler is the administration's")
	ask("POST", "/products", `{"Market": 2, "Title": "planted", "Cents": 1}`)
	leaks(count("SELECT count(*) FROM products WHERE market_id = 2 AND title = 'planted'") > 0, "A adds a product to B's market, which the body names")

	r := httptest.NewRequest("GET", "/products", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	works(w.Code == http.StatusUnauthorized, "nobody is let in without token", nil)
}
