package evidence

import "strings"

// A Toolkit is a package that only programs import which run with their users.
type Toolkit struct {
	Path string
	// Browser: there is no other place where a program with it can run.
	Browser bool
}

// Toolkits lists them. Packages below Path count as well.
func Toolkits() []Toolkit {
	return []Toolkit{
		{Path: "syscall/js", Browser: true},
		{Path: "fyne.io/fyne"},
		{Path: "gioui.org/app"},
		{Path: "github.com/gopherjs/gopherjs/js", Browser: true},
		{Path: "github.com/hajimehoshi/ebiten"},
		{Path: "github.com/mattn/go-gtk"},
		{Path: "github.com/therecipe/qt"},
		{Path: "github.com/wailsapp/wails"},
		{Path: "github.com/webview/webview_go"},
		{Path: "github.com/zserge/lorca"},
		{Path: "golang.org/x/mobile/app"},
	}
}

// IsToolkit reports whether a package belongs to a toolkit.
func IsToolkit(path string) bool { _, ok := toolkit(path); return ok }

// RunsInBrowser reports whether a package belongs to a toolkit that nothing but a
// program in a browser can have.
func RunsInBrowser(path string) bool {
	t, ok := toolkit(path)
	return ok && t.Browser
}

func toolkit(path string) (Toolkit, bool) {
	for _, t := range Toolkits() {
		if path == t.Path || strings.HasPrefix(path, t.Path+"/") {
			return t, true
		}
	}
	return Toolkit{}, false
}

// mayBeClient reports whether a file imports a toolkit.
func mayBeClient(src string) bool {
	for _, t := range Toolkits() {
		if strings.Contains(src, `"`+t.Path+`"`) || strings.Contains(src, `"`+t.Path+"/") {
			return true
		}
	}
	return false
}
