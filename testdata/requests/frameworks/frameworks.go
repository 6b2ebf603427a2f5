// Package frameworks reads tenants with the libraries that programs read
// requests with.
package frameworks

import (
	"context"

	"connectrpc.com/connect"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/gorilla/mux"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"
	"google.golang.org/grpc/metadata"

	"net/http"

	"example.com/requests/tenantdb"
)

type server struct{ pool *pgxpool.Pool }

func (s *server) run(ctx context.Context, tenant string) error {
	id, err := uuid.Parse(tenant)
	if err != nil {
		return err
	}
	return tenantdb.WithTenant(ctx, s.pool, id, nil)
}

type input struct {
	Tenant string `json:"tenant"`
}

func (s *server) gin(c *gin.Context) {
	_ = s.run(c, c.Param("tenant")) // want `from path parameter tenant:`
	_ = s.run(c, c.Query("q"))      // want `from query parameter q:`
	_ = s.run(c, c.GetHeader("H"))  // want `from header H:`
	_ = s.run(c, c.PostForm("f"))   // want `from form value f:`
	v, _ := c.Cookie("c")
	_ = s.run(c, v) // want `from cookie c:`
	var in input
	if c.ShouldBindJSON(&in) == nil {
		_ = s.run(c, in.Tenant) // want `from Tenant of the request's body:`
	}
	_ = s.run(c, c.Request.Header.Get("R")) // want `from header R:`
	// Who puts this there is not seen here.
	_ = s.run(c, c.GetString("other"))
}

// ginHeader puts the header where ginUse takes the tenant from.
func ginHeader(c *gin.Context) {
	c.Set("tenant", c.GetHeader("X-Tenant")) // want `from header X-Tenant:`
	c.Set("trace", c.GetHeader("X-Trace"))
	c.Next()
}

func (s *server) ginUse(c *gin.Context) {
	tenant, ok := c.Get("tenant")
	if ok {
		_ = s.run(c, tenant.(string))
	}
}

func (s *server) echo(c echo.Context) error {
	ctx := c.Request().Context()
	_ = s.run(ctx, c.Param("tenant"))                // want `from path parameter tenant:`
	_ = s.run(ctx, c.QueryParam("q"))                // want `from query parameter q:`
	_ = s.run(ctx, c.Request().Header.Get("H"))      // want `from header H:`
	_ = s.run(ctx, c.FormValue("f"))                 // want `from form value f:`
	_ = s.run(ctx, c.Request().URL.Query().Get("r")) // want `from query parameter r:`
	in := new(input)
	if err := c.Bind(in); err != nil {
		return err
	}
	return s.run(ctx, in.Tenant) // want `from Tenant of the request's body:`
}

func echoHeader(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set("org", c.Request().Header.Get("X-Org")) // want `from header X-Org:`
		return next(c)
	}
}

func (s *server) echoUse(c echo.Context) error {
	org, _ := c.Get("org").(string)
	return s.run(c.Request().Context(), org)
}

func (s *server) fiber(c *fiber.Ctx) error {
	ctx := c.UserContext()
	_ = s.run(ctx, c.Params("tenant")) // want `from path parameter tenant:`
	_ = s.run(ctx, c.Query("q"))       // want `from query parameter q:`
	_ = s.run(ctx, c.Get("H"))         // want `from header H:`
	_ = s.run(ctx, c.Cookies("c"))     // want `from cookie c:`
	var in input
	if err := c.BodyParser(&in); err != nil {
		return err
	}
	return s.run(ctx, in.Tenant) // want `from Tenant of the request's body:`
}

func fiberHeader(c *fiber.Ctx) error {
	c.Locals("company", c.Get("X-Company")) // want `from header X-Company:`
	return c.Next()
}

func (s *server) fiberUse(c *fiber.Ctx) error {
	company, _ := c.Locals("company").(string)
	return s.run(c.UserContext(), company)
}

func (s *server) routers(_ http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), chi.URLParam(r, "chi")) // want `from path parameter chi:`
	_ = s.run(r.Context(), mux.Vars(r)["mux"])     // want `from path parameter mux:`
	_ = s.run(r.Context(), mux.CurrentRoute(r).GetName())
}

func (s *server) grpc(ctx context.Context) error {
	md, ok := metadata.FromIncomingContext(ctx)
	if !ok {
		return nil
	}
	if v := md.Get("x-tenant"); len(v) > 0 {
		_ = s.run(ctx, v[0]) // want `from metadata x-tenant:`
	}
	for _, v := range md["x-tenants"] {
		_ = s.run(ctx, v) // want `from metadata x-tenants:`
	}
	// What goes out comes from the program.
	out, _ := metadata.FromOutgoingContext(ctx)
	return s.run(ctx, out.Get("x-tenant")[0])
}

func (s *server) connect(ctx context.Context, req *connect.Request[input]) error {
	return s.run(ctx, req.Header().Get("X-Tenant")) // want `from header X-Tenant:`
}

// response: the header of an answer is none of a request.
func (s *server) response(ctx context.Context, resp *http.Response) error {
	return s.run(ctx, resp.Header.Get("X-Tenant"))
}
