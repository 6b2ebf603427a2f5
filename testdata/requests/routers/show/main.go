// Command show asks each router of package routers for its handlers.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"example.com/requests/routers"
)

func main() {
	for _, s := range []struct {
		name string
		make func() http.Handler
	}{
		{"HTTP", routers.HTTP}, {"HTTPWrapped", routers.HTTPWrapped}, {"HTTPLayers", routers.HTTPLayers}, {"Chi", routers.Chi}, {"ChiMounted", routers.ChiMounted},
		{"Gorilla", routers.Gorilla}, {"GorillaSub", routers.GorillaSub}, {"Field", routers.Field},
		{"Gin", routers.Gin}, {"GinGroups", routers.GinGroups}, {"Echo", routers.Echo}, {"EchoGroups", routers.EchoGroups},
		{"Fiber", routers.Fiber}, {"FiberGroups", routers.FiberGroups}, {"FiberRoutes", routers.FiberRoutes},
	} {
		h := s.make()
		for _, dir := range []string{"", "/g", "/h", "/i", "/g/h", "/h/i"} {
			for _, name := range []string{"a", "b", "c", "d", "x"} {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, dir+"/"+name, nil))
				if w.Code == http.StatusOK {
					fmt.Println(s.name, w.Body)
				}
			}
		}
	}
}
