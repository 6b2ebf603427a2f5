package routers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/labstack/echo/v4"
)

// Gin covers the routes that come after Use, and groups that are made after it.
func Gin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	early := r.Group("/g")
	r.GET("/a", ginA)
	r.Use(ginWith)
	r.GET("/b", ginB)
	early.GET("/c", ginC)
	r.Group("/h").GET("/d", ginD)
	return r
}

// GinGroups uses middleware in groups and at routes.
func GinGroups() http.Handler {
	r := gin.New()
	g := r.Group("/g", ginWith)
	g.GET("/a", ginA)
	r.GET("/b", ginWith, ginB)
	h := r.Group("/h")
	h.GET("/c", ginC)
	h.Use(ginWith)
	ginMore(h, ginD)
	return r
}

func ginMore(r gin.IRouter, h gin.HandlerFunc) { r.Handle(http.MethodGet, "/d", h) }

// Echo covers all routes by Use, and those of a group that come after it.
func Echo() http.Handler {
	e := echo.New()
	g := e.Group("/g")
	g.GET("/a", echoA)
	e.GET("/b", echoB)
	e.Use(echoWith)
	return e
}

// EchoGroups uses middleware in groups and at routes.
func EchoGroups() http.Handler {
	e := echo.New()
	g := e.Group("/g")
	g.GET("/a", echoA)
	g.Use(echoWith)
	g.GET("/b", echoB)
	e.GET("/c", echoC, echoWith)
	e.Group("/h", echoWith).Group("/i").GET("/d", echoD)
	return e
}

// Fiber covers the routes that come after Use, below its path.
func Fiber() http.Handler {
	app := fiber.New()
	app.Get("/a", fiberA)
	app.Use("/g", fiberWith)
	app.Get("/b", fiberB)
	app.Get("/g/c", fiberC)
	app.Group("/g/h").Get("/d", fiberD)
	return adaptor.FiberApp(app)
}

// FiberGroups: a group without a path of its own covers what comes after it.
func FiberGroups() http.Handler {
	app := fiber.New()
	g := app.Group("/g")
	g.Get("/a", fiberA)
	g.Group("", fiberWith).Get("/b", fiberB)
	g.Get("/c", fiberC)
	app.Get("/d", fiberD)
	return adaptor.FiberApp(app)
}

// FiberRoutes puts middleware before single handlers.
func FiberRoutes() http.Handler {
	app := fiber.New()
	app.Get("/a", fiberWith, fiberA)
	app.Route("/g", func(r fiber.Router) {
		r.Use(fiberWith)
		r.Get("/b", fiberB)
	})
	app.Get("/c", fiberC)
	return adaptor.FiberApp(app)
}
