package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

//go:embed assets/*
var assetFiles embed.FS

type asset struct {
	path string
	data []byte
}

// assets are the style sheet and the scripts by name. Their files bear the
// digest of what is in them, so that no browser keeps an old one.
var assets = func() map[string]asset {
	all := map[string]asset{}
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err) // they are part of the program
	}
	for _, e := range entries {
		data, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(err)
		}
		all[e.Name()] = asset{digestName("assets/"+e.Name(), data), data}
	}
	return all
}()

// digestName sets the digest of a file's content before its ending.
func digestName(file string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(file)
	return strings.TrimSuffix(file, ext) + "." + hex.EncodeToString(sum[:6]) + ext
}

func assetPath(name string) (string, error) {
	a, ok := assets[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %s", name)
	}
	return a.path, nil
}

func writeAssets(write Write) error {
	for _, name := range slices.Sorted(maps.Keys(assets)) {
		if err := write(assets[name].path, assets[name].data); err != nil {
			return err
		}
	}
	return nil
}
