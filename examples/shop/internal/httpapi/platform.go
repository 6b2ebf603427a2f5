package httpapi

import "net/http"

func (s *Server) listPlans(w http.ResponseWriter, r *http.Request) {
	plans, err := s.queries.ListPlans(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, plans)
}

func (s *Server) listCountries(w http.ResponseWriter, r *http.Request) {
	countries, err := s.queries.ListCountries(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, countries)
}
