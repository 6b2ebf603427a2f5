package untrustedtenant

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/requests/middleware"
)

// member lets those through who belong to the tenant of the path.
func member(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tenant, err := uuid.Parse(chi.URLParam(r, "tenant"))
		if err != nil || tenant != claimsOf(r.Context()).TenantID {
			http.Error(w, "not yours", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// exists lets everybody through who names a tenant.
func exists(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := uuid.Parse(chi.URLParam(r, "tenant")); err != nil {
			http.Error(w, "no such tenant", http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sometimes looks at who asks, and goes on all the same.
func sometimes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if uuid.MustParse(chi.URLParam(r, "tenant")) == claimsOf(r.Context()).TenantID {
			w.Header().Set("X-Mine", "yes")
		}
		next.ServeHTTP(w, r)
	})
}

// Routes are those that the middleware covers, and others.
func (s *Server) Routes() http.Handler {
	r := chi.NewRouter()
	r.Route("/{tenant}", func(r chi.Router) {
		r.Use(member)
		r.Get("/orders", s.behindMember)
		r.Get("/twice", s.onceBehindMember)
		r.Get("/other", s.otherBehindMember)
		r.Get("/literal", func(w http.ResponseWriter, r *http.Request) {
			_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant")))
		})
	})
	r.Group(func(r chi.Router) {
		if s.strict {
			r.Use(member)
		}
		r.Get("/perhaps/{tenant}", s.perhapsBehindMember)
	})
	r.Get("/twice/{tenant}", s.onceBehindMember)
	r.With(exists).Get("/exists/{tenant}", s.behindExists)
	r.With(sometimes).Get("/sometimes/{tenant}", s.behindSometimes)
	r.With(middleware.Member).Get("/elsewhere/{tenant}", s.behindElsewhere)
	return r
}

// behindMember is mounted behind the check only.
func (s *Server) behindMember(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant")))
}

// behindElsewhere is behind one of another package.
func (s *Server) behindElsewhere(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant")))
}

// onceBehindMember is mounted without it as well.
func (s *Server) onceBehindMember(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant"))) // want `from path parameter tenant:`
}

// otherBehindMember takes another part of the request than the one that was checked.
func (s *Server) otherBehindMember(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Tenant-ID"))) // want `from header X-Tenant-ID:`
}

func (s *Server) behindExists(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant"))) // want `from path parameter tenant:`
}

func (s *Server) behindSometimes(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant"))) // want `from path parameter tenant:`
}

// ginMember is the same for gin.
func ginMember(c *gin.Context) {
	if uuid.MustParse(c.Param("shop")) != claimsOf(c).TenantID {
		c.AbortWithStatus(http.StatusForbidden)
		return
	}
	c.Next()
}

// GinRoutes mounts behind it.
func (s *Server) GinRoutes(r *gin.Engine) {
	in := r.Group("/:shop", ginMember)
	in.GET("/orders", s.ginBehind)
	r.GET("/bare/:shop", s.ginBare)
	r.Use(ginMember) // too late
}

func (s *Server) ginBehind(c *gin.Context) { _ = s.run(c, uuid.MustParse(c.Param("shop"))) }

func (s *Server) ginBare(c *gin.Context) {
	_ = s.run(c, uuid.MustParse(c.Param("shop"))) // want `from path parameter shop:`
}

// perhapsBehindMember is behind the check if somebody asks for that.
func (s *Server) perhapsBehindMember(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(chi.URLParam(r, "tenant"))) // want `from path parameter tenant:`
}
