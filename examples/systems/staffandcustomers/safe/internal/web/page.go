// Package web has the page that the browser starts with.
package web

import (
	"html/template"
	"net/http"
)

var page = template.Must(template.New("page").Parse(`<script type="module">
	import { start } from "/app.js"
	start({{.URL}}, {{.Key}})
</script>
`))

// publishableKey is for everybody to see: it opens what the policies open to those who
// are not signed in.
const publishableKey = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH"

// Page tells the browser where the database is.
func Page(w http.ResponseWriter, r *http.Request) {
	_ = page.Execute(w, map[string]string{
		"URL": "https://tours.example.com",
		"Key": publishableKey,
	})
}
