//! The sections of the pages, each from one kind of data point.

use sahod_model::Datapoint;
use serde_json::Value;

use crate::{
    paper::{Column, Paper, Side},
    report::{Record, Report, text_of},
};

/// How many months the picture of the income shows.
const MONTHS: usize = 12;

/// Writes every section that there is something to write in.
pub(crate) fn write(report: &Report, paper: &mut Paper<'_>) {
    person(report, paper);
    income_by_month(report, paper);
    for section in SECTIONS {
        let records = report.of(section.kind);
        if records.is_empty() {
            continue;
        }
        let rows: Vec<_> = records
            .iter()
            .map(|record| section.columns.iter().map(|(_, value)| value(record)).collect())
            .collect();
        let columns: Vec<_> = section.columns.iter().map(|(column, _)| *column).collect();
        paper.heading(section.title);
        paper.table(&columns, &rows);
    }
    rating(report, paper);
    let figures = report.of(Datapoint::Insights).first().and_then(|insight| insight.get("features"));
    if let Some(count) = figures.and_then(Value::as_object).map(serde_json::Map::len) {
        paper.space(20.0);
        let text = format!("The {count} figures that were worked out from all this are in the table (CSV).");
        paper.paragraph(crate::paper::QUIET, &text);
    }
}

fn person(report: &Report, paper: &mut Paper<'_>) {
    let Some(identity) = report.of(Datapoint::Identities).first() else { return };
    paper.heading("Person");
    for (name, field) in [
        ("Full name", "fullName"),
        ("Date of birth", "dob"),
        ("Gender", "gender"),
        ("Marital status", "maritalStatus"),
        ("Citizenship", "citizenship"),
        ("Country of residence", "countryResidence"),
        ("Number at the source", "referenceId"),
        ("Latest employer", "latestEmployerName"),
    ] {
        paper.field(name, &text(identity, field));
    }
    paper.field("E-mail", &each(identity, "emails", "address"));
    paper.field("Phone", &each(identity, "phones", "number"));
    paper.field("Address", &each(identity, "addresses", "fullAddress"));
}

/// The same member of every object in a list.
fn each(record: &Record, list: &str, member: &str) -> String {
    let values = record.get(list).and_then(Value::as_array).into_iter().flatten();
    let texts = values.filter_map(|value| value.get(member)).map(text_of).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("; ")
}

/// A picture and a table of the estimated income.
fn income_by_month(report: &Report, paper: &mut Paper<'_>) {
    let months = report.of(Datapoint::Eincomes);
    // A picture's proportions are all that a binary fraction is good for.
    let height = |record: &Record| text(record, "amount").parse::<f32>().unwrap_or_default();
    let mut shown: Vec<_> = months.iter().take(MONTHS).collect();
    shown.reverse();
    let highest = shown.iter().map(|record| height(record)).fold(0.0, f32::max);
    if highest <= 0.0 {
        return;
    }
    let currency = shown.last().map(|record| text(record, "currency")).unwrap_or_default();
    // Figures above bars have no room for more than six digits.
    let thousands = highest >= 1_000_000.0;
    let unit = if thousands { "thousands of " } else { "" };
    paper.heading(&format!("Estimated income by month, in {unit}{currency}"));
    let figure = |amount: String| {
        let digits = whole(&amount);
        let shown = if thousands { digits.get(..digits.len().saturating_sub(3)) } else { Some(&*digits) };
        grouped(shown.filter(|digits| !digits.is_empty()).unwrap_or("0"))
    };
    let bars: Vec<_> = shown
        .into_iter()
        .map(|record| (text(record, "month"), figure(text(record, "amount")), height(record) / highest))
        .collect();
    paper.bars(&bars);
}

fn rating(report: &Report, paper: &mut Paper<'_>) {
    let Some(rating) = report.of(Datapoint::Ratings).first() else { return };
    paper.heading("Rating");
    let (current, most) = (text(rating, "currentRating"), text(rating, "maxRating"));
    let both = if current.is_empty() { current } else { format!("{current} of {most}") };
    paper.field("Rating", &both);
    paper.field("Reviews", &text(rating, "reviewsReceived"));
    paper.field("Likes", &text(rating, "likesReceived"));
    paper.field("Jobs done", &text(rating, "jobsCompleted"));
}

/// A column, and what stands in it for a data point.
type Filled = (Column, fn(&Record) -> String);

/// A table of all data points of a kind.
struct Section {
    kind: Datapoint,
    title: &'static str,
    columns: &'static [Filled],
}

const fn left(head: &'static str, share: f32) -> Column {
    Column { head, share, side: Side::Left }
}

const fn right(head: &'static str, share: f32) -> Column {
    Column { head, share, side: Side::Right }
}

const SECTIONS: &[Section] = &[
    Section {
        kind: Datapoint::Employments,
        title: "Work",
        columns: &[
            (left("Employer", 0.32), |record| text(record, "employer")),
            (left("Position", 0.30), |record| text(record, "jobTitle")),
            (left("From", 0.13), |record| text(record, "startDate")),
            (left("To", 0.13), |record| text(record, "endDate")),
            (left("State", 0.12), |record| text(record, "status")),
        ],
    },
    Section {
        kind: Datapoint::Incomes,
        title: "Payslips and salaries",
        columns: &[
            (left("Pay period", 0.28), |record| period(record, "startDate", "endDate")),
            (left("Employer", 0.32), |record| text(record, "employer")),
            (right("Gross", 0.20), |record| money(record, "grossAmount")),
            (right("Net", 0.20), |record| money(record, "netAmount")),
        ],
    },
    Section {
        kind: Datapoint::Eincomes,
        title: "Estimated income",
        columns: &[
            (left("Month", 0.60), |record| text(record, "month")),
            (right("Estimate", 0.40), |record| money(record, "amount")),
        ],
    },
    Section {
        kind: Datapoint::Contributions,
        title: "Social security contributions",
        columns: &[
            (left("Date", 0.25), |record| text(record, "date")),
            (left("Number", 0.45), |record| text(record, "referenceId")),
            (right("Amount", 0.30), |record| money(record, "amount")),
        ],
    },
    Section {
        kind: Datapoint::Liabilities,
        title: "Loans",
        columns: &[
            (left("Loan", 0.30), |record| text(record, "type")),
            (left("From", 0.14), |record| text(record, "startDate")),
            (right("Amount", 0.20), |record| money(record, "loanAmount")),
            (right("Instalment", 0.18), |record| money(record, "amortizationAmount")),
            (right("Left to pay", 0.18), |record| money(record, "outstandingBalance")),
        ],
    },
    Section {
        kind: Datapoint::Transactions,
        title: "Money in and out",
        columns: &[
            (left("Date", 0.16), |record| text(record, "date")),
            (left("What for", 0.58), |record| text(record, "description")),
            (right("Amount", 0.26), |record| money(record, "amount")),
        ],
    },
    Section {
        kind: Datapoint::Documents,
        title: "Papers at the source",
        columns: &[
            (left("Paper", 0.34), |record| text(record, "name")),
            (left("Number", 0.34), |record| text(record, "docId")),
            (left("Issued", 0.16), |record| text(record, "issueDate")),
            (left("Holds until", 0.16), |record| text(record, "expiryDate")),
        ],
    },
];

fn text(record: &Record, field: &str) -> String {
    record.get(field).map(text_of).unwrap_or_default()
}

fn period(record: &Record, first: &str, last: &str) -> String {
    let (first, last) = (text(record, first), text(record, last));
    if last.is_empty() { first } else { format!("{first} to {last}") }
}

/// `PHP 12,345.60`; empty for what is absent.
fn money(record: &Record, field: &str) -> String {
    let amount = text(record, field);
    if amount.is_empty() {
        return amount;
    }
    format!("{} {}", text(record, "currency"), grouped(&amount))
}

fn whole(digits: &str) -> String {
    digits.split('.').next().unwrap_or_default().to_owned()
}

/// With a comma after every three digits before the point.
fn grouped(digits: &str) -> String {
    let (sign, rest) = digits.strip_prefix('-').map_or(("", digits), |rest| ("−", rest));
    let (whole, part) = rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part)));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(part) = part {
        text.push('.');
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit() {
        for (digits, shown) in [
            ("0", "0"),
            ("999.5", "999.5"),
            ("1000", "1,000"),
            ("-1234567.8900", "−1,234,567.8900"),
            ("123456", "123,456"),
        ] {
            assert_eq!(grouped(digits), shown);
        }
    }

    #[test]
    fn the_columns_of_each_section_fill_the_page() {
        for section in SECTIONS {
            let whole: f32 = section.columns.iter().map(|(column, _)| column.share).sum();
            assert!((whole - 1.0).abs() < 0.001, "{}: {whole}", section.title);
        }
    }
}
