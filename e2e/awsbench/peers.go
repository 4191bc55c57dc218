package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The versions measured; a newer DynamoDB Local names SDK artifacts that not
// every mirror of Maven Central serves.
const (
	dynaliteVersion = "4.0.0"
	motoVersion     = "5.2.5"
)

//go:embed dynamodb-local.pom.xml
var dynamoLocalPOM []byte

const (
	nameOurs     = "cumin"
	nameConstant = "constant"
)

// server is one program to measure.
type server struct {
	name string
	// queues and buckets say whether it offers SQS and S3; all offer DynamoDB.
	queues, buckets bool
	// command is its program and arguments, listening on a port of 127.0.0.1.
	// The program itself, no wrapper: its process is what CPU is read from.
	command func(port int) []string
	// proof is a file that exists once it is installed, install the steps that
	// do it.
	proof   string
	install [][]string
}

// catalogue returns the servers that can run and those not installed.
func catalogue(ours, dir string) (present, absent []server) {
	python, jars := filepath.Join(dir, "moto", "bin", "python"), filepath.Join(dir, "dynamodb-local", "jars")
	dynalite := filepath.Join(dir, "dynalite", "node_modules", "dynalite", "cli.js")
	pom := filepath.Join(dir, "dynamodb-local", "pom.xml")
	all := []server{
		{name: nameOurs, queues: true, buckets: true, proof: ours, command: func(port int) []string {
			return []string{ours, "aws", "-listen", loopback(port), "-log", "error"}
		}},
		{name: "DynamoDB Local", proof: jars,
			command: func(port int) []string {
				return []string{"java", "-Djava.library.path=" + jars, "-Dsqlite4java.library.path=" + jars, "-cp", filepath.Join(jars, "*"),
					"software.amazon.dynamodb.services.local.main.ServerRunner", "-inMemory", "-port", fmt.Sprint(port)}
			},
			install: [][]string{{"mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", "-DoutputDirectory=" + jars}},
		},
		{name: "dynalite", proof: dynalite,
			command: func(port int) []string {
				return []string{"node", dynalite, "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--createTableMs", "0", "--deleteTableMs", "0"}
			},
			install: [][]string{{"npm", "install", "--silent", "--prefix", filepath.Join(dir, "dynalite"), "dynalite@" + dynaliteVersion}},
		},
		{name: "moto", queues: true, buckets: true, proof: filepath.Join(dir, "moto", "bin", "moto_server"),
			command: func(port int) []string {
				return []string{python, "-m", "moto.server", "-H", "127.0.0.1", "-p", fmt.Sprint(port)}
			},
			install: [][]string{
				{"python3", "-m", "venv", filepath.Join(dir, "moto")},
				{python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "moto[server]==" + motoVersion},
			},
		},
	}
	for _, s := range all {
		if _, err := os.Stat(s.proof); err != nil {
			absent = append(absent, s)
			continue
		}
		present = append(present, s)
		if s.name == nameOurs { // its answers are what the constant repeats
			present = append(present, server{name: nameConstant, queues: true, buckets: true})
		}
	}
	return present, absent
}

// installPeers installs what is missing, each from its own registry.
func installPeers(ctx context.Context, dir string) error {
	home := filepath.Join(dir, "dynamodb-local")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(home, "pom.xml"), dynamoLocalPOM, 0o644); err != nil {
		return err
	}
	_, absent := catalogue("", dir)
	for _, s := range absent {
		for _, step := range s.install {
			fmt.Fprintln(os.Stderr, "installing", s.name)
			cmd := exec.CommandContext(ctx, step[0], step[1:]...)
			cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("install %s: %w", s.name, err)
			}
		}
	}
	return nil
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
