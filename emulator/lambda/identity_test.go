package lambda

import "github.com/anikeshk/cumin/emulator/internal/wire"

func identity() wire.Identity { return wire.Identity{Account: "123456789012", Region: "eu-central-1"} }
