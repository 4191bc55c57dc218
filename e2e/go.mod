module github.com/anikeshk/cumin/e2e

go 1.26.0

require (
	github.com/anikeshk/cumin v0.0.0
	github.com/anikeshk/cumin/emulator v0.0.0
)

replace github.com/anikeshk/cumin => ../

replace github.com/anikeshk/cumin/emulator => ../emulator
