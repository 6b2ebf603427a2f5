package rules

import (
	"fmt"
)

// settablebypass reports settings that open policies: whoever runs a statement can
// set them. Each is reported once, at the first policy that asks for it.
func settablebypass(s *State) []Finding {
	var out []Finding
	at := map[string]int{}
	for _, o := range s.openings() {
		if o.rule != "settablebypass" {
			continue
		}
		flag, _ := o.way.Flag()
		key := flag.What + " = '" + flag.Value + "'"
		if i, ok := at[key]; ok {
			out[i].Path = append(out[i].Path, Step{o.policy.At, fmt.Sprintf("opens %s by policy %s as well", shown(o.tenant.Table), o.policy.Name)})
			continue
		}
		at[key] = len(out)
		out = append(out, Finding{
			At: o.policy.At, Object: flag.What, Subject: key,
			Message: fmt.Sprintf("policy %s of %s opens every tenant's rows when %s is '%s', which any role can set", o.policy.Name, shown(o.tenant.Table), flag.What, flag.Value),
			Advice:  "give a role of its own such a policy, or BYPASSRLS, and let privileged code log in as that role",
		})
	}
	for i := range out {
		if n := len(out[i].Path); n > 0 {
			out[i].Message += fmt.Sprintf("; so do %d more", n)
			if n == 1 {
				out[i].Message = out[i].Message[:len(out[i].Message)-len("so do 1 more")] + "so does another one"
			}
		}
	}
	return out
}
