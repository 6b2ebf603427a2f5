package goplsbuild

import (
	"fmt"
	"io"
	"strconv"
)

// WriteSettings writes what makes editors use a program as their gopls.
func WriteSettings(w io.Writer, program string) error {
	quoted := strconv.Quote(program)
	_, err := fmt.Fprintf(w, `
VS Code, settings.json:
    "go.alternateTools": {"gopls": %[1]s}

Neovim 0.11 or later, init.lua:
    vim.lsp.config("gopls", {cmd = {%[1]s}, filetypes = {"go", "gomod", "gowork"}, root_markers = {"go.work", "go.mod"}})
    vim.lsp.enable("gopls")

Helix, languages.toml:
    [language-server.gopls]
    command = %[1]s

Zed, settings.json:
    "lsp": {"gopls": {"binary": {"path": %[1]s}}}

Emacs, init.el, with eglot or lsp-mode:
    (with-eval-after-load 'eglot (add-to-list 'eglot-server-programs '((go-mode go-ts-mode) . (%[1]s))))
    (setq lsp-go-gopls-server-path %[1]s)

GoLand, with the plugin LSP4IJ: a new language server with the command
    %[2]s
    for files *.go, language id go

A rule is switched off in tenantvet.yaml, for the editor and everything else, or
for the editor alone by gopls's setting "analyses": {"rawpool": false}.
`, quoted, program)
	return err
}
