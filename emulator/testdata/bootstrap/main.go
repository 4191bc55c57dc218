// Command bootstrap is a Lambda function for the emulator's own tests: it
// speaks the Runtime API with the standard library and does what its event
// says.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// order is an event; of a batch, the order is the body of each record.
type order struct {
	Do    string `json:"do"` // echo (default), fail, exit, panic, sleep, grow, print, env, pid, call, ask
	Text  string `json:"text"`
	Times int    `json:"times"`

	// of ask: one request to AWS, whose body is Text
	Service, Target, Method, Path string
}

func main() {
	if os.Getenv("INIT") == "exit" {
		fmt.Println("cannot start")
		os.Exit(7)
	}
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"
	if os.Getenv("INIT") == "error" {
		post(base+"init/error", []byte(`{"errorType":"Config","errorMessage":"a setting is missing"}`))
		os.Exit(1)
	}
	for {
		res, err := http.Get(base + "invocation/next")
		if err != nil {
			os.Exit(1)
		}
		event, _ := io.ReadAll(res.Body)
		res.Body.Close()
		id := res.Header.Get("Lambda-Runtime-Aws-Request-Id")
		out, err := handle(event)
		if err != nil {
			body, _ := json.Marshal(map[string]string{"errorType": "Failed", "errorMessage": err.Error()})
			post(base+"invocation/"+id+"/error", body)
			continue
		}
		post(base+"invocation/"+id+"/response", out)
	}
}

func post(url string, body []byte) {
	res, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		os.Exit(1)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
}

func handle(event []byte) ([]byte, error) {
	var o order
	json.Unmarshal(event, &o)
	switch o.Do {
	case "fail":
		return nil, fmt.Errorf("%s", o.Text)
	case "exit":
		os.Exit(3)
	case "panic":
		panic(o.Text)
	case "sleep":
		d, _ := time.ParseDuration(o.Text)
		time.Sleep(d)
	case "grow":
		hog := make([]byte, o.Times<<20)
		for i := range hog {
			hog[i] = 1
		}
		time.Sleep(5 * time.Second)
		fmt.Println(hog[len(hog)-1])
	case "print":
		fmt.Println(o.Text)
		fmt.Fprintln(os.Stderr, "to stderr: "+o.Text)
	case "env":
		return json.Marshal(os.Getenv(o.Text))
	case "pid":
		return json.Marshal(os.Getpid())
	case "ask":
		return ask(o)
	case "call":
		for range o.Times {
			r, _ := http.NewRequest("POST", os.Getenv("AWS_ENDPOINT_URL"), strings.NewReader(o.Text))
			r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+os.Getenv("AWS_ACCESS_KEY_ID")+"/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0")
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				return nil, err
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	}
	return event, nil
}

// ask sends one request as the function and answers what came back.
func ask(o order) ([]byte, error) {
	r, err := http.NewRequest(o.Method, os.Getenv("AWS_ENDPOINT_URL")+o.Path, strings.NewReader(o.Text))
	if err != nil {
		return nil, err
	}
	if o.Target != "" {
		r.Header.Set("X-Amz-Target", o.Target)
	}
	if o.Service == "iam" || o.Service == "sts" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+os.Getenv("AWS_ACCESS_KEY_ID")+"/20260101/us-east-1/"+o.Service+"/aws4_request, SignedHeaders=host, Signature=0")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"status": res.StatusCode, "body": string(body)})
}
