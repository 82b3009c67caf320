package fold

import (
	"maps"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

// conditions are what the workflow table names under `if` and `needs`. Their
// words stand in the catalogue under needs/<name>.
var conditions = func() map[string]Condition {
	all := maps.Clone(dealConditions)
	maps.Copy(all, factConditions)
	return all
}()

// dealConditions look at the deal alone, so that they can be shown before
// anybody has written the fact.
var dealConditions = map[string]Condition{
	// main process
	"campaign-approved":      campaignApproved,
	"campaigns-reached-goal": campaignsReachedGoal,
	"tender-without-award":   tenderWithoutAward,
	"tender-awarded":         tenderAwarded,
	"preliminary-terms":      preliminaryTerms,
	"preliminary-in-force":   preliminaryInForce,
	"supply-done":            supplyDone,
	"late-or-failed":         lateOrFailed,
	"needs-not-satisfied":    needsNotSatisfied,
	"formal-terms":           formalTerms,
	"formal-in-force":        formalInForce,
	"order-accepted":         orderAccepted,
	"order-realised":         orderRealised,
	"order-realised-before":  orderRealisedBefore,
	"development-planned":    developmentPlanned,
	"requalifying":           requalifying,
	"no-open-opportunity":    noOpenOpportunity,
	"nothing-open":           nothingOpen,
	"deal-dead":              dealDead,
	"penalty-grounded":       penaltyGrounded,
	// campaigns
	"campaign-in-season": campaignInSeason,
	"plan-current":       planCurrent,
	"deal-alive":         dealAlive,
	"goal-reached":       goal("reached"),
	"goal-missed":        goal("missed"),
	"improvements-left":  improvementsLeft,
	// tender
	"tender-concluded":   tenderConcluded,
	"notice-landed":      noticeLanded,
	"bids-due-passed":    bidsDuePassed,
	"enough-bids":        enoughBids,
	"every-judge-scored": everyJudgeScored,
	"preliminary-signed": preliminarySigned,
	"deal-agreed":        dealTook("TM-12"),
	"deal-improving":     dealIn("improving"),
	"deal-facilitating":  dealIn("facilitating"),
	"deal-cancelled":     dealIn("prelim_cancelled"),
	"deal-formal":        dealTook("TM-20"),
	"deal-stopped":       dealIn("stopped"),
	"deal-suspended":     dealIn("suspended"),
	// supply agreement
	"facilitation-open": facilitationOpen,
	"exception-allowed": exceptionAllowed,
	"standard-product":  productIs("standard"),
	"new-product":       productIs("new"),
	"product-developed": productDeveloped,
	"sample-retries":    sampleRetries,
	"sample-waived":     sampleWaived,
	"audits-accepted":   auditsAccepted,
	"audit-refused":     auditRefused,
	"not-yet-listed":    notYetListed,
	"signed-and-listed": signedAndListed,
	// orders
	"agreement-in-force":     agreementInForce,
	"before-formal-contract": beforeFormalContract,
	"stock-short":            stockShort,
	"production-ordered":     productionOrdered,
	// payment
	"collection-begun":        collectionBegun,
	"not-overdue":             notOverdue,
	"balance-overdue":         balanceOverdue,
	"paid-in-full":            paidInFull,
	"no-open-claim":           noOpenClaim,
	"nothing-left-to-collect": nothingLeftToCollect,
	"rest-given-up":           restGivenUp,
	"order-effective":         orderEffective,
	"was-chased":              wasChased,
	"claim-open":              claimOpen,
	// continued development
	"sale-realised":    saleRealised,
	"is-new-product":   opportunityIs("new-product"),
	"is-larger-volume": opportunityIs("larger-volume"),
	"round-done":       roundDone,
	"tagged-order":     taggedOrder,
	// money terms
	"team-chosen":         teamChosen,
	"agreement-or-import": agreementOrImport,
	"deal-earns":          dealEarns,
}

// factConditions look at what a fact says.
var factConditions = map[string]Condition{
	// main process
	"customer-free":      customerFree,
	"import-state":       importState,
	"advances-decided":   advancesDecided,
	"route-follows-rule": routeFollowsRule,
	"team-named":         teamNamed,
	"signatories":        signatories,
	"due-ahead":          dueAhead,
	"review-ahead":       reviewAhead,
	"on-schedule":        onSchedule,
	"advances-held":      advancesHeld,
	// campaigns
	"campaign-advances-decided": campaignAdvancesDecided,
	"recipient-named":           recipientNamed,
	"posts-not-names":           postsNotNames,
	"no-cash":                   noCash,
	"within-budget":             withinBudget,
	"gift-limits":               giftLimits,
	// tender
	"needs-clear":         needsClear,
	"bids-due-ahead":      bidsDueAhead,
	"sent-to-all-teams":   sentToAllTeams,
	"judges-lead":         judgesLead,
	"every-bid-presented": everyBidPresented,
	"winner-bid":          winnerBid,
	"top-score-or-reason": topScoreOrReason,
	"bid-invited":         bidInvited,
	"bid-once":            bidOnce,
	"judge-seated":        judgeSeated,
	"points-in-scale":     pointsInScale,
	"scores-every-bid":    scoresEveryBid,
	// supply agreement
	"reviewers-complete":    reviewersComplete,
	"refusal-reasoned":      refusalReasoned,
	"samples-due-ahead":     samplesDueAhead,
	"product-file":          productFile,
	"development-due-ahead": developmentDueAhead,
	"departments-involved":  departmentsInvolved,
	"effect-reported":       effectReported,
	"company-signatory":     companySignatory,
	// orders
	"opportunity-open":     opportunityOpen,
	"instalments-complete": instalmentsComplete,
	"retention-small":      retentionSmall,
	"aspects-pass":         aspectsPass,
	"aspect-reviewers":     aspectReviewers,
	"failures-reasoned":    failuresReasoned,
	"confirmation-signed":  confirmationSigned,
	"before-delivery-date": beforeDeliveryDate,
	"new-date-given":       newDateGiven,
	"quantity-left":        quantityLeft,
	"goods-available":      goodsAvailable,
	"partial-allowed":      partialAllowed,
	"all-accepted":         allAccepted,
	"received-was-shipped": receivedWasShipped,
	"return-was-shipped":   returnWasShipped,
	// payment
	"instalment-known":      instalmentKnown,
	"within-instalment":     withinInstalment,
	"difference-small":      differenceSmall,
	"invoice-tax":           invoiceTax,
	"credit-names-invoice":  creditNamesInvoice,
	"invoiced-within-order": invoicedWithinOrder,
	// continued development
	"target-ahead": targetAhead,
	"next-round":   nextRound,
	// money terms
	"shares-sum":        sharesSum,
	"rate-chain":        rateChain,
	"one-rate":          oneRate,
	"milestone-reached": milestoneReached,
	"reward-in-range":   rewardInRange,
	"reward-once":       rewardOnce,
}

// unless is the usual shape of a condition: met, or unmet at a position.
func unless(ok bool, at diag.Pos, args diag.Args) *Unmet {
	if ok {
		return nil
	}
	return &Unmet{At: at, Args: args}
}

// because names the guard that stands behind a condition.
func because(guard string, u *Unmet) *Unmet {
	if u != nil {
		u.Row = guard
	}
	return u
}

var missing = &Unmet{}

// ahead requires a date to lie after the fact's own date.
func (x *Case) ahead(d value.Date) *Unmet {
	if x.F == nil {
		return missing
	}
	return unless(d.Day > x.F.Date, d.At, diag.Args{"date": d.Day, "fact": x.F.Date})
}

func dealTook(row string) Condition {
	return func(x *Case) *Unmet { return unless(x.D.Main.On(row) != 0, diag.Pos{}, nil) }
}

func dealIn(state string) Condition {
	return func(x *Case) *Unmet { return unless(x.D.Main.State == state, diag.Pos{}, nil) }
}
