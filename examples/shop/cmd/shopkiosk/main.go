// Command shopkiosk runs on the tablet at a shop's counter: it shows how many
// products the shop has, and how many images of them.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	products, err := count(http.MethodGet, os.Getenv("SHOP_URL")+"/products", "", "Authorization", "Bearer "+os.Getenv("SHOP_API_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	images, err := images(os.Getenv("SHOP_ID"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(products, "products,", images, "images")
}

// images counts the images of a shop.
func images(shop string) (int, error) {
	url := os.Getenv("SUPABASE_URL") + "/storage/v1/object/list/product-images"
	key := os.Getenv("SUPABASE_SERVICE_ROLE_KEY")
	return count(http.MethodPost, url, `{"prefix": "`+shop+`"}`, "Authorization", "Bearer "+key)
}

// count asks for a list and returns its length.
func count(method, url, body, header, value string) (int, error) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set(header, value)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var list []json.RawMessage
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		return 0, err
	}
	return len(list), nil
}
