package sqlcheck

// asOperand lists what a hole may stand for where a name or an operand must come.
func asOperand(m string, place Place) []choice {
	return []choice{
		{" " + m + " ", place},
		{" '" + m + "' ", InValue},
		{" ", InFragment},
		{" (" + m + ") ", InFragment},
		{" " + m + " = 0 ", InFragment},
		{" SELECT 0 AS " + m + " ", InFragment},
		{" WHEN true THEN " + m + " ", InFragment},
		{" 0 ", InValue},
		{" SERIALIZABLE ", InValue},
	}
}

// afterOperand lists what a hole may stand for after a complete operand or name.
func afterOperand(m string) []choice {
	return []choice{
		{" ", InFragment},
		{" = ", InFragment},
		{" " + m + " ", InFragment},
		{" SET " + m + " = 0 ", InFragment},
		{" ON true ", InFragment},
		{" SELECT 0 AS " + m + " ", InFragment},
		{" WHEN true THEN " + m + " ", InFragment},
		{" (" + m + ") ", InFragment},
		{" '" + m + "' ", InValue},
		{" AND ", InFragment},
		{" UNION ALL ", InFragment},
	}
}
