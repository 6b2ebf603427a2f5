//go:build leaking

package main

// planted: whether somebody is staff is what users say about themselves.
const planted = true

func refresh() { arrange("REFRESH MATERIALIZED VIEW best_customers") }
