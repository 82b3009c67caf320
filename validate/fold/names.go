package fold

import "io/fs"

// DealNames lists the folders of all deals without reading any of their files.
func DealNames(fsys fs.FS) []string {
	var names []string
	years, _ := fs.ReadDir(fsys, Root)
	for _, y := range years {
		if !y.IsDir() || !yearName.MatchString(y.Name()) {
			continue
		}
		deals, _ := fs.ReadDir(fsys, Root+"/"+y.Name())
		for _, d := range deals {
			names = append(names, d.Name())
		}
	}
	return names
}
