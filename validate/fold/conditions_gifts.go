package fold

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
)

// hospitality are the kinds of expense that somebody at the customer receives.
var hospitality = []string{"visit", "meal", "gift", "sponsorship"}

// Words by which an expense gives itself away (G-43). They are compared with
// text that squeeze has gone over.
var (
	// what may never be given
	cashLike = []string{
		"现金", "红包", "礼金", "压岁钱", "好处费", "回扣", "转账", "微信支付", "话费", "充值", "购物卡", "购物券", "礼品卡", "礼券", "储值卡",
		"预付卡", "充值卡", "电子卡", "京东卡", "京东e卡", "天猫卡", "超市卡", "商场卡", "消费卡", "油卡", "银行卡", "卡密", "卡券", "代金券", "现金券",
		"提货券", "提货卡", "抵用券", "优惠券", "金条", "比特币",
		"cash", "giftcard", "voucher", "prepaidcard", "giftcertificate", "coupon", "redenvelope", "redpacket", "wiretransfer", "banktransfer",
		"wechatpay", "alipay", "kickback", "debitcard", "fuelcard", "top-upcard", "topupcard", "storedvaluecard", "bitcoin",
	}
	// what merely contains such a word
	harmless = []string{"电子卡尺", "电子卡钳", "电子卡扣", "cashmere", "cashew"}
	// what says that something was handed to somebody
	giving = []string{"送给", "赠送", "赠予", "赠与", "馈赠", "敬赠", "礼品", "礼物", "礼盒", "送礼", "伴手礼", "gift", "presentto", "presentfor", "givento"}
	// what a guest consumes, and what he carries home
	services = []string{"接待", "来访", "食宿", "餐", "饭", "宴", "茶歇", "交通", "接送", "住宿", "酒店", "门票", "参观", "meal", "lunch", "dinner", "breakfast", "transport", "hotel", "taxi", "tour"}
	goods    = []string{"茶叶", "礼", "烟", "酒水", "白酒", "红酒", "茅台", "五粮液", "特产", "纪念品", "手机", "手表", "tealeaves", "teaset", "wine", "liquor", "cigar", "watch", "souvenir"}
)

// squeeze makes words comparable however they are typed: in full or half
// width, in capitals, with blanks or marks between the characters.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("·・._*、", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(text))
}

// mentions finds the first of some words in a text, "" where there is none.
func mentions(text string, words []string) string {
	text = squeeze(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// received reports whether somebody at the customer received what was paid
// for, whatever kind of expense it is called.
func received(b *fact.CampaignExpense) bool {
	return b.Recipient != nil || slices.Contains(hospitality, b.Kind.S) || mentions(b.Item.S+" "+b.Purpose.S, giving) != ""
}

// recipientNamed wants organisation, post and item of whatever somebody
// received.
func recipientNamed(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignExpense)
	ok := !received(b) || (b.Recipient != nil && b.Item.S != "")
	return unless(ok, b.Kind.At, diag.Args{"kind": diag.Term("word." + b.Kind.S)})
}

// noCash refuses cash and what is like it. A fuel card on the team's own
// journey is none.
func noCash(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignExpense)
	if b.Kind.S == "travel" && !received(b) {
		return nil
	}
	text, at := squeeze(b.Item.S+" "+b.Purpose.S), b.Item.At
	for _, w := range harmless {
		text = strings.ReplaceAll(text, w, "")
	}
	if !at.Known() {
		at = b.Purpose.At
	}
	word := mentions(text, cashLike)
	return unless(word == "", at, diag.Args{"word": word})
}

// Forms of address give a private name away. An organisation may have one in
// its name, but does not end in it.
var (
	address    = regexp.MustCompile(`先生|女士|小姐|太太|夫人`)
	addressEnd = regexp.MustCompile(`(先生|女士|小姐|太太|夫人)([^\p{L}]|$)`)
	title      = regexp.MustCompile(`(?i)\b(mr|mrs|miss|mister|madam)\b|\bM[sS]\b`)
)

// postsNotNames wants people at the customer to be named by their post, since
// a repository forgets no name.
func postsNotNames(x *Case) *Unmet {
	switch b := x.F.Body.(type) {
	case *fact.CampaignPlan:
		for _, t := range b.Targets {
			if u := privateName(t.Organisation, t.Role); u != nil {
				return u
			}
		}
	case *fact.CampaignExpense:
		if b.Recipient != nil {
			return privateName(b.Recipient.Organisation, b.Recipient.Role)
		}
	}
	return nil
}

func privateName(organisation, role value.Text) *Unmet {
	for _, t := range []value.Text{organisation, role} {
		found := title.FindString(norm.NFKC.String(t.S))
		if found == "" && t == role {
			found = address.FindString(squeeze(t.S))
		}
		if m := addressEnd.FindStringSubmatch(squeeze(t.S)); m != nil {
			found = m[1]
		}
		if found != "" {
			return &Unmet{At: t.At, Args: diag.Args{"word": found, "text": t.S}}
		}
	}
	return nil
}

// giftLimits points out what is above the limit for one item, or for one
// recipient and year: it needs the general manager's approval (G-43).
func giftLimits(x *Case) *Unmet {
	b := x.F.Body.(*fact.CampaignExpense)
	over := x.D.OverGiftLimit(x.C, b, x.F)
	if over == nil {
		return nil
	}
	return &Unmet{At: b.Amount.At, Args: over, Rule: "needs/gift-limits", Warning: true}
}

// OverGiftLimit says by which limit a gift or hospitality needs a further
// approval, nil when it is within all of them.
func (d *Deal) OverGiftLimit(c *Company, b *fact.CampaignExpense, f *Fact) diag.Args {
	if b.Recipient == nil {
		return nil
	}
	limits := c.PolicyFor(f).Gifts
	item, year := limits.PerItem.Decimal, limits.PerRecipientYear.Decimal
	who := b.Recipient.Organisation.S + " " + b.Recipient.Role.S
	if one := forOne(b); one.GreaterThan(item) {
		return diag.Args{"amount": one, "limit": item, "recipient": who, "which": diag.Term("needs.per-item")}
	}
	sum := d.Customer.given(b.Recipient, f.Date)
	if sum.GreaterThan(year) {
		return diag.Args{"amount": sum, "limit": year, "recipient": who, "which": diag.Term("needs.per-year")}
	}
	return nil
}

var heads = regexp.MustCompile(`([0-9]{1,3})(?:人|位|people|persons|guests)`)

// ItemValue is the part of an expense that the limit for one item looks at.
func ItemValue(b *fact.CampaignExpense) decimal.Decimal { return forOne(b) }

// RecipientKey is the same for whatever is written to name one recipient.
func RecipientKey(r *fact.CampaignExpenseRecipient) string {
	return squeeze(r.Organisation.S) + "\n" + squeeze(r.Role.S)
}

// forOne is the part of an expense that the limit for one item looks at: of
// what is consumed together each guest's part, nothing where their number is
// not said; of anything else all of it.
func forOne(b *fact.CampaignExpense) decimal.Decimal {
	together := b.Kind.S == "meal" || b.Kind.S == "visit" || b.Kind.S == "travel"
	if !together || mentions(b.Item.S, services) == "" || mentions(b.Item.S, goods) != "" {
		return b.Amount.Decimal
	}
	m := heads.FindStringSubmatch(squeeze(b.Item.S))
	if m == nil {
		return decimal.Zero
	}
	n, _ := strconv.Atoi(m[1])
	return b.Amount.DivRound(decimal.NewFromInt(int64(max(n, 1))), 2)
}

// given sums what a recipient received in the year up to and including a day,
// in all deals with the customer.
func (cu *Customer) given(to *fact.CampaignExpenseRecipient, day value.Day) decimal.Decimal {
	sum := decimal.Zero
	for _, d := range cu.Deals {
		Each(d, day, func(b *fact.CampaignExpense, f *Fact) {
			if b.Recipient != nil && f.Date.Year() == day.Year() && sameRecipient(b.Recipient, to) {
				sum = sum.Add(b.Amount.Decimal)
			}
		})
	}
	return sum
}

func sameRecipient(a, b *fact.CampaignExpenseRecipient) bool {
	return RecipientKey(a) == RecipientKey(b)
}
