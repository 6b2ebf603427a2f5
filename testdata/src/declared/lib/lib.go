// Package lib is a client for a database that nobody can look into.
package lib

import "context"

type Client struct{ send func(string, ...any) error }

func Open(dsn string) *Client { return &Client{} }

func (c *Client) Select(dest any, query string, args ...any) error { return c.send(query, args...) }
func (c *Client) Begin(ctx context.Context) (*Client, error)       { return &Client{c.send}, nil }
func (c *Client) For(tenant string) *Client                        { return &Client{c.send} }
func (c *Client) Debug() *Client                                   { return &Client{c.send} }
func (c *Client) InTx(f func(*Client) error) error                 { return f(&Client{c.send}) }

func (c *Client) InTenant(tenant string, f func(context.Context, *Client) error) error {
	return f(context.Background(), &Client{c.send})
}

func Run(c *Client, query string) error        { return c.send(query) }
func SetTenant(c *Client, tenant string) error { return c.send(tenant) }

// A Tenant is a client that always works for one tenant.
type Tenant struct{ client *Client }

func New(c *Client, tenant string) Tenant { return Tenant{c} }
func (t Tenant) Select(dest any, query string, args ...any) error {
	return t.client.Select(dest, query, args...)
}
