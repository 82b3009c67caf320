// Package rules holds the checks that are not the workflow table's own: one
// file per rule, and one explicit list of them.
package rules

import "github.com/dealgate/dealgate/validate"

// All is every rule there is. A test demands a bad and a good case for each id.
var All = validate.Rules{
	State: []validate.StateRule{
		header, references, evidence, dates, money, positive, receipts, shares,
	},
	Company: []validate.CompanyRule{
		roster, mails, policy, recorders, uniqueReceipts, uniqueCustomers, uniqueDocuments,
		companyFacts, payoutOrder, payoutSums, payoutKeys, payoutPaid,
	},
	Change: []validate.ChangeRule{
		appendOnly, registries, rulesApart, tenderTogether, approvalsMode, signersStay, rosterKeeps, presuppose, newReceipts, newCustomers, newDocuments, givenUp,
		reservedNames, repairable, evidenceTogether, paidApart, payoutLedger, planFrozen, currencyFrozen,
	},
	Dated: []validate.DatedRule{
		backdating, planDated,
	},
}

// Closings are the rules about closed periods alone.
var Closings = validate.Rules{
	Company: []validate.CompanyRule{payoutOrder, payoutSums, payoutKeys},
	Change:  []validate.ChangeRule{payoutLedger},
}
