// Corpus measures tenantvet on real code: it runs the built binary over
// checkouts of public repositories and compares the findings with labels that
// people made by reading.
//
//	go run ./corpus -tool ./tenantvet -labels dev.jsonl -dir checkouts [-repo owner/name] [-format markdown]
//
// A checkout of owner/name is the directory <dir>/owner__name. It prints what
// was found, what was missed, which findings have no label (read those against
// the source: a finding nobody labelled is right or wrong, and only reading
// tells which), and violations: findings on lines that the labels call correct.
//
// It knows the tool only by its command line and its JSON, so that it measures
// what a user gets.
//
// Exit codes: 0 measured, 1 measured with violations, 2 wrong use, 3 a
// repository could not be measured.
package main
