module github.com/anikeshk/cumin/e2e

go 1.26.0
