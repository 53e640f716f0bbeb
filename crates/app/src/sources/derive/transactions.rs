//! Months from transactions: everything earned less the platform's fees, in months that are over.

use sahod_model::{
    Month,
    item::{Item, SourceItem},
};

use super::estimates::Estimates;

pub(super) fn estimate(items: &[SourceItem], this_month: Month) -> Estimates {
    let mut estimates = Estimates::default();
    for item in items {
        let Item::Transaction(transaction) = &item.item else { continue };
        let month = transaction.date.month();
        let moved = transaction.description.as_deref().is_some_and(moves_own_money);
        if month < this_month && !moved {
            estimates.add(month, transaction.currency, Some(transaction.amount), item);
        }
    }
    estimates
}

/// Words that tell of a person's own money going to or coming from elsewhere: neither earned nor spent.
const MOVES: &[&str] = &[
    "withdrawal",
    "withdrawals",
    "withdraw",
    "withdrawn",
    "payout",
    "payouts",
    "transfer",
    "transfers",
    "transferred",
    "cashout",
    "deposit",
    "deposits",
    "topup",
];

/// The same in two words.
const MOVES_IN_TWO: &[(&str, &str)] = &[("cash", "out"), ("top", "up"), ("cash", "in")];

/// Words that tell of a price paid for a service, also for one of the above ("Withdrawal fee").
const COSTS: &[&str] = &["fee", "fees", "charge", "charges", "commission", "tax"];

fn moves_own_money(description: &str) -> bool {
    let lower = description.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let moves = words.iter().any(|word| MOVES.contains(word))
        || words.windows(2).any(|pair| MOVES_IN_TWO.contains(&(pair[0], pair[1])));
    moves && !words.iter().any(|word| COSTS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::moves_own_money;

    #[test]
    fn money_on_the_move_is_told_from_earnings_and_costs() {
        for text in ["Withdrawal to bank", "PAYOUT", "Weekly cash-out", "Wallet top-up", "Transfer: savings"]
        {
            assert!(moves_own_money(text), "{text}");
        }
        for text in
            ["Order revenue", "Platform fee", "Withdrawal fee", "Tip", "", "Cash trip", "Transferable skills"]
        {
            assert!(!moves_own_money(text), "{text}");
        }
    }
}
