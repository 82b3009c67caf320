package fold

// Corrections lists the corrections of a fact by date, that which voids it
// included, whichever of its versions the fact is.
func (f *Fact) Corrections() []*Fact {
	for f.Replaces != nil {
		f = f.Replaces
	}
	var all []*Fact
	for ; f != nil; f = f.next {
		if f.Replaced != nil {
			all = append(all, f.Replaced)
		}
		if f.Voided != nil {
			all = append(all, f.Voided)
		}
	}
	return all
}

// Void reports whether a correction has voided the fact, whichever of its
// versions it is.
func (f *Fact) Void() bool {
	for f.next != nil {
		f = f.next
	}
	return f.Voided != nil
}
