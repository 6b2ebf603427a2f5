package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// HandedBy is the function that began a transaction and handed it to the one at hand, as
// a result or to its callback; nil where the function at hand began it itself.
func (h Handle) HandedBy() *types.Func {
	call, ok := h.Value.(ssa.CallInstruction)
	if !ok || h.Root != Created || h.Kind != dbapi.Tx || h.frame == nil {
		return nil
	}
	t := h.frame.targetOf(call)
	if t.method.Effect != dbapi.None || t.fn == nil {
		return nil
	}
	return t.called()
}
