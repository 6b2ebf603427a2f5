// Package routers mounts handlers in the ways in which the libraries can be used,
// so that what the analysis says to come before them can be compared with what
// does: command show asks the routers.
package routers

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
)

type key struct{}

// with puts something into the context of a request.
func with(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "here")))
	})
}

// plain puts nothing there.
func plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
}

func answer(name string, ctx context.Context) string {
	if ctx.Value(key{}) != nil {
		return name + " behind"
	}
	return name + " bare"
}

func a(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answer("a", r.Context())) }
func b(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answer("b", r.Context())) }
func c(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answer("c", r.Context())) }
func d(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answer("d", r.Context())) }

func ginWith(c *gin.Context) {
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), key{}, "here"))
	c.Next()
}

func ginA(c *gin.Context) { c.String(http.StatusOK, answer("ginA", c.Request.Context())) }
func ginB(c *gin.Context) { c.String(http.StatusOK, answer("ginB", c.Request.Context())) }
func ginC(c *gin.Context) { c.String(http.StatusOK, answer("ginC", c.Request.Context())) }
func ginD(c *gin.Context) { c.String(http.StatusOK, answer("ginD", c.Request.Context())) }

func echoWith(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), key{}, "here")))
		return next(c)
	}
}

func echoA(c echo.Context) error {
	return c.String(http.StatusOK, answer("echoA", c.Request().Context()))
}
func echoB(c echo.Context) error {
	return c.String(http.StatusOK, answer("echoB", c.Request().Context()))
}
func echoC(c echo.Context) error {
	return c.String(http.StatusOK, answer("echoC", c.Request().Context()))
}
func echoD(c echo.Context) error {
	return c.String(http.StatusOK, answer("echoD", c.Request().Context()))
}

func fiberWith(c *fiber.Ctx) error {
	c.SetUserContext(context.WithValue(c.UserContext(), key{}, "here"))
	return c.Next()
}

func fiberA(c *fiber.Ctx) error { return c.SendString(answer("fiberA", c.UserContext())) }
func fiberB(c *fiber.Ctx) error { return c.SendString(answer("fiberB", c.UserContext())) }
func fiberC(c *fiber.Ctx) error { return c.SendString(answer("fiberC", c.UserContext())) }
func fiberD(c *fiber.Ctx) error { return c.SendString(answer("fiberD", c.UserContext())) }
