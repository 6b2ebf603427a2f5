package goplsbuild

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/tenantvet/tenantvet/internal/lspclient"
)

// verify sees that a program is gopls and answers as a language server.
func verify(ctx context.Context, program string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "version").CombinedOutput()
	if err != nil || !strings.Contains(string(out), goplsModule) {
		return fmt.Errorf("gopls version: %v\n%s", err, tail(out))
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Dir = os.TempDir()
	client, err := lspclient.Start(cmd, func(string, json.RawMessage) any { return nil })
	if err != nil {
		return err
	}
	var answer struct {
		ServerInfo struct{ Name string } `json:"serverInfo"`
	}
	params := map[string]any{"processId": nil, "rootUri": nil, "capabilities": map[string]any{}}
	if err := client.Call(ctx, "initialize", params, &answer); err != nil {
		return err
	}
	if answer.ServerInfo.Name != "gopls" {
		return fmt.Errorf("it says that it is %q", answer.ServerInfo.Name)
	}
	return client.Close(ctx)
}
