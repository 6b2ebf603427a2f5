// Package lspclient speaks the language server protocol with a server that it
// starts, over the server's standard input and output: as much of it as it takes to
// see that a server answers, and what it says about files.
package lspclient

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os/exec"
	"strconv"
	"sync"
)

// A Client is a conversation with a running server.
type Client struct {
	cmd *exec.Cmd
	in  io.WriteCloser

	mu      sync.Mutex // guards what follows, and writing
	next    int
	waiting map[int]chan message
	err     error // why there will be no more messages
	ended   chan struct{}

	handle Handler
}

// A Handler is told of the server's notifications and asked its requests; what it
// returns is the answer to a request. It must not call the server itself.
type Handler func(method string, params json.RawMessage) (result any)

type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *failure        `json:"error,omitempty"`
}

type failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Start starts a server.
func Start(cmd *exec.Cmd, handle Handler) (*Client, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Client{cmd: cmd, in: in, waiting: map[int]chan message{}, ended: make(chan struct{}), handle: handle}
	go c.read(bufio.NewReader(out))
	return c, nil
}

// Call asks the server something and decodes its answer into result, unless nil.
func (c *Client) Call(ctx context.Context, method string, params, result any) error {
	c.mu.Lock()
	c.next++
	id := c.next
	answer := make(chan message, 1)
	c.waiting[id] = answer
	err := c.write(message{ID: json.RawMessage(strconv.Itoa(id)), Method: method}, params)
	c.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	case <-c.ended:
		return fmt.Errorf("%s: the server ended: %v", method, c.err)
	case m := <-answer:
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}

// Notify tells the server something.
func (c *Client) Notify(method string, params any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.write(message{Method: method}, params)
}

// Close ends the conversation and the server.
func (c *Client) Close(ctx context.Context) error {
	err := c.Call(ctx, "shutdown", nil, nil)
	if err == nil {
		err = c.Notify("exit", nil)
	}
	if err != nil {
		_ = c.cmd.Process.Kill()
	}
	c.in.Close()
	<-c.ended
	return errors.Join(err, c.cmd.Wait())
}

// write sends a message; c.mu is held.
func (c *Client) write(m message, params any) error {
	m.Version = "2.0"
	if params != nil {
		data, err := json.Marshal(params)
		if err != nil {
			return err
		}
		m.Params = data
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(data), data)
	return err
}

// read receives messages until the server ends.
func (c *Client) read(r *bufio.Reader) {
	for {
		m, err := receive(r)
		if err != nil {
			c.mu.Lock()
			c.err = err
			c.mu.Unlock()
			close(c.ended)
			return
		}
		if m.Method != "" {
			result := c.handle(m.Method, m.Params)
			if m.ID != nil {
				c.answer(m.ID, result)
			}
			continue
		}
		id, _ := strconv.Atoi(string(m.ID))
		c.mu.Lock()
		answer := c.waiting[id]
		delete(c.waiting, id)
		c.mu.Unlock()
		if answer != nil {
			answer <- m
		}
	}
}

func (c *Client) answer(id json.RawMessage, result any) {
	data, err := json.Marshal(result)
	if err != nil {
		data = []byte("null")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.write(message{ID: id, Result: data}, nil) // a server that is gone is noticed by reading
}

func receive(r *bufio.Reader) (message, error) {
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return message{}, err
	}
	size, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || size < 0 || size > 64<<20 {
		return message{}, fmt.Errorf("bad length of a message: %q", header.Get("Content-Length"))
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return message{}, err
	}
	var m message
	return m, json.Unmarshal(data, &m)
}
