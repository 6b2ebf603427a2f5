package untrustedtenant

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/crypto/bcrypt"

	"example.com/requests/tenantdb"
)

type claims struct {
	UserID   uuid.UUID
	TenantID uuid.UUID
	Tenants  []uuid.UUID
	Role     string
	IsAdmin  bool
}

type claimsKey struct{}

func claimsOf(ctx context.Context) *claims {
	c, _ := ctx.Value(claimsKey{}).(*claims)
	return c
}

// compared: the header has to say what the claims say.
func (s *Server) compared(w http.ResponseWriter, r *http.Request) {
	tenant, err := uuid.Parse(r.Header.Get("X-Tenant-ID"))
	if err != nil || tenant != claimsOf(r.Context()).TenantID {
		http.Error(w, "not yours", http.StatusForbidden)
		return
	}
	_ = s.run(r.Context(), tenant)
}

// folded compares the text rather than the value made of it.
func (s *Server) folded(w http.ResponseWriter, r *http.Request) {
	text := r.Header.Get("X-Tenant-ID")
	if !strings.EqualFold(text, claimsOf(r.Context()).TenantID.String()) {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(text))
}

// listed: the header chooses among the caller's tenants.
func (s *Server) listed(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.Header.Get("X-Tenant-ID"))
	if !slices.Contains(claimsOf(r.Context()).Tenants, tenant) {
		return
	}
	_ = s.run(r.Context(), tenant)
}

// comparedWrongly compares with what the request says elsewhere.
func (s *Server) comparedWrongly(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.PathValue("org"))
	if tenant != uuid.MustParse(r.Header.Get("X-Tenant-ID")) {
		return
	}
	_ = s.run(r.Context(), tenant) // want `taken from path parameter org`
}

// comparedAfter compares on one way only.
func (s *Server) comparedAfter(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.Header.Get("X-Strict-Tenant"))
	if r.Header.Get("X-Strict") != "" {
		if tenant != claimsOf(r.Context()).TenantID {
			return
		}
	}
	_ = s.run(r.Context(), tenant) // want `taken from header X-Strict-Tenant`
}

// authenticated knows who the caller is, and lets him choose all the same.
func (s *Server) authenticated(w http.ResponseWriter, r *http.Request) {
	c := claimsOf(r.Context())
	if c == nil {
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Any-Tenant"))) // want `taken from header X-Any-Tenant`
}

// exists: that there is such a tenant says nothing about the caller.
func (s *Server) exists(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.PathValue("existing"))
	ok, err := tenantdb.Exists(r.Context(), s.pool, tenant)
	if err != nil || !ok {
		http.NotFound(w, r)
		return
	}
	_ = s.run(r.Context(), tenant) // want `taken from path parameter existing`
}

// member is looked up together with the user of the context.
func (s *Server) member(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.PathValue("tenant"))
	ok, err := tenantdb.IsMember(r.Context(), s.pool, tenant)
	if err != nil || !ok {
		http.NotFound(w, r)
		return
	}
	_ = s.run(r.Context(), tenant)
}

// joined looks it up itself.
func (s *Server) joined(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.PathValue("tenant"))
	var one int
	err := s.pool.QueryRow(r.Context(), "SELECT 1 FROM members WHERE user_id = $1 AND tenant_id = $2",
		claimsOf(r.Context()).UserID, tenant).Scan(&one)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	_ = s.run(r.Context(), tenant)
}

// counted looks at the count that it gets.
func (s *Server) counted(w http.ResponseWriter, r *http.Request) {
	tenant := uuid.MustParse(r.PathValue("tenant"))
	var n int
	_ = s.pool.QueryRow(r.Context(), "SELECT count(*) FROM members WHERE user_id = $1 AND tenant_id = $2",
		claimsOf(r.Context()).UserID, tenant).Scan(&n)
	if n == 0 {
		http.NotFound(w, r)
		return
	}
	_ = s.run(r.Context(), tenant)
}

func (s *Server) authorize(r *http.Request) error {
	if r.PathValue("tenant") != claimsOf(r.Context()).TenantID.String() {
		return errors.New("not yours")
	}
	return nil
}

// helped leaves the check to a function that reads the same of the request.
func (s *Server) helped(w http.ResponseWriter, r *http.Request) {
	if err := s.authorize(r); err != nil {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(r.PathValue("tenant")))
}

// helpedWrongly: what was checked is something else.
func (s *Server) helpedWrongly(w http.ResponseWriter, r *http.Request) {
	if err := s.authorize(r); err != nil {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(r.PathValue("other"))) // want `taken from path parameter other`
}

// admin may choose: who has the role works for all tenants.
func (s *Server) admin(w http.ResponseWriter, r *http.Request) {
	if claimsOf(r.Context()).Role != "platform-admin" {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(r.PathValue("tenant")))
}

// adminFlag is the same with a flag, for those who have none the claims decide.
func (s *Server) adminFlag(w http.ResponseWriter, r *http.Request) {
	c := claimsOf(r.Context())
	tenant := c.TenantID
	if c.IsAdmin {
		tenant = uuid.MustParse(r.Header.Get("X-Tenant-ID"))
	}
	_ = s.run(r.Context(), tenant)
}

// service is called by a program that knows the secret, and may say for whom.
func (s *Server) service(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Api-Key")), []byte(s.apiKey)) != 1 {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Tenant-ID")))
}

// known: a constant is nobody's choice.
func (s *Server) known(w http.ResponseWriter, r *http.Request) {
	tenant := r.URL.Query().Get("tenant")
	if tenant != "6f0c1f2e-0d5a-4a4e-9c37-0b6d5b7b4a11" {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(tenant))
}

// login is asked for a tenant, and checks the password of somebody there.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	in, err := decode[struct {
		TenantID uuid.UUID
		Password string
	}](r)
	if err != nil {
		return
	}
	if s.run(r.Context(), in.TenantID) != nil || bcrypt.CompareHashAndPassword(nil, []byte(in.Password)) != nil {
		http.Error(w, "wrong", http.StatusUnauthorized)
	}
}

type directory interface {
	TenantOf(ctx context.Context, slug string) (uuid.UUID, error)
	MayUse(ctx context.Context, tenant uuid.UUID) bool
}

// lookedUp gets the tenant from somebody who knows: what it asks is not seen.
func (s *Server) lookedUp(d directory) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tenant, err := d.TenantOf(r.Context(), r.Header.Get("X-Tenant-Slug"))
		if err == nil {
			_ = s.run(r.Context(), tenant)
		}
	}
}

// asked: an interface may find out who asks.
func (s *Server) asked(d directory) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tenant := uuid.MustParse(r.PathValue("tenant"))
		if d.MayUse(r.Context(), tenant) {
			_ = s.run(r.Context(), tenant)
		}
	}
}
