package driver

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// toolVersion is the version of the tool's module.
func toolVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// versionText is what a bug report needs: the parsers differ by the build.
func versionText() string {
	return fmt.Sprintf("tenantvet %s\nparser: %s\ngo: %s %s/%s\n", toolVersion(), sqlcheck.Parser(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
