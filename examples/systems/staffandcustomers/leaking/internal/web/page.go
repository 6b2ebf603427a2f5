// Package web has the page that the browser starts with.
package web

import (
	"html/template"
	"net/http"
	"os"
)

var page = template.Must(template.New("page").Parse(`<script type="module">
	import { start } from "/app.js"
	start({{.URL}}, {{.Key}})
</script>
`))

// Page tells the browser where the database is.
func Page(w http.ResponseWriter, r *http.Request) {
	_ = page.Execute(w, map[string]string{
		"URL": "https://tours.example.com",
		"Key": os.Getenv("SUPABASE_SERVICE_ROLE_KEY"),
	})
}
