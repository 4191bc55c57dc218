module github.com/anikeshk/cumin/emulator

go 1.26.0

require (
	github.com/google/btree v1.1.3 // indirect
	github.com/tidwall/btree v1.8.2 // indirect
	go.etcd.io/bbolt v1.5.0 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/sys v0.45.0 // indirect
)
